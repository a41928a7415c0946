/**
 * An answer as a line of NDJSON. A filter stands once in it, and cells name it by its place: a bucket of named queries is in
 * many cells, and with each its whole query would be megabytes.
 */
import type { PanelAnswer, ResultCell, SavedFilter } from './protocol.ts';

interface Packed {
  readonly filters: readonly SavedFilter[];
  readonly table: { readonly rows: readonly (readonly { value: ResultCell['value']; filter?: number }[])[] };
}

/** Without the line's end. */
export function lineOf(answer: PanelAnswer): string {
  if (answer.status !== 'table') return JSON.stringify(answer);
  const places = new Map<SavedFilter, number>();
  const rows = answer.table.rows.map((row) =>
    row.map(({ value, filter }) => {
      if (filter === undefined) return { value };
      const place = places.get(filter) ?? places.size;
      places.set(filter, place);
      return { value, filter: place };
    }),
  );
  return JSON.stringify({ ...answer, filters: [...places.keys()], table: { ...answer.table, rows } });
}

export function answerOf(line: string): PanelAnswer {
  const answer = JSON.parse(line) as PanelAnswer & Partial<Packed>;
  if (answer.status !== 'table' || answer.filters === undefined) return answer;
  const { filters, ...rest } = answer;
  const rows = (answer.table as Packed['table']).rows.map((row) =>
    row.map(({ value, filter }): ResultCell => {
      const own = filter === undefined ? undefined : filters[filter];
      return own === undefined ? { value } : { value, filter: own };
    }),
  );
  return { ...rest, table: { ...answer.table, rows } };
}
