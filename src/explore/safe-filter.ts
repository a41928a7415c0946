import type { AggsRequest, Filter, HitsRequest, Query } from '../content/compile/request.ts';
import { FLAT_FROM } from '../content/dql/dql.ts';
import { AppError } from '../errors.ts';
import type { SavedFilter } from './protocol.ts';

/** Query clauses that our own filters, those of a bucket and a user's saved ones are made of. No scripts, no look-ups in other indices. */
const CLAUSES = new Set([
  'bool',
  'match',
  'match_phrase',
  'multi_match',
  'exists',
  'range',
  'query_string',
  'match_all',
  'term',
  'terms',
  'nested',
  'wildcard',
  'prefix',
  'regexp',
  'ids',
  'match_phrase_prefix',
  'simple_query_string',
  'geo_bounding_box',
]);
const BOOL = new Set(['must', 'filter', 'should', 'must_not', 'minimum_should_match']);
/** Not `inner_hits`, which are searches of their own, with scripts. */
const NESTED = new Set(['path', 'query', 'score_mode', 'ignore_unmapped']);
/**
 * Clauses within each other. DQL nests each term of an `or` or an `and` in the one before, and those within each other. A clause
 * is three levels of JSON, of which the cluster reads a thousand.
 */
const DEEPEST = 4 * FLAT_FROM;

/**
 * Filters come from the page's URL, which is anybody's text: they may narrow a compiled search and do nothing else.
 * Throws USAGE with what is not allowed.
 */
export function checkFilters(filters: readonly SavedFilter[]): void {
  for (const filter of filters as readonly (SavedFilter | null | undefined)[]) {
    const { meta, $state } = filter ?? {};
    if (meta === null || typeof meta !== 'object' || ($state !== undefined && typeof $state !== 'object'))
      throw refuse('a filter without meta');
    // One that is disabled is kept, and never sent.
    if (meta.disabled !== true) checkFilter(filter ?? {});
  }
}

/** The same for what a user's saved object brings beside names of fields: query DSL, and the "JSON input" of aggregations. */
export function checkSaved(compiled: AggsRequest | HitsRequest): void {
  const { queries, filters } =
    compiled.kind === 'aggs'
      ? compiled
      : { queries: [compiled.search.source.query], filters: compiled.search.source.filters };
  queries.forEach(checkQuery);
  filters.filter((filter) => (filter as Partial<Filter>).meta?.disabled !== true).forEach(checkFilter);
  if (compiled.kind === 'aggs') compiled.list.aggs.filter(({ enabled }) => enabled).forEach(checkAgg);
}

type Agg = AggsRequest['list']['aggs'][number];

function checkAgg({ type, params, customBucket, customMetric, orderAgg }: Agg): void {
  checkInput(params['json']);
  // There it is a query of its own.
  if (type.name === 'filter' && isObjectText(params['json'])) throw refuse('JSON input of a filter');
  if (type.name === 'filters')
    for (const { input } of params['filters'] as readonly { input?: Query | null }[]) checkQuery(input);
  for (const inner of [customBucket, customMetric, orderAgg]) if (inner !== undefined) checkAgg(inner);
}

function isObjectText(json: unknown): boolean {
  try {
    return typeof json === 'string' && Object.keys((JSON.parse(json) ?? {}) as object).length > 0;
  } catch {
    return false;
  }
}

function checkQuery(query: Query | null | undefined): void {
  if (isObject(query?.query)) checkClause(query.query, 0);
}

/** JSON input may set values; queries and scripts would be others than those that are looked at above. */
function checkInput(json: unknown): void {
  if (typeof json !== 'string') return;
  try {
    JSON.parse(json, (key, value: unknown) => {
      if (/script|filter|query/.test(key)) throw refuse(`"${key}" in the JSON input of an aggregation`);
      return value;
    });
  } catch (error) {
    // A text that is not JSON is left out of the request.
    if (!(error instanceof SyntaxError)) throw error;
  }
}

function checkFilter(filter: object): void {
  const { meta: _meta, $state: _state, query, ...clauses } = filter as Partial<SavedFilter>;
  if (query !== undefined) checkClause(query, 0);
  if (Object.keys(clauses).length > 0) checkClause(clauses, 0);
}

function checkClause(clause: unknown, depth: number): void {
  if (depth > DEEPEST) throw refuse('a filter nested this deep');
  if (!isObject(clause)) throw refuse('a filter that is no object');
  for (const [name, body] of Object.entries(clause)) {
    if (!CLAUSES.has(name)) throw refuse(`"${name}" in a filter`);
    if (!isObject(body)) throw refuse(`a "${name}" that is no object`);
    if (name === 'bool') checkBool(body, depth);
    else if (name === 'nested') checkNested(body, depth);
    else checkLeaf(name, body);
  }
}

function checkBool(body: Record<string, unknown>, depth: number): void {
  for (const [name, value] of Object.entries(body)) {
    if (!BOOL.has(name)) throw refuse(`"${name}" in a bool`);
    if (name === 'minimum_should_match') continue;
    for (const clause of Array.isArray(value) ? value : [value]) checkClause(clause, depth + 1);
  }
}

function checkNested(body: Record<string, unknown>, depth: number): void {
  for (const name of Object.keys(body)) if (!NESTED.has(name)) throw refuse(`"${name}" in a nested`);
  checkClause(body['query'], depth + 1);
}

/** `terms` with an object asks another index; elsewhere an object holds the options of one field, or the corners of a box. */
function checkLeaf(name: string, body: Record<string, unknown>): void {
  for (const value of Object.values(body)) {
    const list = Array.isArray(value) && value.every(isPlain);
    const options = isObject(value) && Object.values(value).every(name === 'geo_bounding_box' ? isCorner : isPlain);
    if (!(isPlain(value) || list || (options && name !== 'terms'))) throw refuse(`this value of a "${name}"`);
  }
}

const isPlain = (value: unknown): boolean => value === null || typeof value !== 'object';
const isObject = (value: unknown): value is Record<string, unknown> => !isPlain(value) && !Array.isArray(value);
/** A geohash, `[lon, lat]` or `{ lat, lon }`. */
const isCorner = (value: unknown): boolean =>
  isPlain(value) || Object.values(value as object).every((degrees) => typeof degrees === 'number');

function refuse(what: string): AppError {
  return new AppError('USAGE', `There is ${what}, which is not allowed here.`);
}
