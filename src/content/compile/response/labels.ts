/** What a column is called. */
import type { Agg, AggList } from '../request/agg.ts';
import { dateInterval } from '../request/buckets.ts';
import { valueById, type ValueAgg } from '../request/references.ts';

export function columnLabel(value: ValueAgg, list: AggList): string {
  if (value.key !== undefined) return partLabel(value, value.key);
  return aggLabel(value.agg, list);
}

/** Of one of several values of an aggregation; a custom label names the field's place in it. */
function partLabel({ agg }: ValueAgg, key: number | string): string {
  const custom = customLabel(agg);
  const about = custom ?? fieldName(agg);
  switch (agg.type.name) {
    case 'percentiles':
      return `${ordinal(Number(key))} percentile of ${about}`;
    case 'percentile_ranks':
      return `Percentile rank ${Number(key).toLocaleString('en-US', { maximumFractionDigits: 3 })} of "${about}"`;
    default:
      return `${key === 'std_lower' ? 'Lower' : 'Upper'} ${custom ?? `Standard Deviation of ${fieldName(agg)}`}`;
  }
}

function aggLabel(agg: Agg, list: AggList): string {
  const field = fieldName(agg);
  const custom = customLabel(agg);
  // A filters aggregation takes no label.
  if (custom !== undefined && agg.type.name !== 'filters') return custom;
  if (agg.type.pipeline !== undefined) return pipelineLabel(agg, list);
  switch (agg.type.name) {
    case 'count':
      return 'Count';
    case 'avg':
      return `Average ${field}`;
    case 'sum':
      return `Sum of ${field}`;
    case 'median':
    case 'min':
    case 'max':
      return `${agg.type.title} ${field}`;
    case 'cardinality':
      return `Unique count of ${field}`;
    case 'top_hits': {
      const end = agg.params['sortOrder'] === 'asc' ? 'First' : 'Last';
      return agg.params['size'] === 1 ? `${end} ${field}` : `${end} ${paramText(agg, 'size', '')} ${field}`;
    }
    case 'terms':
      return `${field}: ${agg.params['order'] === 'asc' ? 'Ascending' : 'Descending'}`;
    case 'significant_terms':
      return `Top ${paramText(agg, 'size', '')} unusual terms in ${field}`;
    case 'date_histogram':
      return `${field} per ${dateHistogramUnit(agg, list)}`;
    case 'histogram':
      return field;
    case 'range':
      return `${field} ranges`;
    case 'date_range':
      return `${field} date ranges`;
    case 'ip_range':
      return `${field} IP ranges`;
    case 'filters':
      return 'filters';
    default:
      return agg.type.title;
  }
}

function dateHistogramUnit(agg: Agg, list: AggList): string {
  const { description, scaledFrom } = dateInterval(agg, list);
  // Scaled values are per chosen interval, whatever the buckets are.
  return metricScale(agg, list) === 1 ? description : (scaledFrom?.description ?? description);
}

/** What the metrics below a raised date histogram are multiplied by, when it is set to scale them. */
export function metricScale(agg: Agg, list: AggList): number {
  if (agg.type.name !== 'date_histogram' || agg.params['scaleMetricValues'] !== true) return 1;
  const scale = dateInterval(agg, list).scaledFrom?.scale ?? 1;
  return scale < 1 && list.aggs.every(({ type }) => type.kind === 'buckets' || isScalable(type.name)) ? scale : 1;
}

export function isScalable(type: string): boolean {
  return type === 'count' || type === 'sum';
}

/** `Derivative of Count`; of a derivative of a derivative `2. derivative of Count`. */
function pipelineLabel(agg: Agg, list: AggList): string {
  const label = agg.type.label ?? agg.type.title;
  const capital = label.replaceAll(/(^|\s)\w/g, (start) => start.toUpperCase());
  if (agg.customMetric === undefined) {
    const metric = valueById(String(agg.params['metricAgg']), list)?.agg;
    return metric === undefined ? '' : `${capital} of ${aggLabel(metric, list)}`;
  }
  const inner = aggLabel(agg.customMetric, list);
  if (inner.includes(`${capital} of `)) return `2. ${label} of ${inner.slice(`${capital} of `.length)}`;
  if (inner.includes(`${label} of `)) return `${Number.parseInt(inner, 10) + 1}${inner.slice(1)}`;
  return `${capital} of ${inner}`;
}

function customLabel(agg: Agg): string | undefined {
  const label = agg.params['customLabel'];
  return typeof label === 'string' && label !== '' ? label : undefined;
}

/** A parameter as text. */
export function paramText(agg: Agg, name: string, otherwise: string): string {
  const value = agg.params[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
}

function fieldName(agg: Agg): string {
  return agg.field?.name ?? '';
}

function ordinal(number: number): string {
  const whole = Math.floor(number);
  const teens = whole % 100 >= 11 && whole % 100 <= 13;
  const suffix = teens ? 'th' : (['th', 'st', 'nd', 'rd'][whole % 10] ?? 'th');
  return `${number}${suffix}`;
}
