/**
 * Reading answers. Pure; runs in Node and in browsers.
 *
 *   asking(compiled)            → a generator of requests; give it each answer, it returns the `Table` at the end
 *   asksAgain(compiled)         → whether it may be more than one request
 *   tableOf(compiled, answer)   → the table of a single answer (no Other buckets)
 *   cellFilters(table, column, row), pathFilters(…) → what a click on a cell, or on a slice or bar, filters by
 *   valueFilter(pattern, field, value), phraseFilter, existsFilter, rangeFilter, negated → filters for other clicks
 *   keyLabel(column, key)       → the text of a bucket
 *
 * A panel often needs one request only. Numeric histograms first ask for the smallest and largest value; terms with an
 * Other bucket ask once more for what is in none of the terms:
 *
 *   const steps = asking(compiled);
 *   let step = steps.next();
 *   while (step.done !== true) step = steps.next(await search(step.value));
 *   const { table, answer } = step.value;
 */
import type { AggsRequest } from './request/visualization.ts';
import type { Bounds, SearchRequest } from './request/types.ts';
import type { Answer } from './response/keys.ts';
import { otherRequest, othersOf } from './response/other.ts';
import { tableOf, type Table } from './response/table.ts';

export { MISSING, OTHER, type Answer, type BucketKey, type RangeKey } from './response/keys.ts';
export {
  cellFilters,
  existsFilter,
  negated,
  pathFilters,
  phraseFilter,
  phrasesFilter,
  rangeFilter,
  valueFilter,
} from './response/filters.ts';
export { keyLabel, tableOf, totalHits, type Column, type Row, type Table } from './response/table.ts';
export { fieldValues } from './response/values.ts';

export interface Asked {
  readonly table: Table;
  /** The main answer, Other buckets included. */
  readonly answer: Answer;
  /** Knows the histograms' bounds. */
  readonly compiled: AggsRequest;
}

/** Whether a later request depends on the answer to an earlier one. */
export function asksAgain(compiled: AggsRequest): boolean {
  return Object.keys(compiled.boundsRequests).length > 0 || othersOf(compiled).length > 0;
}

export function* asking(compiled: AggsRequest): Generator<SearchRequest, Asked, Answer> {
  const bounds: Record<string, Bounds> = {};
  for (const [id, request] of Object.entries(compiled.boundsRequests)) {
    const { minAgg, maxAgg } = ((yield request)['aggregations'] ?? {}) as Record<string, { value?: number | null }>;
    bounds[id] = { min: minAgg?.value ?? 0, max: maxAgg?.value ?? 0 };
  }
  const exact = Object.keys(bounds).length === 0 ? compiled : compiled.withBounds(bounds);
  let answer = yield exact.request;
  for (const agg of othersOf(exact)) {
    const other = otherRequest(exact, agg, answer);
    if (other !== undefined) answer = other.merge(yield other.request);
  }
  return { table: tableOf(exact, answer), answer, compiled: exact };
}
