import type { SearchRequest } from '../content/compile/request.ts';
import type { Answer } from '../content/compile/response.ts';
import type { IndexPattern } from '../content/index-pattern.ts';
import type { Extent } from './protocol.ts';

const MINUTE = 60_000;

/** For the first and the last event of all: the cluster reads them from the index, without looking at any event. */
export function extentRequest(pattern: IndexPattern): SearchRequest {
  const field = pattern.timeFieldName ?? '';
  const aggs = { first: { min: { field } }, last: { max: { field } } };
  return { index: pattern.title, pattern, body: { size: 0, track_total_hits: false, aggs } };
}

/** A time range of whole minutes that holds all events; null where there are none. */
export function extentOf(answer: Answer): Extent | null {
  const { first, last } = (answer['aggregations'] ?? {}) as Record<string, { value: number | null } | undefined>;
  if (typeof first?.value !== 'number' || typeof last?.value !== 'number') return null;
  const minute = (number: number): string => new Date(number * MINUTE).toISOString();
  return { from: minute(Math.floor(first.value / MINUTE)), to: minute(Math.floor(last.value / MINUTE) + 1) };
}
