/** What a click on a bucket asks for: filters for the dashboard. */
import { findField, type Field, type IndexPattern } from '../../index-pattern.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Agg, AggList } from '../request/agg.ts';
import { dateInterval, writeBucket } from '../request/buckets.ts';
import { add } from '../request/date-math.ts';
import { histogramInterval } from '../request/histogram.ts';
import { convertedValue } from '../request/query.ts';
import { Refusal, type Filter, type FilterMeta } from '../request/types.ts';
import { addCalendar } from '../request/zone.ts';
import { keyText, MISSING, OTHER, type BucketKey, type RangeKey } from './keys.ts';
import type { Table } from './table.ts';

/** Filters for the cell; throws `Refusal` with the reason where a value cannot be filtered by. */
export function cellFilters(table: Table, columnIndex: number, rowIndex: number): Filter[] {
  const column = table.columns[columnIndex];
  const value = column && table.rows[rowIndex]?.[column.id];
  if (column === undefined || value === undefined || value === null) throw new Refusal('There is no value.');
  if (column.kind === 'metrics') throw new Refusal(`"${column.name}" is computed: no event has it as a value.`);
  return bucketFilters(column.agg, value, table.list, value === OTHER ? otherTerms(table, columnIndex, rowIndex) : []);
}

/** Filters for all bucket columns up to this one: what a click on a slice or bar means. */
export function pathFilters(table: Table, columnIndex: number, rowIndex: number): Filter[] {
  return table.columns.slice(0, columnIndex + 1).flatMap((column, i) => {
    const value = table.rows[rowIndex]?.[column.id];
    return column.kind === 'metrics' || value === undefined ? [] : cellFilters(table, i, rowIndex);
  });
}

/** `terms`: those shown beside an Other bucket. */
export function bucketFilters(agg: Agg, key: BucketKey, list: AggList, terms: readonly BucketKey[] = []): Filter[] {
  const { pattern, context } = list;
  const field = agg.field;
  switch (agg.type.name) {
    case 'terms':
    case 'significant_terms':
      return termFilters(needed(field, agg), key, pattern, terms);
    case 'date_histogram': {
      const { months, days, ms } = dateInterval(agg, list).duration;
      const start = Number(key);
      const day = months === 0 && days === 0 ? start : addCalendar(start, months, days, context.timeZone);
      const end = add(day, ms, 'ms', context.timeZone);
      return [rangeFilter(needed(field, agg), { gte: iso(start), lt: iso(end), format: DATE_FORMAT }, pattern)];
    }
    case 'histogram': {
      const start = Number(key);
      const end = start + histogramInterval(agg, list);
      return [rangeFilter(needed(field, agg), { gte: start, lt: end }, pattern)];
    }
    case 'range': {
      const { from, to } = key as RangeKey;
      return [rangeFilter(needed(field, agg), bounds(from, 'gte', to, 'lt'), pattern)];
    }
    case 'date_range': {
      const { from, to } = key as RangeKey;
      const instants = bounds(instant(from), 'gte', instant(to), 'lt');
      const format = from !== undefined && to !== undefined ? { format: DATE_FORMAT } : {};
      return [rangeFilter(needed(field, agg), { ...instants, ...format }, pattern)];
    }
    case 'ip_range': {
      const { from, to, mask } = key as RangeKey;
      const range = mask === undefined ? bounds(from, 'gte', to, 'lte') : cidrBounds(mask);
      return [
        range === undefined
          ? maskFilter(needed(field, agg), mask ?? '', pattern)
          : rangeFilter(needed(field, agg), range, pattern),
      ];
    }
    case 'filters': {
      const query = (writeBucket(agg, list).params['filters'] as Record<string, JsonObject>)[keyText(key)];
      return query === undefined ? [] : [{ meta: { ...meta(pattern), type: 'custom', alias: keyText(key) }, query }];
    }
    default:
      throw new Refusal(`The "${agg.type.title}" aggregation does not support filtering.`);
  }
}

const DATE_FORMAT = 'strict_date_optional_time';

export function phraseFilter(field: Field, value: Json, pattern: IndexPattern): Filter {
  const query = convertedValue(field, value);
  const own = { ...meta(pattern), type: 'phrase', key: field.name, params: { query } };
  return { meta: own, query: { match_phrase: { [field.name]: query } }, ...APP_STATE };
}

export function phrasesFilter(field: Field, values: readonly Json[], pattern: IndexPattern): Filter {
  const should = values.map((value) => ({ match_phrase: { [field.name]: value } }));
  const own = { ...meta(pattern), type: 'phrases', key: field.name, params: values };
  return { meta: own, query: { bool: { should, minimum_should_match: 1 } }, ...APP_STATE };
}

export function existsFilter(field: Field, pattern: IndexPattern): Filter {
  return { meta: { ...meta(pattern), type: 'exists', key: field.name }, exists: { field: field.name }, ...APP_STATE };
}

/** Numbers become numbers; a range without ends is everything. */
export function rangeFilter(field: Field, range: JsonObject, pattern: IndexPattern): Filter {
  const entries = Object.entries(range).map(([name, value]) => [name, field.type === 'number' ? Number(value) : value]);
  const params = Object.fromEntries(entries) as JsonObject;
  const own = { ...meta(pattern), type: 'range', key: field.name, params };
  if (entries.length === 0) return { meta: own, match_all: {}, ...APP_STATE };
  return { meta: own, range: { [field.name]: params }, ...APP_STATE };
}

export function negated(filter: Filter): Filter {
  return { ...filter, meta: { ...filter.meta, negate: true } };
}

/** Filter for a value of any field of the index pattern; `null` asks for events without the field. */
export function valueFilter(pattern: IndexPattern, name: string, value: Json): Filter {
  const field = findField(pattern, name);
  if (field === undefined) throw new Refusal(`"${name}" is not indexed, so it cannot be filtered by.`);
  if (field.searchable !== true) throw new Refusal(`"${name}" is not searchable.`);
  return value === null ? negated(existsFilter(field, pattern)) : phraseFilter(field, value, pattern);
}

const APP_STATE = { $state: { store: 'appState' } } as const;

function termFilters(field: Field, key: BucketKey, pattern: IndexPattern, terms: readonly BucketKey[]): Filter[] {
  if (key === OTHER) return [negated(phrasesFilter(field, terms as readonly Json[], pattern))];
  if (key === MISSING) return [negated(existsFilter(field, pattern))];
  return [phraseFilter(field, key as string | number, pattern)];
}

/** Of each column that was asked for: the terms of its rows that agree in everything before it. */
const termsBeside = new WeakMap<Table, Map<number, ReadonlyMap<string, readonly BucketKey[]>>>();

/** The terms that an Other bucket is not: those in rows that agree in everything before this column. */
function otherTerms(table: Table, columnIndex: number, rowIndex: number): readonly BucketKey[] {
  const before = table.columns.slice(0, columnIndex).filter(({ kind }) => kind === 'buckets');
  const groupOf = (row: Table['rows'][number]): string =>
    JSON.stringify(before.map(({ id }) => keyText(row[id] ?? '')));
  const ofTable = termsBeside.get(table) ?? new Map<number, ReadonlyMap<string, readonly BucketKey[]>>();
  termsBeside.set(table, ofTable);
  const known = ofTable.get(columnIndex) ?? groupTerms(table, table.columns[columnIndex]?.id ?? '', groupOf);
  ofTable.set(columnIndex, known);
  return known.get(groupOf(table.rows[rowIndex] ?? {})) ?? [];
}

function groupTerms(
  { rows }: Table,
  id: string,
  groupOf: (row: Table['rows'][number]) => string,
): ReadonlyMap<string, readonly BucketKey[]> {
  const groups = new Map<string, Set<BucketKey>>();
  for (const row of rows) {
    const term = row[id] as BucketKey | undefined;
    if (term === undefined || term === OTHER || term === MISSING) continue;
    const group = groupOf(row);
    groups.set(group, (groups.get(group) ?? new Set()).add(term));
  }
  return new Map([...groups].map(([group, terms]) => [group, [...terms]]));
}

function needed(field: Field | undefined, agg: Agg): Field {
  if (field === undefined) throw new Refusal(`Aggregation ${agg.id} has no field.`);
  if (field.scripted === true) {
    throw new Refusal(`The "${field.name}" field is scripted and can not be used for filtering.`);
  }
  return field;
}

function meta(pattern: IndexPattern): FilterMeta {
  return { index: pattern.id, negate: false, disabled: false, alias: null };
}

function bounds(
  from: number | string | undefined,
  fromName: string,
  to: number | string | undefined,
  toName: string,
): JsonObject {
  return { ...(from === undefined ? {} : { [fromName]: from }), ...(to === undefined ? {} : { [toName]: to }) };
}

/** First and last address of an IPv4 mask. */
function cidrBounds(mask: string): JsonObject | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(mask);
  if (match === null) return undefined;
  const [a, b, c, d, length] = match.slice(1).map(Number) as [number, number, number, number, number];
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - length);
  const first = Math.floor(address / size) * size;
  return { gte: dotted(first), lte: dotted(first + size - 1) };
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** IPv6 masks are left to the cluster, which understands them. */
function maskFilter(field: Field, mask: string, pattern: IndexPattern): Filter {
  return {
    meta: { ...meta(pattern), type: 'custom', alias: mask },
    query: { term: { [field.name]: mask } },
    ...APP_STATE,
  };
}

function instant(time: number | string | undefined): string | undefined {
  return time === undefined ? undefined : iso(Number(time));
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
