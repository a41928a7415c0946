import type { PanelContent } from '../protocol.ts';

const LINK = /\[[^\]]*\]\([^)]*#\/view\/([^)?]+)[^)]*\)/g;

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
  const links = [...markdown.matchAll(LINK)].map(([, id = '']) => decodeURIComponent(id));
  if (links.length === 0 || !links.every((id) => dashboards.has(id))) return false;
  // What is left is the dashboard one is on, in bold, and signs between the links.
  const rest = markdown
    .replace(LINK, '')
    .replace(/\*\*[^*]*\*\*/, '')
    .replace(/&\w+;/g, '');
  return !/[\p{L}\p{N}]/u.test(rest);
}

/**
 * Shares of a table's width in percent. Short columns get what their texts need; the long ones give way when the room, in
 * characters, is not enough for all.
 */
export function columnShares(columns: readonly (readonly string[])[], room: number): number[] {
  const needs = columns.map((texts) => PADDING + Math.max(LEAST, ...texts.map(({ length }) => length)));
  const given = (most: number): number[] => needs.map((need) => Math.min(need, most));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  let most = MOST;
  while (most > LEAST + PADDING && sum(given(most)) > room) most--;
  const whole = sum(given(most));
  return given(most).map((width) => Math.round((10_000 * width) / whole) / 100);
}
const LEAST = 5;
const MOST = 80;
const PADDING = 3;

/** Characters of a table's text that fit a panel, by its width on the grid of 48 columns, on a usual screen. */
export const charactersIn = (gridWidth: number): number => gridWidth * 5;

/** Long texts in two parts, so that a narrow cell cuts the middle: ARNs differ at their ends. */
export function cutText(text: string): readonly [string, string] {
  if (text.length <= TAIL * 2) return [text, ''];
  return [text.slice(0, -TAIL), text.slice(-TAIL)];
}
const TAIL = 15;
