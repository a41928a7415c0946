import { buildQuery } from '../content/compile/request/query.ts';
import { phraseFilter, rangeFilter, totalHits } from '../content/compile/response.ts';
import { findField, type IndexPattern } from '../content/index-pattern.ts';
import type { JsonObject } from '../content/json.ts';
import { AppError } from '../errors.ts';
import { missingOf, outcomeOf } from '../verify/cluster.ts';
import { eventsOf, type Msearch } from './ask.ts';
import type { AroundAnswer, AroundRequest } from './protocol.ts';

/** Before the event and after it, each. */
const MOST_EVENTS = 20;
/** Of the same moment: CloudTrail's times have whole seconds, in which a script makes many calls. */
const MOST_AT_ONCE = 200;

interface Options {
  /** Of the events. */
  readonly pattern: IndexPattern;
  readonly now: number;
  readonly msearch: Msearch;
  readonly signal: AbortSignal;
}

/** Events before, at and after the time of one of them that share a value with it, newest first. Throws USAGE and CLUSTER_REFUSED. */
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
  const side = (range: JsonObject, order: 'asc' | 'desc', size = MOST_EVENTS): JsonObject => ({
    size,
    query: buildQuery(pattern, [], [same, rangeFilter(timeField, range, pattern)], context),
    sort: [{ [timeField.name]: order }],
    track_total_hits: size !== MOST_EVENTS,
  });
  const header = { index: pattern.title, ignore_unavailable: true };
  const sides = [
    side({ gt: time }, 'asc'),
    side({ gte: time, lte: time }, 'desc', MOST_AT_ONCE),
    side({ lt: time }, 'desc'),
  ];
  const answers = await msearch(
    sides.flatMap((body) => [header, body]),
    signal,
  );
  for (const outcome of answers.map(outcomeOf))
    if ('failure' in outcome) throw new AppError('CLUSTER_REFUSED', outcome.failure);
  const [after = [], at = [], before = []] = answers.map(eventsOf);
  const total = totalHits(answers[1] ?? {});
  const crowd = total > at.length ? `${total} events have this very time: ${at.length} of them are shown` : undefined;
  const missing = [...new Set([...answers.map(missingOf), crowd])].filter((text) => text !== undefined).join('; ');
  return { events: [...after.reverse(), ...at, ...before], ...(missing === '' ? {} : { missing }) };
}
