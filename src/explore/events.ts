import { buildQuery, timeFilter } from '../content/compile/request/query.ts';
import type { CompileContext, Filter } from '../content/compile/request.ts';
import { phraseFilter, rangeFilter, totalHits } from '../content/compile/response.ts';
import { findField, type IndexPattern } from '../content/index-pattern.ts';
import type { JsonObject } from '../content/json.ts';
import { AppError } from '../errors.ts';
import { eventsOf, type Msearch } from './ask.ts';
import {
  MOST_EVENTS,
  type EventsAnswer,
  type EventsRequest,
  type ValuesAnswer,
  type ValuesRequest,
  type View,
} from './protocol.ts';

interface Options {
  /** Of the events. */
  readonly pattern: IndexPattern;
  /** Of the other things that are shown: ledger, dead letters. */
  readonly others?: readonly IndexPattern[];
  readonly now: number;
  readonly msearch: Msearch;
  readonly signal: AbortSignal;
}

const MOST_VALUES = 20;

/** Events of a view, or those before and after one event that share a value with it. Newest first. */
export async function readEvents(request: EventsRequest, options: Options): Promise<EventsAnswer> {
  const { pattern } = options;
  const time = pattern.timeFieldName ?? 'time_dt';
  const size = Math.min(Math.max(1, request.size), MOST_EVENTS);
  const context = contextOf(request.view, options);
  const { around } = request;
  if (around === undefined) {
    const queries = [request.query, request.view.query]
      .filter((text) => text !== undefined && text !== '')
      .map((query) => ({ query: query ?? '', language: 'kuery' }));
    const query = buildQuery(pattern, queries, [...(context.filters ?? []), ...timeFilter(pattern, context)], context);
    // The next page begins after this one's last event: of one time, only ids tell events apart.
    const sort = [{ [time]: 'desc' }, { _id: 'desc' }];
    const after = request.after === undefined ? {} : { search_after: request.after as never };
    return search([{ ...listOf(query, size), sort, ...after }], options);
  }
  const field = findField(pattern, around.field);
  const at = findField(pattern, time);
  if (field === undefined || at === undefined)
    throw new AppError('USAGE', `"${around.field}" is not an indexed field.`);
  const same = phraseFilter(field, around.value, pattern);
  // Nothing pages here, so nothing sorts by ids: that would load those of all events into the cluster's memory.
  const side = (range: JsonObject, order: 'asc' | 'desc'): JsonObject => ({
    ...listOf(buildQuery(pattern, [], [same, rangeFilter(at, range, pattern)], context), size),
    sort: [{ [time]: order }],
  });
  const answer = await search([side({ gt: around.time }, 'asc'), side({ lte: around.time }, 'desc')], options);
  return { ...answer, events: [...answer.events].sort((a, b) => timeOf(b.source, time) - timeOf(a.source, time)) };
}

/** The commonest values of a field under a view, those that contain the text. */
export async function readValues(request: ValuesRequest, options: Options): Promise<ValuesAnswer> {
  const patterns = [options.pattern, ...(options.others ?? [])];
  const pattern = patterns.find((one) => findField(one, request.field)?.aggregatable === true) ?? options.pattern;
  const field = findField(pattern, request.field);
  if (field?.aggregatable !== true) return { values: [] };
  const context = contextOf(request.view, options);
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

function contextOf(view: View, { now }: Options): CompileContext {
  return {
    now,
    timeZone: 'UTC',
    timeRange: { from: view.from, to: view.to },
    filters: view.filters as readonly Filter[],
  };
}

const listOf = (query: JsonObject, size: number): JsonObject => ({ size, query, track_total_hits: true });

async function search(bodies: readonly JsonObject[], { pattern, msearch, signal }: Options): Promise<EventsAnswer> {
  const answers = await msearch(
    bodies.flatMap((body) => [{ index: pattern.title, ignore_unavailable: true }, body]),
    signal,
  );
  for (const answer of answers) {
    const error = answer['error'] as { reason?: string } | undefined;
    if (error !== undefined) throw new AppError('CLUSTER_REFUSED', error.reason ?? 'The cluster refused the search.');
  }
  return { total: answers.reduce((sum, answer) => sum + totalHits(answer), 0), events: answers.flatMap(eventsOf) };
}

const timeOf = (source: Readonly<Record<string, unknown>>, field: string): number => Date.parse(String(source[field]));
