import { isIPv6 } from 'node:net';
import { buildQuery, timeFilter } from '../content/compile/request/query.ts';
import type { CompileContext, Filter } from '../content/compile/request.ts';
import { findField, type Field, type IndexPattern } from '../content/index-pattern.ts';
import type { JsonObject } from '../content/json.ts';
import { AppError } from '../errors.ts';
import { outcomeOf } from '../verify/cluster.ts';
import type { Msearch } from './ask.ts';
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

/** The commonest values of a field under a view, those that contain the text. Throws USAGE and CLUSTER_REFUSED. */
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
    filters: view.filters as readonly Filter[],
    lenient: true,
  };
  const query = buildQuery(pattern, [], [...(context.filters ?? []), ...timeFilter(pattern, context)], context);
  const body = {
    size: 0,
    timeout: '2s',
    query: { bool: { filter: [query, ...containing(field, text)] } },
    aggs: {
      values: { terms: { field: field.name, size: MOST_VALUES, order: { _count: 'desc' } } },
      ...typedNumber(field, text),
    },
  };
  const [answer] = await options.msearch([{ index: pattern.title, ignore_unavailable: true }, body], options.signal);
  // What was found until the time was up is offered.
  const outcome = outcomeOf({ ...answer, timed_out: false });
  if ('failure' in outcome) throw new AppError('CLUSTER_REFUSED', outcome.failure);
  const { values, typed } = (outcome.answer['aggregations'] ?? {}) as {
    values?: { buckets: { key: unknown; key_as_string?: string; doc_count: number }[] };
    typed?: { doc_count: number };
  };
  const all = (values?.buckets ?? []).map(({ key, key_as_string, doc_count }) => ({
    value: key_as_string ?? String(key),
    count: doc_count,
  }));
  const found = all.filter(({ value }) => value.toLowerCase().includes(text.toLowerCase()));
  const rare = typed !== undefined && typed.doc_count > 0 && !found.some(({ value }) => value === text);
  return { values: rare ? [{ value: text, count: typed.doc_count }, ...found] : found };
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

/** The digits of a number cannot be searched for: the number that is typed is counted beside the commonest. */
function typedNumber({ name, type }: Field, text: string): JsonObject {
  if (type !== 'number' || text === '') return {};
  return { typed: { filter: { match: { [name]: { query: text, lenient: true } } } } };
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
