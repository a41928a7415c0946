import type { ResultCell, ResultColumn } from '../../protocol.ts';
import { formatNumber, formatTime } from '../format.ts';

/** A cell as people read it: dates as local time, counts with separators, identifiers untouched. */
export function cellText(cell: ResultCell | undefined, column: ResultColumn | undefined): string {
  const value = cell?.value ?? null;
  if (value === null) return '–';
  if (column?.type === 'date') return formatTime(value);
  if (typeof value === 'number' && column?.kind === 'metric') return formatNumber(value);
  return String(value);
}
