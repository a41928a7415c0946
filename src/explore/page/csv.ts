import type { EventHit, ResultTable } from '../protocol.ts';
import { columnValue, formatValue } from './format.ts';
import { exactText } from './panels/cell.ts';

/** A result table as evidence: numbers with all their digits, times in UTC, nothing where there is nothing. */
export const tableCsv = ({ columns, rows }: ResultTable): string =>
  toCsv(
    columns.map(({ label }) => label),
    rows.map((row) => columns.map((column, position) => exactText(row[position], column) ?? '')),
  );

/** Events as they are stored. */
export const eventsCsv = (events: readonly EventHit[], columns: readonly string[]): string =>
  toCsv(
    columns,
    events.map(({ source }) => columns.map((column) => formatValue(columnValue(source, column) ?? ''))),
  );

/** RFC 4180; a leading formula character is quoted away, because spreadsheets run it. */
export function toCsv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => {
    const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [header, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
}

/** A name for a file about this, which every file system takes. */
export const fileName = (title: string): string => title.replace(/[\s\\/:*?"<>|\p{C}]+/gu, ' ').trim();
