/** Told apart with any colour vision; the same series of colours as OpenSearch Dashboards uses for charts. */
const PALETTE = [
  '#6092C0',
  '#54B399',
  '#D36086',
  '#9170B8',
  '#CA8EAE',
  '#D6BF57',
  '#B9A888',
  '#DA8B45',
  '#AA6556',
  '#5C7A99',
  '#3F8F7B',
  '#8E5572',
];

/** The colour that is set for a label; labels are anybody's, and "constructor" is one as well. */
export const fixedColor = (fixed: Readonly<Record<string, string>>, label: string): string | undefined =>
  Object.hasOwn(fixed, label) ? fixed[label] : undefined;

/** The colours that labels have had: in another panel, or under another filter, a label keeps its own. */
export type Remembered = Map<string, string>;

/**
 * A label's colour: its fixed meaning where it has one, else the one it has had, else the next of the palette that means
 * nothing else here. The new ones are remembered.
 */
export function colorsOf(
  labels: readonly string[],
  fixed: Readonly<Record<string, string>>,
  remembered: Remembered,
  /** What is written there, where that is not the label. */
  nameOf: (label: string) => string = (label) => label,
): ReadonlyMap<string, string> {
  const colors = new Map<string, string>();
  const taken = new Set<string>();
  const give = (label: string, color: string | undefined): void => {
    if (color === undefined || colors.has(label)) return;
    colors.set(label, color);
    taken.add(color.toUpperCase());
  };
  for (const label of labels) give(label, fixedColor(fixed, nameOf(label)));
  const meant = new Set(taken);
  for (const label of labels) {
    const color = remembered.get(nameOf(label));
    if (color !== undefined && !taken.has(color.toUpperCase())) give(label, color);
  }
  // More labels than colours share them, but none takes one that has a meaning.
  const free = PALETTE.filter((color) => !meant.has(color.toUpperCase()));
  let next = 0;
  for (const label of labels) {
    if (colors.has(label)) continue;
    const color = free.find((one) => !taken.has(one.toUpperCase())) ?? free[next++ % free.length] ?? '#6092C0';
    give(label, color);
    if (!remembered.has(nameOf(label))) remembered.set(nameOf(label), color);
  }
  return colors;
}

export interface Ink {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly background: string;
  readonly scale: readonly string[];
}

export const ink = (dark: boolean): Ink =>
  dark
    ? {
        text: '#DFE5EF',
        muted: '#98A2B3',
        line: '#343741',
        background: '#1D1E24',
        scale: ['#1F2E3D', '#2F5F8A', '#5A9BD4', '#B9DCF7'],
      }
    : {
        text: '#343741',
        muted: '#69707D',
        line: '#E0E5EE',
        background: '#FFFFFF',
        scale: ['#EAF1F8', '#A9C7E3', '#5C93C6', '#1F5385'],
      };
