/** A compiled panel's table as the page draws it: its cells, and what a click on each of them asks for. */
import { Refusal, type Filter } from '../content/compile/request.ts';
import { dateInterval } from '../content/compile/request/buckets.ts';
import { rangeBounds } from '../content/compile/request/date-math.ts';
import { instantOf, wallTime } from '../content/compile/request/zone.ts';
import { cellFilters, keyLabel, type Table } from '../content/compile/response.ts';
import { MISSING, OTHER } from '../content/compile/response/keys.ts';
import type { JsonObject } from '../content/json.ts';
import type { ResultCell, ResultTable } from './protocol.ts';

/** The compiler's table in the page's words, with what a click on each cell adds. */
export function resultOf(table: Table): ResultTable {
  const columns = table.columns.map(({ name, kind, agg }) => ({
    label: name,
    kind: kind === 'buckets' ? ('bucket' as const) : ('metric' as const),
    schema: agg.schema ?? '',
    agg: agg.type.name,
    ...(agg.field === undefined ? {} : { field: agg.field.name, type: typeOf(agg.type.name, agg.field.type) }),
  }));
  // The same bucket of many rows is compiled once: named filters are long queries.
  const known = table.columns.map(() => new Map<unknown, ResultCell['filter']>());
  const filterAt = (columnIndex: number, rowIndex: number, value: unknown): ResultCell['filter'] => {
    const ofColumn = known[columnIndex];
    // What "Other" is depends on the buckets beside it.
    if (value === OTHER) return otherOf(table, columnIndex, filterOf(table, columnIndex, rowIndex));
    if (ofColumn === undefined) return filterOf(table, columnIndex, rowIndex);
    const key = typeof value === 'object' ? JSON.stringify(value) : value;
    if (!ofColumn.has(key)) ofColumn.set(key, filterOf(table, columnIndex, rowIndex));
    return ofColumn.get(key);
  };
  const rows = table.rows.map((row, rowIndex) =>
    table.columns.map((column, columnIndex): ResultCell => {
      const value = row[column.id];
      if (value === undefined || value === null) return { value: null };
      if (column.kind === 'metrics') return { value: typeof value === 'number' ? value : scalar(value) };
      const filter = filterAt(columnIndex, rowIndex, value);
      const label = column.agg.type.name === 'date_histogram' ? Number(value) : keyLabel(column, value);
      return { value: label, ...(filter === undefined ? {} : { filter }) };
    }),
  );
  return { columns, rows, ...timeAxisOf(table) };
}

/** Counts of a date field are numbers; its largest and smallest are dates. */
const typeOf = (agg: string, type: string): string => (agg === 'cardinality' || agg === 'count' ? 'number' : type);

function scalar(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function filterOf(table: Table, column: number, row: number): ResultCell['filter'] {
  try {
    const [filter] = cellFilters(table, column, row);
    return filter === undefined ? undefined : toItsEnd(filter, table, column);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/**
 * An interval of more than an hour ends where the clock says, over daylight saving's changes as well: so the cluster counts.
 * OpenSearch Dashboards always adds the same duration.
 */
function toItsEnd(filter: Filter, { columns, list }: Table, place: number): Filter {
  const agg = columns[place]?.agg;
  const ranges = filter['range'] as Readonly<Record<string, JsonObject & { gte?: string }>> | undefined;
  const range = agg?.field === undefined ? undefined : ranges?.[agg.field.name];
  if (agg?.type.name !== 'date_histogram' || agg.field === undefined || range === undefined) return filter;
  const { months, days, ms } = dateInterval(agg, list).duration;
  if (months !== 0 || days !== 0 || ms <= HOUR) return filter;
  const { timeZone } = list.context;
  const wall = wallTime(Date.parse(range.gte ?? ''), timeZone);
  const lt = new Date(instantOf({ ...wall, ms: wall.ms + ms }, timeZone)).toISOString();
  return {
    ...filter,
    meta: { ...filter.meta, params: { ...range, lt } },
    range: { [agg.field.name]: { ...range, lt } },
  };
}

/**
 * A click on "Other" means what its bucket counts. OpenSearch Dashboards counts only events that have the field, and then
 * filters for all that do not have the values beside it: many more.
 */
function otherOf({ columns, rows, list }: Table, place: number, filter: ResultCell['filter']): ResultCell['filter'] {
  const column = columns[place];
  const field = column?.agg.field;
  if (filter?.query === undefined || column === undefined || field === undefined) return filter;
  const { agg, id } = column;
  if (agg.params['missingBucket'] === true && !rows.some((row) => row[id] === MISSING)) return filter;
  const { name } = field;
  const values = Array.isArray(filter.meta.params) ? filter.meta.params.map(String) : [];
  const meta = { index: list.pattern.id, negate: false, disabled: false, type: 'custom', key: name };
  return {
    meta: { ...meta, alias: `${name}: none of ${values.join(', ')}` },
    query: { bool: { filter: [{ exists: { field: name } }], must_not: [filter.query] } },
    $state: { store: 'appState' },
  };
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Step and ends of the time axis: an axis covers the range that was asked for, also where there are no events. */
function timeAxisOf(table: Table): Pick<ResultTable, 'intervalMs' | 'range'> {
  const column = table.columns.find(({ agg }) => agg.type.name === 'date_histogram');
  if (column === undefined) return {};
  const { pattern, context } = table.list;
  const { months, days, ms } = dateInterval(column.agg, table.list).duration;
  // Months differ in length: the smallest distance between two buckets will do.
  const intervalMs = months === 0 ? days * DAY + ms : smallestStep(table.rows.map((row) => Number(row[column.id])));
  if (column.agg.field?.name !== pattern.timeFieldName) return { intervalMs };
  const { min, max } = rangeBounds(context.timeRange, context);
  return { intervalMs, range: [min, max] };
}

function smallestStep(values: readonly number[]): number {
  const times = [...new Set(values)].sort((a, b) => a - b);
  return Math.min(366 * DAY, ...times.slice(1).map((time, place) => time - (times[place] ?? time)));
}
