/** A saved search → the request for its newest rows; a saved query → the request that counts and shows its hits. */
import type { Bundle, SavedQuery, SavedSearch } from '../../bundle.ts';
import { findField, type Field, type IndexPattern } from '../../index-pattern.ts';
import type { JsonObject } from '../../json.ts';
import type { SortPair } from '../../bundle/types.ts';
import { commonBody, nanos } from './body.ts';
import { buildQuery, timeFilter } from './query.ts';
import { refusable, type Compiled } from './visualization.ts';
import { Refusal, settingsOf, type CompileContext, type Query, type SearchRequest } from './types.ts';

/** A dashboard panel may override what the saved search says. */
export interface SearchOverrides {
  readonly columns?: readonly string[];
  readonly sort?: readonly SortPair[];
}

export function compileSearch(
  bundle: Bundle,
  id: string,
  context: CompileContext,
  overrides: SearchOverrides = {},
): Compiled {
  return refusable(() => {
    const search = bundle.search(id);
    const { index } = search.source;
    if (index === undefined) throw new Refusal(`The saved search (id: ${id}) has no index pattern.`);
    const pattern = bundle.indexPattern(index);
    const request = searchRequest(search, pattern, overrides.sort ?? search.sort, context);
    return { kind: 'hits', request, search, columns: overrides.columns ?? search.columns };
  });
}

/** A saved query, asked of an index pattern as Discover would. */
export function compileQuery(saved: SavedQuery, pattern: IndexPattern, context: CompileContext): Compiled {
  return refusable(() => {
    const source = { query: saved.query, filters: saved.filters, index: pattern.id };
    const { id, title, description } = saved;
    const search = { id, title, description, columns: [], sort: [], source, version: true, highlight: true };
    return { kind: 'hits', request: searchRequest(search, pattern, [], context), search, columns: [] };
  });
}

function searchRequest(
  search: SavedSearch,
  pattern: IndexPattern,
  sort: readonly SortPair[],
  context: CompileContext,
): SearchRequest {
  const { sampleSize, highlight } = settingsOf(context);
  // Unlike in visualizations, the search's own query comes before the dashboard's, and equal ones are not merged.
  const queries = [search.source.query, context.query].filter((query): query is Query => query !== undefined);
  const filters = [...search.source.filters, ...(context.filters ?? []), ...timeFilter(pattern, context)];
  return {
    index: pattern.title,
    pattern,
    body: {
      ...(search.version ? { version: true } : {}),
      size: sampleSize,
      sort: sortClauses(sort, pattern),
      ...commonBody(pattern),
      query: buildQuery(pattern, queries, filters, context),
      ...(search.highlight && highlight ? { highlight: HIGHLIGHT } : {}),
    },
  };
}

const HIGHLIGHT: JsonObject = {
  pre_tags: ['@opensearch-dashboards-highlighted-field@'],
  post_tags: ['@/opensearch-dashboards-highlighted-field@'],
  fields: { '*': {} },
  fragment_size: 2_147_483_647,
};

const SORTABLE = new Set(['string', 'number', 'date', 'boolean', 'ip']);

/** Fields that cannot be sorted by are left out; without any, the newest come first. */
function sortClauses(sort: readonly SortPair[], pattern: IndexPattern): JsonObject[] {
  const chosen = sort.length > 0 ? sort : defaultSort(pattern);
  return chosen.flatMap(([name, order]): JsonObject[] => {
    if (name === '_score') return [{ _score: { order } }];
    const field = findField(pattern, name);
    if (field === undefined || !isSortable(pattern, name)) return [];
    if (field.scripted === true) return [{ _script: { script: scriptOf(field), type: scriptSortType(field), order } }];
    const precise = name === pattern.timeFieldName && nanos(field.esTypes) ? { numeric_type: 'date_nanos' } : {};
    return [{ [name]: { order, ...precise, unmapped_type: 'boolean' } }];
  });
}

function scriptOf({ script = '', lang = 'painless' }: Field): JsonObject {
  return { source: script, lang };
}

function scriptSortType({ type }: Field): string {
  if (type === 'number') return type;
  if (type === 'string' || type === 'boolean') return 'string';
  throw new Refusal(`Unsupported script sort type: ${type}`);
}

function defaultSort(pattern: IndexPattern): SortPair[] {
  const time = pattern.timeFieldName;
  return [time !== undefined && isSortable(pattern, time) ? [time, 'desc'] : ['_score', 'desc']];
}

function isSortable(pattern: IndexPattern, name: string): boolean {
  const field = findField(pattern, name);
  return field !== undefined && field.aggregatable === true && SORTABLE.has(field.type);
}
