/** The parameters of bucket aggregations. */
import type { Agg, AggList } from './agg.ts';
import { parseDateMath, rangeBounds } from './date-math.ts';
import { histogramInterval } from './histogram.ts';
import { chooseInterval, intervalParams, type Interval } from './interval.ts';
import { fieldParam, given } from './params.ts';
import { buildQuery } from './query.ts';
import { valueById } from './references.ts';
import type { Written } from './tree.ts';
import { Refusal, settingsOf, type Query } from './types.ts';

export function writeBucket(agg: Agg, list: AggList): Written {
  const written = writeOwn(agg, list);
  // A bucket made for a pipeline carries the pipeline's metric.
  return { ...written, below: written.below ?? (agg.customMetric === undefined ? [] : [agg.customMetric]) };
}

function writeOwn(agg: Agg, list: AggList): Written {
  const { params } = agg;
  switch (agg.type.name) {
    case 'terms':
      return terms(agg, list);
    case 'significant_terms':
      return { params: { ...fieldParam(agg), ...given(agg, 'size'), ...includeExclude(agg) } };
    case 'date_histogram':
      return { params: dateHistogram(agg, list) };
    case 'histogram':
      return { params: histogram(agg, list) };
    case 'range':
      return { params: { ...fieldParam(agg), ranges: params['ranges'], keyed: true } };
    case 'date_range':
      return { params: { ...fieldParam(agg), ...given(agg, 'ranges'), time_zone: list.context.timeZone } };
    case 'ip_range':
      return { params: { ...fieldParam(agg), ranges: ipRanges(agg) } };
    case 'filters':
      return { params: filters(agg, list) };
    case 'filter':
      return { params: given(agg, 'geo_bounding_box') };
    case 'geohash_grid':
      return { params: { ...fieldParam(agg), precision: params['precision'] } };
    case 'geotile_grid':
      return { params: { ...fieldParam(agg), ...given(agg, 'precision') } };
    default:
      throw new Refusal(`There is no aggregation "${agg.type.name}".`);
  }
}

/** The interval that a date histogram gets over the context's time range. */
export function dateInterval(agg: Agg, { pattern, context }: AggList): Interval {
  const saved = agg.params['interval'];
  // "custom" named another parameter before 7.0. Where no migration has resolved it, the name is lost: `auto` is left.
  const named = typeof saved === 'string' && saved !== 'custom' ? saved : 'auto';
  const interval = named === 'year' ? 'y' : named;
  const { barTarget, maxBars } = settingsOf(context);
  const bounded = interval === 'auto' || (agg.field !== undefined && agg.field.name === pattern.timeFieldName);
  const bounds = bounded ? rangeBounds(context.timeRange, context) : undefined;
  const range = bounds && Math.abs(bounds.max - bounds.min);
  const normalized = agg.params['useNormalizedOpenSearchInterval'] !== false;
  return chooseInterval(interval, { range, barTarget, maxBars, normalized });
}

function dateHistogram(agg: Agg, list: AggList): Record<string, unknown> {
  const { expression } = dateInterval(agg, list);
  const bounds = agg.params['extended_bounds'] as { min?: string | number; max?: string | number } | undefined;
  const extended = bounds !== undefined && (bounds.min ?? bounds.max ?? null) !== null;
  return {
    ...fieldParam(agg),
    ...intervalParams(expression),
    // The viewer's: a zone saved with the visualization is dropped.
    time_zone: list.context.timeZone,
    ...given(agg, 'format'),
    ...given(agg, 'min_doc_count'),
    ...(extended ? { extended_bounds: { min: instant(bounds.min, list), max: instant(bounds.max, list) } } : {}),
  };
}

/** A bound that is not given means now, as it does to moment.js. */
function instant(value: string | number | null | undefined, { context }: AggList): number | null {
  if (value === undefined) return context.now;
  if (typeof value !== 'string') return value;
  const time = parseDateMath(value, context) ?? Date.parse(value);
  return Number.isNaN(time) ? null : time;
}

function histogram(agg: Agg, list: AggList): Record<string, unknown> {
  const { min, max } = (agg.params['extended_bounds'] ?? {}) as { min?: unknown; max?: unknown };
  const says = (bound: unknown) => Boolean(bound) || bound === 0;
  const extended = agg.params['has_extended_bounds'] === true && says(min) && says(max);
  return {
    ...fieldParam(agg),
    interval: histogramInterval(agg, list),
    min_doc_count: agg.params['min_doc_count'] ? 0 : 1,
    ...(extended ? { extended_bounds: { min, max } } : {}),
  };
}

function terms(agg: Agg, list: AggList): Written {
  const { params, field } = agg;
  const direction = params['order'];
  if (direction !== 'asc' && direction !== 'desc') {
    throw new Refusal(`Aggregation ${agg.id} is ordered "${String(direction)}".`);
  }
  const base = fieldParam(agg);
  const [order, below] = termsOrder(agg, direction, list);
  return {
    params: {
      ...base,
      ...(field?.scripted === true ? { value_type: field.type === 'number' ? 'float' : field.type } : {}),
      ...(params['missingBucket'] === true && field?.type === 'string' ? { missing: '__missing__' } : {}),
      order,
      ...given(agg, 'size'),
      ...includeExclude(agg),
    },
    ...(below === undefined ? {} : { below: [below] }),
  };
}

/** By count, by key, or by a metric, which then must stand below. */
function termsOrder(agg: Agg, direction: string, list: AggList): [Record<string, string>, Agg | undefined] {
  const orderBy = agg.params['orderBy'];
  const by = typeof orderBy === 'string' ? orderBy : '';
  const value = agg.orderAgg ? { id: agg.orderAgg.id, agg: agg.orderAgg } : valueById(by, list);
  if (value === undefined) return [{ [by === '' ? '_count' : by]: direction }, undefined];
  if (value.agg.type.name === 'count') return [{ _count: direction }, undefined];
  return [{ [value.id]: direction }, value.agg];
}

/** Regular expressions on texts, lists of numbers on numbers. */
function includeExclude(agg: Agg): Record<string, unknown> {
  const pick = (name: string): Record<string, unknown> => {
    const saved = agg.params[name];
    if (agg.field?.type === 'number') {
      const numbers = Array.isArray(saved) ? saved.filter((one) => Number.isFinite(one)) : [];
      return numbers.length === 0 ? {} : { [name]: numbers };
    }
    // Before 7.0 it was {pattern, flags}.
    const text = typeof saved === 'string' ? saved : (saved as { pattern?: string } | undefined)?.pattern;
    return agg.field?.type === 'string' && text ? { [name]: text } : {};
  };
  return { ...pick('exclude'), ...pick('include') };
}

function ipRanges(agg: Agg): unknown {
  const kind = String(agg.params['ipRangeType']);
  const ranges = (agg.params['ranges'] as Record<string, Record<string, unknown>[]>)[kind];
  if (kind !== 'fromTo') return ranges;
  return ranges?.map((range) => Object.fromEntries(Object.entries(range).filter(([, bound]) => bound !== null)));
}

interface SavedFilter {
  readonly input?: Query | null;
  readonly label?: string;
}

/** Each cell of a table asks for them once more. */
const knownFilters = new WeakMap<Agg, { readonly list: AggList; readonly written: Record<string, unknown> }>();

/** Each filter is a whole query, without the time range. Its name is its label, else its text. */
function filters(agg: Agg, list: AggList): Record<string, unknown> {
  const known = knownFilters.get(agg);
  if (known?.list === list) return known.written;
  const written = writtenFilters(agg, list);
  knownFilters.set(agg, { list, written });
  return written;
}

function writtenFilters(agg: Agg, list: AggList): Record<string, unknown> {
  const saved = agg.params['filters'] as readonly SavedFilter[];
  const named = saved.flatMap(({ input, label }) =>
    input === undefined || input === null
      ? []
      : [[filterName(input, label), buildQuery(list.pattern, [inLanguage(input)], [], list.context)] as const],
  );
  return named.length === 0 ? {} : { filters: Object.fromEntries(named) };
}

/** Before 6.0 a query had no language: it was Lucene. */
function inLanguage(input: Query): Query {
  return { ...input, language: (input as Partial<Query>).language ?? 'lucene' };
}

export function filterName(input: Query, label: string | undefined): string {
  if (label !== undefined && label !== '') return label;
  if (typeof input.query !== 'string') return JSON.stringify(input.query);
  return input.query === '' ? '*' : input.query;
}
