/**
 * Queries and filters → the `bool` of a request: DQL and filters under `filter`, Lucene under `must`, negated filters
 * under `must_not`, always with all four lists.
 */
import { asFieldValue, dqlToDsl, notBoolean } from '../../dql/dql.ts';
import { findField, type Field, type IndexPattern } from '../../index-pattern.ts';
import type { Json, JsonObject } from '../../json.ts';
import { rangeBounds } from './date-math.ts';
import { Refusal, settingsOf, type CompileContext, type Filter, type Query } from './types.ts';

export function buildQuery(
  pattern: IndexPattern,
  queries: readonly Query[],
  filters: readonly Filter[],
  context: CompileContext,
): JsonObject {
  const { allowLeadingWildcards, ignoreFilterIfFieldNotInIndex } = settingsOf(context);
  const isLenient = context.lenient === true;
  const asked = (clause: JsonObject): JsonObject => (isLenient ? lenient(clause, pattern) : clause);
  const filter: Json[] = [];
  const must: Json[] = [];
  for (const { query, language } of queries) {
    if ((query as Query['query'] | undefined) === undefined) continue;
    if (language === 'kuery') {
      const text = typeof query === 'string' ? query : JSON.stringify(query);
      filter.push(compiledDql(text, pattern, { timeZone: context.timeZone, allowLeadingWildcards, isLenient }));
    } else if (language === 'lucene') {
      must.push(asked(luceneToDsl(query, context.timeZone)));
    } else {
      throw new Refusal(`Queries in ${language} are not search requests: no panel can be asked so.`);
    }
  }
  const active = filters.filter((one) => one.meta?.disabled !== true);
  const wanted = active.filter((one) => !ignoreFilterIfFieldNotInIndex || fits(one, pattern));
  const clauses = (negate: boolean) =>
    wanted
      .filter(({ meta }) => (meta?.negate === undefined ? !negate : meta.negate === negate))
      .map((one) => asked(filterClause(one, pattern)));
  return { bool: { must, filter: [...filter, ...clauses(false)], should: [], must_not: clauses(true) } };
}

/**
 * What a number cannot be is not found instead of failing. A number knows no phrases: to it `match_phrase` means what
 * `match` means, and of the two only that can be lenient.
 */
function lenient(query: JsonObject, pattern: IndexPattern): JsonObject {
  const within = (value: Json): Json => (isList(value) ? value.map(within) : isObject(value) ? clauses(value) : value);
  const clauses = (all: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(all).map(([name, body]) => {
        const [field = '', asked = null] =
          (name === 'match' || name === 'match_phrase') && isObject(body) ? (Object.entries(body)[0] ?? []) : [];
        if (findField(pattern, field)?.type !== 'number') return [name, within(body)];
        return ['match', { [field]: { query: isObject(asked) ? (asked['query'] ?? null) : asked, lenient: true } }];
      }),
    );
  return clauses(query);
}

const compiledTexts = new WeakMap<IndexPattern, Map<string, JsonObject>>();

/** What a user types is kept as well; this bounds it. */
const MOST_TEXTS = 500;

/** Panels ask the same texts at each refresh, and a chart's cells once more: compiling them is most of what a dashboard costs here. */
function compiledDql(
  text: string,
  pattern: IndexPattern,
  context: { timeZone: string; allowLeadingWildcards: boolean; isLenient: boolean },
): JsonObject {
  const known = compiledTexts.get(pattern) ?? new Map<string, JsonObject>();
  compiledTexts.set(pattern, known);
  const key = `${context.timeZone} ${context.allowLeadingWildcards} ${context.isLenient} ${text}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const compiled = dqlToDsl(text, pattern, context);
  const dsl = context.isLenient ? lenient(compiled, pattern) : compiled;
  if (known.size >= MOST_TEXTS) known.clear();
  known.set(key, dsl);
  return dsl;
}

/** Dashboard, visualization and saved search may say the same: of equal query texts the first counts, whatever its language. */
export function distinctQueries(queries: readonly (Query | undefined)[]): Query[] {
  const seen = new Set<string>();
  return queries.filter((query): query is Query => {
    if (query === undefined) return false;
    const text = JSON.stringify(query.query);
    return !seen.has(text) && seen.add(text) !== undefined;
  });
}

/** Of filters that ask the same, the first counts, even where one is negated or disabled and the other is not. */
export function distinctFilters(filters: readonly Filter[]): Filter[] {
  const seen = new Set<string>();
  return filters.filter((filter) => {
    const text = JSON.stringify(sorted(bare(filter)));
    return !seen.has(text) && seen.add(text) !== undefined;
  });
}

/** The filter that the time range stands for; none where the index pattern has no time field. */
export function timeFilter(pattern: IndexPattern, context: CompileContext): Filter[] {
  const name = pattern.timeFieldName;
  if (name === undefined || findField(pattern, name) === undefined) return [];
  const { min, max } = rangeBounds(context.timeRange, context);
  const bounds = { gte: new Date(min).toISOString(), lte: new Date(max).toISOString() };
  return [{ meta: { index: pattern.id }, range: { [name]: { ...bounds, format: 'strict_date_optional_time' } } }];
}

/** The value as the field needs it. */
export function convertedValue(field: Field, value: Json): Json {
  const converted = asFieldValue(field, value);
  if (converted === undefined) throw new Refusal(notBoolean(field, value));
  return converted;
}

function luceneToDsl(query: string | JsonObject, timeZone: string): JsonObject {
  if (typeof query === 'string') {
    if (query.trim() === '') return { match_all: {} };
    return { query_string: { query, analyze_wildcard: true, time_zone: timeZone } };
  }
  const inner = query['query_string'];
  if (!isObject(inner)) return query;
  return { ...query, query_string: { time_zone: timeZone, ...inner, analyze_wildcard: true } };
}

function filterClause(filter: Filter, pattern: IndexPattern): JsonObject {
  const migrated = migratePhrase(filter, pattern);
  const clause = isObject(migrated.query) ? migrated.query : (bare(migrated) as JsonObject);
  const path = findField(pattern, filterField(migrated) ?? '')?.subType?.nested?.path;
  return path === undefined ? clause : { nested: { path, query: clause } };
}

/** `match: {f: {query, type: 'phrase'}}` of before 6.0 is `match_phrase`. */
function migratePhrase(filter: Filter, pattern: IndexPattern): Filter {
  const match = filter.query?.['match'];
  if (!isObject(match)) return filter;
  const [name, params] = Object.entries(match)[0] ?? [];
  if (name === undefined || !isObject(params) || params['type'] !== 'phrase') return filter;
  const { type: _, ...rest } = params;
  const field = findField(pattern, name);
  const query = field === undefined ? (rest['query'] ?? null) : convertedValue(field, rest['query'] ?? null);
  return { ...filter, query: { match_phrase: { [name]: { ...rest, query } } } };
}

/** The field a filter is about, where its kind tells. */
export function filterField(filter: Filter): string | undefined {
  const phrase = filter.query?.['match_phrase'];
  if (isObject(phrase)) return Object.keys(phrase)[0];
  if (filter.meta?.type === 'phrases') return filter.meta.key;
  const { exists, range } = filter;
  if (isObject(exists) && typeof exists['field'] === 'string') return exists['field'];
  for (const clause of [filter['geo_bounding_box'], filter['geo_polygon'], range]) {
    if (isObject(clause)) return Object.keys(clause).find((key) => key !== 'ignore_unmapped');
  }
  return undefined;
}

function fits(filter: Filter, pattern: IndexPattern): boolean {
  if (filter.meta?.key === undefined) return true;
  if (filter.meta.type === 'custom') return filter.meta.index === pattern.id;
  return findField(pattern, filter.meta.key) !== undefined;
}

function bare({ meta: _meta, $state: _state, ...clause }: Filter): Record<string, unknown> {
  return clause;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}
