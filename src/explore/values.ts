import { buildQuery, timeFilter } from '../content/compile/request/query.ts';
import type { CompileContext, Filter } from '../content/compile/request.ts';
import { findField, type IndexPattern } from '../content/index-pattern.ts';
import type { Msearch } from './ask.ts';
import type { ValuesAnswer, ValuesRequest } from './protocol.ts';

interface Options {
  /** Of the events. */
  readonly pattern: IndexPattern;
  /** Of the other things that are shown: ledger, dead letters. */
  readonly others: readonly IndexPattern[];
  readonly now: number;
  readonly msearch: Msearch;
  readonly signal: AbortSignal;
}

const MOST_VALUES = 20;

/** The commonest values of a field under a view, those that contain the text. */
export async function readValues(request: ValuesRequest, options: Options): Promise<ValuesAnswer> {
  const patterns = [options.pattern, ...options.others];
  const pattern = patterns.find((one) => findField(one, request.field)?.aggregatable === true) ?? options.pattern;
  const field = findField(pattern, request.field);
  if (field?.aggregatable !== true) return { values: [] };
  const { view } = request;
  const context: CompileContext = {
    now: options.now,
    timeZone: 'UTC',
    timeRange: { from: view.from, to: view.to },
    filters: view.filters as readonly Filter[],
  };
  const query = buildQuery(pattern, [], [...(context.filters ?? []), ...timeFilter(pattern, context)], context);
  const text = field.type === 'string' ? request.prefix : '';
  const containing =
    text === ''
      ? []
      : [{ wildcard: { [field.name]: { value: `*${text.replace(/[\\*?]/g, '\\$&')}*`, case_insensitive: true } } }];
  const body = {
    size: 0,
    timeout: '2s',
    query: { bool: { filter: [query, ...containing] } },
    aggs: { values: { terms: { field: field.name, size: MOST_VALUES, order: { _count: 'desc' } } } },
  };
  const [answer] = await options.msearch([{ index: pattern.title, ignore_unavailable: true }, body], options.signal);
  const { values } = (answer?.['aggregations'] ?? {}) as {
    values?: { buckets: { key: unknown; key_as_string?: string; doc_count: number }[] };
  };
  const all = (values?.buckets ?? []).map(({ key, key_as_string, doc_count }) => ({
    value: key_as_string ?? String(key),
    count: doc_count,
  }));
  return { values: all.filter(({ value }) => value.toLowerCase().includes(request.prefix.toLowerCase())) };
}
