/** The Other bucket of a terms aggregation: one more request, whose answer is put among the buckets. */
import { findField } from '../../index-pattern.ts';
import type { JsonObject } from '../../json.ts';
import type { Agg } from '../request/agg.ts';
import { buildQuery } from '../request/query.ts';
import { aggsToDsl } from '../request/tree.ts';
import { Refusal, type Filter, type SearchRequest } from '../request/types.ts';
import type { AggsRequest } from '../request/visualization.ts';
import { bucketFilters, existsFilter, negated, phrasesFilter } from './filters.ts';
import { bucketsOf, keyText, MISSING, OTHER, type Answer, type BucketKey } from './keys.ts';

/** Terms aggregations that want an Other bucket, in the order in which their requests must go out. */
export function othersOf(compiled: AggsRequest): Agg[] {
  return compiled.list.aggs.filter(
    ({ enabled, type, params }) => enabled && type.name === 'terms' && params['otherBucket'] === true,
  );
}

/** A bucket of an answer that was extended: an Other bucket knows the filters it stands for. */
interface Extended {
  buckets: Record<string, unknown>[];
}

interface Target {
  readonly found: Extended;
  readonly terms: readonly BucketKey[];
  readonly hasMissing: boolean;
}

export interface OtherRequest {
  readonly request: SearchRequest;
  /** The answer with the Other buckets in it. */
  merge(other: Answer): Answer;
}

/**
 * The request for one aggregation: a filter for each bucket above it, counting what none of its terms holds.
 * Undefined where a level has no buckets. `answer` must hold the Other buckets of the aggregations before.
 */
export function otherRequest(compiled: AggsRequest, agg: Agg, answer: Answer): OtherRequest | undefined {
  const { list } = compiled;
  const levels = list.aggs.filter(({ enabled, type }) => enabled && type.kind === 'buckets');
  const depth = levels.indexOf(agg);
  const copy = structuredClone(answer);
  const filters: Record<string, JsonObject> = {};
  const targets = new Map<string, Target>();
  let empty = false;

  const walk = (level: number, at: Answer, above: readonly Filter[], key: string): void => {
    const current = levels[level];
    if (current === undefined) return;
    const found = at[current.id] as Extended | undefined;
    const buckets = bucketsOf(found, current, list);
    if (found === undefined || buckets.length === 0) {
      empty = true;
      return;
    }
    if (level < depth) {
      for (const { key: own, answer: inner } of buckets) {
        const known = inner['filters'] as Filter[] | undefined;
        walk(level + 1, inner, [...above, ...(known ?? bucketFilters(current, own, list))], `${key}-${keyText(own)}`);
      }
      return;
    }
    const terms = buckets.map(({ key: own }) => own).filter((own) => own !== MISSING);
    const hasMissing = terms.length < buckets.length;
    filters[key] = notThese(compiled, agg, above, terms, hasMissing);
    targets.set(key, { found, terms, hasMissing });
  };
  try {
    walk(0, (copy['aggregations'] ?? {}) as Answer, [], '');
  } catch (error) {
    // Something above cannot be filtered by: then there is no Other.
    if (error instanceof Refusal) return undefined;
    throw error;
  }
  if (empty) return undefined;
  const below = nodeOf(aggsToDsl(list, false), agg.id)?.['aggs'] as JsonObject | undefined;
  const aggs = { 'other-filter': { ...(below === undefined ? {} : { aggs: below }), filters: { filters } } };
  const { request } = compiled;
  return {
    request: { ...request, body: { ...request.body, aggs } },
    merge(other) {
      const counted = (other['aggregations'] as Answer | undefined)?.['other-filter'] as Answer | undefined;
      for (const [key, bucket] of Object.entries((counted?.['buckets'] ?? {}) as Record<string, Answer>)) {
        const target = targets.get(key);
        if (target === undefined || !bucket['doc_count']) continue;
        const filters = otherFilters(agg, target, compiled);
        target.found.buckets.push({ ...bucket, key: OTHER, filters });
      }
      return copy;
    },
  };
}

function notThese(
  compiled: AggsRequest,
  agg: Agg,
  above: readonly Filter[],
  terms: readonly BucketKey[],
  hasMissing: boolean,
): JsonObject {
  const { pattern, context } = compiled.list;
  const field = findField(pattern, agg.field?.name ?? '');
  const exists = field !== undefined && field.scripted !== true && (agg.params['missingBucket'] !== true || hasMissing);
  const own = exists ? [existsFilter(field, pattern)] : [];
  const not = terms.flatMap((term) => bucketFilters(agg, term, compiled.list).map(negated));
  return buildQuery(pattern, [], [...above, ...own, ...not], context);
}

/** What an Other bucket stands for, for the levels below it. */
function otherFilters(agg: Agg, { terms, hasMissing }: Target, { list }: AggsRequest): Filter[] {
  const { field } = agg;
  if (field === undefined) return [];
  const not = negated(phrasesFilter(field, terms as readonly (string | number)[], list.pattern));
  return hasMissing ? [not, existsFilter(field, list.pattern)] : [not];
}

function nodeOf(aggs: JsonObject, id: string): JsonObject | undefined {
  const here = aggs[id];
  if (here !== undefined) return here as JsonObject;
  for (const node of Object.values(aggs)) {
    const inner = (node as JsonObject)['aggs'];
    const found = inner === undefined ? undefined : nodeOf(inner as JsonObject, id);
    if (found !== undefined) return found;
  }
  return undefined;
}
