/** Which fields hold values at all: one request for each index pattern and time range, however many panels ask. */
import type { Compiled, SearchRequest } from '../content/compile/request.ts';
import { totalHits, type Answer } from '../content/compile/response.ts';
import type { JsonObject } from '../content/json.ts';
import type { Outcome } from './cluster.ts';

export interface Wanted {
  readonly compiled: Compiled;
  readonly fields: readonly string[];
}

export interface PresenceRequest {
  readonly request: SearchRequest;
  readonly wanted: readonly (Wanted & { readonly place: number })[];
}

export function presenceRequests(all: readonly Wanted[]): PresenceRequest[] {
  const groups = new Map<
    string,
    { base: SearchRequest; query: JsonObject; wanted: PresenceRequest['wanted'][number][] }
  >();
  all.forEach((wanted, place) => {
    const base = baseOf(wanted.compiled);
    if (base === undefined) return;
    const query = rangeOf(base);
    const key = JSON.stringify([base.index, query]);
    const group = groups.get(key) ?? { base, query, wanted: [] };
    group.wanted.push({ ...wanted, place });
    groups.set(key, group);
  });
  return [...groups.values()].map(({ base, query, wanted }) => {
    const names = [...new Set(wanted.flatMap(({ fields }) => fields))].sort();
    const filters = Object.fromEntries(names.map((name) => [name, { exists: { field: name } }]));
    const aggs: JsonObject = names.length === 0 ? {} : { present: { filters: { filters } } };
    return { request: { ...base, body: { size: 0, query, aggs } }, wanted };
  });
}

/** By the place in the list that was asked for; undefined where the question has no request, or its answer failed. */
export function absentFields(
  requests: readonly PresenceRequest[],
  outcomes: readonly Outcome[],
): ({ events: number; fields: string[] } | undefined)[] {
  const found: ({ events: number; fields: string[] } | undefined)[] = [];
  requests.forEach(({ wanted }, i) => {
    const outcome = outcomes[i];
    if (outcome === undefined || !('answer' in outcome)) return;
    const present = (outcome.answer['aggregations'] as Answer | undefined)?.['present'] as Answer | undefined;
    const buckets = (present?.['buckets'] ?? {}) as Readonly<Record<string, { doc_count: number }>>;
    for (const { place, fields } of wanted) {
      const absent = fields.filter((name) => (buckets[name]?.doc_count ?? 0) === 0);
      found[place] = { events: totalHits(outcome.answer), fields: absent };
    }
  });
  return found;
}

function baseOf(compiled: Compiled): SearchRequest | undefined {
  if (compiled.kind === 'aggs' || compiled.kind === 'hits') return compiled.request;
  if (compiled.kind === 'controls') return compiled.controls.find(({ request }) => request !== undefined)?.request;
  return undefined;
}

/** The time range of a request alone. */
function rangeOf({ body, pattern }: SearchRequest): JsonObject {
  const { filter = [] } = ((body['query'] as JsonObject | undefined)?.['bool'] ?? {}) as { filter?: JsonObject[] };
  const isRange = (clause: JsonObject) => {
    const range = clause['range'] as JsonObject | undefined;
    return range !== undefined && pattern.timeFieldName !== undefined && pattern.timeFieldName in range;
  };
  const last = filter.filter(isRange).at(-1);
  return last ?? { match_all: {} };
}
