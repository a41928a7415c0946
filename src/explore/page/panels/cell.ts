import type { ResultCell, ResultColumn } from '../../protocol.ts';
import { formatNumber, formatTime } from '../format.ts';

/**
 * Cells in the order of what they hold, not of how it is written. Texts beside numbers ("Other") come after them, and what
 * is missing comes last in either direction.
 */
export function compareCells(a: ResultCell | undefined, b: ResultCell | undefined, descending: boolean): number {
  const [x, y] = [a?.value ?? null, b?.value ?? null];
  if (x === y) return 0;
  if (x === null) return 1;
  if (y === null) return -1;
  const order =
    typeof x === 'number' ? (typeof y === 'number' ? x - y : -1) : typeof y === 'number' ? 1 : x.localeCompare(y);
  return descending ? -order : order;
}

/** A cell as people read it: dates as local time, counts with separators, identifiers untouched. */
export function cellText(cell: ResultCell | undefined, column: ResultColumn | undefined): string {
  const value = cell?.value ?? null;
  if (value === null) return '–';
  if (column?.type === 'date') return formatTime(value);
  if (typeof value === 'number' && column?.kind === 'metric') return formatNumber(value);
  return String(value);
}

/** A cell as it is: times in UTC, numbers with all their digits. No two values have the same text. */
export function exactText(cell: ResultCell | undefined, column: ResultColumn | undefined): string | undefined {
  const value = cell?.value ?? null;
  if (value === null) return undefined;
  return column?.type === 'date' && typeof value === 'number' ? new Date(value).toISOString() : String(value);
}
