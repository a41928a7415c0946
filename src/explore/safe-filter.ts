import { AppError } from '../errors.ts';
import type { SavedFilter } from './protocol.ts';

/** Query clauses that our own filters and those of a bucket are made of. No scripts, no look-ups in other indices. */
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
]);
const BOOL = new Set(['must', 'filter', 'should', 'must_not', 'minimum_should_match']);
/** Not `inner_hits`, which are searches of their own, with scripts. */
const NESTED = new Set(['path', 'query', 'score_mode', 'ignore_unmapped']);
const DEEPEST = 12;

/**
 * Filters come from the page's URL, which is anybody's text: they may narrow a compiled search and do nothing else.
 * Throws USAGE with what is not allowed.
 */
export function checkFilters(filters: readonly SavedFilter[]): void {
  for (const filter of filters as readonly (SavedFilter | null | undefined)[]) {
    const { meta, $state, query, ...clauses } = filter ?? {};
    if (meta === null || typeof meta !== 'object' || ($state !== undefined && typeof $state !== 'object'))
      throw refuse('a filter without meta');
    if (query !== undefined) checkClause(query, 0);
    if (Object.keys(clauses).length > 0) checkClause(clauses, 0);
  }
}

function checkClause(clause: unknown, depth: number): void {
  if (depth > DEEPEST) throw refuse('a filter nested this deep');
  if (clause === null || typeof clause !== 'object' || Array.isArray(clause))
    throw refuse('a filter that is no object');
  for (const [name, body] of Object.entries(clause)) {
    if (!CLAUSES.has(name)) throw refuse(`"${name}" in a filter`);
    if (body === null || typeof body !== 'object' || Array.isArray(body)) throw refuse(`a "${name}" that is no object`);
    if (name === 'bool') checkBool(body as Record<string, unknown>, depth);
    else if (name === 'nested') checkNested(body as Record<string, unknown>, depth);
    else checkLeaf(name, body as Record<string, unknown>);
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

/** `terms` with an object asks another index; elsewhere an object holds the options of one field. */
function checkLeaf(name: string, body: Record<string, unknown>): void {
  for (const value of Object.values(body)) {
    const plain = value === null || typeof value !== 'object';
    const list = Array.isArray(value) && value.every((item) => item === null || typeof item !== 'object');
    const options =
      !plain &&
      !Array.isArray(value) &&
      Object.values(value).every((item) => item === null || typeof item !== 'object');
    if (!(plain || list || (options && name !== 'terms'))) throw refuse(`the value of a "${name}"`);
  }
}

function refuse(what: string): AppError {
  return new AppError('USAGE', `This view holds ${what}, which is not allowed here.`);
}
