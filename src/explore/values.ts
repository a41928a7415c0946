import { isIP, isIPv6 } from 'node:net';
import { buildQuery, timeFilter } from '../content/compile/request/query.ts';
import type { CompileContext, Filter } from '../content/compile/request.ts';
import { findField, type Field, type IndexPattern } from '../content/index-pattern.ts';
import type { JsonObject } from '../content/json.ts';
import { AppError } from '../errors.ts';
import { outcomeOf } from '../verify/cluster.ts';
import type { Msearch } from './ask.ts';
import { zoned } from './content.ts';
import type { ValuesAnswer, ValuesRequest } from './protocol.ts';

interface Options {
  /** Of the events. */
  readonly pattern: IndexPattern;
  /** Of the other things that are shown: ledger, dead letters. */
  readonly others: readonly IndexPattern[];
  readonly now: number;
  readonly msearch: Msearch;
  readonly signal: AbortSignal;
}

const MOST_VALUES = 20;

/**
 * The commonest values of a field under a view, those that contain the text; first the one that is the text, then those
 * that begin with it. Throws USAGE and CLUSTER_REFUSED.
 */
export async function readValues(request: ValuesRequest, options: Options): Promise<ValuesAnswer> {
  const { view, timeZone, prefix: text } = request;
  const patterns = patternsOf(request.indices, options);
  const pattern = patterns.find((one) => findField(one, request.field)?.aggregatable === true);
  const field = pattern === undefined ? undefined : findField(pattern, request.field);
  if (pattern === undefined || field === undefined) return { values: [] };
  const context: CompileContext = {
    now: options.now,
    timeZone,
    timeRange: { from: view.from, to: view.to },
    filters: zoned(view.filters, timeZone) as readonly Filter[],
    lenient: true,
  };
  const query = buildQuery(pattern, [], [...(context.filters ?? []), ...timeFilter(pattern, context)], context);
  const values = { terms: { field: field.name, size: MOST_VALUES, order: { _count: 'desc' } } };
  const body = {
    size: 0,
    timeout: '2s',
    query: { bool: { filter: [query, ...containing(field, text)] } },
    aggs: { values, ...beginning(field, text, { values }), ...typed(field, text) },
  };
  const [answer] = await options.msearch([{ index: pattern.title, ignore_unavailable: true }, body], options.signal);
  // What was found until the time was up is offered.
  const outcome = outcomeOf({ ...answer, timed_out: false });
  if ('failure' in outcome) throw new AppError('CLUSTER_REFUSED', outcome.failure);
  return { values: offered(outcome.answer['aggregations'] as Aggregations | undefined, text) };
}

interface Terms {
  readonly buckets: readonly { readonly key: unknown; readonly key_as_string?: string; readonly doc_count: number }[];
}

interface Aggregations {
  readonly values?: Terms;
  readonly begun?: { readonly values?: Terms };
  readonly typed?: { readonly doc_count: number };
}

/** An event may have several values of a field, of which not all contain the text. */
function offered({ values, begun, typed }: Aggregations = {}, text: string): ValuesAnswer['values'] {
  const such = (terms: Terms | undefined, is: (value: string) => boolean): ValuesAnswer['values'] =>
    (terms?.buckets ?? [])
      .map(({ key, key_as_string, doc_count }) => ({ value: key_as_string ?? String(key), count: doc_count }))
      .filter(({ value }) => is(value.toLowerCase()));
  const sought = text.toLowerCase();
  const all = [
    ...(typed !== undefined && typed.doc_count > 0 ? [{ value: text, count: typed.doc_count }] : []),
    ...such(begun?.values, (value) => value.startsWith(sought)),
    ...such(values, (value) => value.includes(sought)),
  ];
  const seen = new Set<string>();
  return all.filter(({ value }) => !seen.has(value) && seen.add(value)).slice(0, MOST_VALUES);
}

function patternsOf(indices: readonly string[], { pattern, others }: Options): IndexPattern[] {
  return indices.map((index) => {
    const known = [pattern, ...others].find(({ title }) => title === index);
    if (known === undefined)
      throw new AppError('USAGE', `"${index}" is not searched; only this product's own indices are shown here.`);
    return known;
  });
}

/** Without these, a value that is not among the commonest would seem not to exist. */
function containing({ name, type }: Field, text: string): JsonObject[] {
  if (text === '') return [];
  if (type === 'string')
    return [{ wildcard: { [name]: { value: `*${text.replace(/[\\*?]/g, '\\$&')}*`, case_insensitive: true } } }];
  const networks = type === 'ip' ? networksOf(text) : [];
  return networks.length === 0 ? [] : [{ terms: { [name]: networks } }];
}

/** Who types the begin of a name means it; among many commoner ones that only contain it, it would not be offered. */
function beginning({ name, type }: Field, text: string, aggs: JsonObject): JsonObject {
  if (type !== 'string' || text === '') return {};
  return { begun: { filter: { prefix: { [name]: { value: text, case_insensitive: true } } }, aggs } };
}

/** What is typed is counted by itself: a rare value among commoner ones that contain it, and a number, whose digits cannot be searched for. */
function typed({ name, type }: Field, text: string): JsonObject {
  if (text === '' || (type === 'ip' && isIP(text) === 0)) return {};
  if (type === 'number') return { typed: { filter: { match: { [name]: { query: text, lenient: true } } } } };
  return type === 'string' || type === 'ip' ? { typed: { filter: { term: { [name]: text } } } } : {};
}

const OCTETS = Array.from({ length: 256 }, (_, octet) => String(octet));

/** The IPv4 addresses that begin with the text, as networks: `203.0.` is one, `203.0.1` stands for 1, 10 to 19 and 100 to 199. Of IPv6, a whole address. */
function networksOf(text: string): string[] {
  if (isIPv6(text)) return [text];
  const whole = text.split('.');
  const begun = whole.pop() ?? '';
  if (whole.length > 3 || !whole.every((octet) => OCTETS.includes(octet))) return [];
  if (begun === '') return [networkOf(whole)];
  return OCTETS.filter((octet) => octet.startsWith(begun)).map((octet) => networkOf([...whole, octet]));
}

const networkOf = (octets: readonly string[]): string =>
  `${[...octets, '0', '0', '0'].slice(0, 4).join('.')}/${octets.length * 8}`;
