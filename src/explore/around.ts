import { buildQuery } from '../content/compile/request/query.ts';
import { phraseFilter, rangeFilter } from '../content/compile/response.ts';
import { findField, type IndexPattern } from '../content/index-pattern.ts';
import type { JsonObject } from '../content/json.ts';
import { AppError } from '../errors.ts';
import { missingOf, outcomeOf } from '../verify/cluster.ts';
import { eventsOf, type Msearch } from './ask.ts';
import type { AroundAnswer, AroundRequest } from './protocol.ts';

/** Before the event and after it, each. */
const MOST_EVENTS = 20;

interface Options {
  /** Of the events. */
  readonly pattern: IndexPattern;
  readonly now: number;
  readonly msearch: Msearch;
  readonly signal: AbortSignal;
}

/** Events before and after one of them that share a value with it, newest first. Throws USAGE and CLUSTER_REFUSED. */
export async function readAround(
  { time, field: name, value }: AroundRequest,
  { pattern, now, msearch, signal }: Options,
): Promise<AroundAnswer> {
  const field = findField(pattern, name);
  const timeField = findField(pattern, pattern.timeFieldName ?? '');
  if (field === undefined || timeField === undefined) throw new AppError('USAGE', `"${name}" is not an indexed field.`);
  const same = phraseFilter(field, value, pattern);
  const context = { now, timeZone: 'UTC', timeRange: { from: time, to: time } };
  // Not sorted by ids beside the time: that would load those of all events into the cluster's memory.
  const side = (range: JsonObject, order: 'asc' | 'desc'): JsonObject => ({
    size: MOST_EVENTS,
    query: buildQuery(pattern, [], [same, rangeFilter(timeField, range, pattern)], context),
    sort: [{ [timeField.name]: order }],
    track_total_hits: false,
  });
  const header = { index: pattern.title, ignore_unavailable: true };
  const answers = await msearch([header, side({ gt: time }, 'asc'), header, side({ lte: time }, 'desc')], signal);
  for (const outcome of answers.map(outcomeOf))
    if ('failure' in outcome) throw new AppError('CLUSTER_REFUSED', outcome.failure);
  const [after = [], before = []] = answers.map(eventsOf);
  const missing = answers.map(missingOf).find((text) => text !== undefined);
  return { events: [...after.reverse(), ...before], ...(missing === undefined ? {} : { missing }) };
}
