import type { PanelContent } from '../protocol.ts';
import { dashboardOf, viewIn } from './view.ts';

const LINK = /\[[^\]]*\]\(([^)]*#\/view\/[^)]*)\)/g;

/**
 * The panels as this page places them. A first row that is only links to dashboards is what the header already shows:
 * it is left out and the rest moves up.
 */
export function placed(panels: readonly PanelContent[], dashboards: ReadonlySet<string>): readonly PanelContent[] {
  const strip = panels.find(
    ({ grid, type, params }) => grid.y === 0 && type === 'markdown' && isStrip(params, dashboards),
  );
  if (strip === undefined || panels.some((panel) => panel !== strip && panel.grid.y < strip.grid.h)) return panels;
  return panels
    .filter((panel) => panel !== strip)
    .map((panel) => ({ ...panel, grid: { ...panel.grid, y: panel.grid.y - strip.grid.h } }));
}

function isStrip({ markdown }: PanelContent['params'], dashboards: ReadonlySet<string>): boolean {
  if (typeof markdown !== 'string') return false;
  const links = [...markdown.matchAll(LINK)].map(([, href = '']) => dashboardOf(viewIn(href) ?? '') ?? '');
  if (links.length === 0 || !links.every((id) => dashboards.has(id))) return false;
  // What is left is the dashboard one is on, in bold, and signs between the links.
  const rest = markdown
    .replace(LINK, '')
    .replace(/\*\*[^*]*\*\*/, '')
    .replace(/&\w+;/g, '');
  return !/[\p{L}\p{N}]/u.test(rest);
}

/**
 * Shares of a table's width in percent. Short columns get what their texts need. Where the room, in characters, is not
 * enough for all, the long ones give way, until they are short themselves.
 */
export function columnShares(columns: readonly (readonly string[])[], room: number): number[] {
  const needs = columns.map(needOf);
  const steps: readonly (readonly [from: number, to: number, applies: (need: number) => boolean])[] = [
    [MOST, ID, () => true],
    [ID, SHORT, isLong],
  ];
  const capped = (most: number, applies: (need: number) => boolean): number[] =>
    needs.map((need) => (applies(need) ? Math.min(need, most) : need));
  let given = capped(MOST, () => true);
  for (const [from, to, applies] of steps)
    for (let most = from; most >= to && sum(given) > room; most--) given = capped(most, applies);
  const whole = sum(given);
  return given.map((width) => Math.round((10_000 * width) / whole) / 100);
}

/** Characters below which a table is scrolled sideways: an id or a time that is cut says nothing. */
export const leastRoom = (columns: readonly (readonly string[])[]): number =>
  sum(columns.map(needOf).map((need) => (isLong(need) ? SHORT : need)));

const needOf = (texts: readonly string[]): number => PADDING + Math.max(LEAST, ...texts.map(({ length }) => length));
const isLong = (need: number): boolean => need > ID;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const PADDING = 3;
const LEAST = 5;
const MOST = 80;
/** What an access key needs; a time with its seconds needs less. */
const ID = 20 + PADDING;
const SHORT = 13;

/** Characters that fit a width in px; before a panel is measured, by its width on the grid of 48 columns. */
export const charactersIn = (px: number, gridWidth: number, character: number): number =>
  Math.floor((px > 0 ? px : gridWidth * 33) / character);

/** Characters that each column has for its texts, by its share of the room. */
export function columnRoom(shares: readonly number[], room: number): number[] {
  return shares.map((share) => Math.floor((share * room) / 100) - PADDING);
}

/**
 * ARNs and paths differ at their ends: what is cut is the middle, and in a narrow column the beginning. Of other texts the
 * style sheet cuts the end.
 */
export function cutText(text: string, most: number): string {
  if (text.length <= most || !/[:/]/.test(text) || TIMES.test(text)) return text;
  const head = most < NARROW ? 0 : Math.floor((most - 1) * 0.55);
  return `${text.slice(0, head)}…${text.slice(text.length - Math.max(1, most - 1 - head))}`;
}
const NARROW = 32;
const TIMES = /^\d{4}-\d\d-\d\d \d\d:/;
