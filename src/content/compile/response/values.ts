/** The value of a metric in a bucket. */
import type { AggList } from '../request/agg.ts';
import { dateInterval } from '../request/buckets.ts';
import type { ValueAgg } from '../request/references.ts';
import type { Answer } from './keys.ts';
import { isScalable } from './labels.ts';

export function metricValue(value: ValueAgg, bucket: Answer, list: AggList): unknown {
  const { agg, key } = value;
  if (agg.type.name === 'count') return bucket['doc_count'];
  const answer = bucket[agg.id] as Answer | undefined;
  switch (agg.type.name) {
    case 'median':
      return (answer?.['values'] as Answer | undefined)?.['50.0'] ?? null;
    case 'percentiles':
      return percentile(answer, key) ?? null;
    case 'percentile_ranks': {
      const rank = percentile(answer, key);
      return typeof rank === 'number' ? rank / 100 : null;
    }
    case 'std_dev': {
      const bounds = answer?.['std_deviation_bounds'] as Answer | undefined;
      return bounds?.[key === 'std_lower' ? 'lower' : 'upper'] ?? null;
    }
    case 'top_hits':
      return topHits(value, answer);
    case 'geo_centroid':
      return answer?.['location'];
    case 'geo_bounds':
      return answer?.['bounds'];
    case 'cardinality':
    case 'sum':
      return answer === undefined ? 0 : answer['value'];
    case 'avg_bucket':
      return Number(answer?.['value']) * bucketScale(value, list);
    default:
      return answer?.['value'] ?? null;
  }
}

function percentile(answer: Answer | undefined, key: number | string | undefined): unknown {
  const values = answer?.['values'] as { key: number; value: unknown }[] | undefined;
  return values?.find((candidate) => candidate.key === key)?.value;
}

/** An average over buckets of a raised interval speaks of the chosen one. */
function bucketScale({ agg }: ValueAgg, list: AggList): number {
  const { customBucket, customMetric } = agg;
  if (customBucket?.type.name !== 'date_histogram' || !isScalable(customMetric?.type.name ?? '')) return 1;
  return dateInterval(customBucket, list).scaledFrom?.scale ?? 1;
}

interface Hit {
  readonly _source?: Answer;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The field's values in the hits: one as it is, several together as the aggregation says. */
function topHits({ agg }: ValueAgg, answer: Answer | undefined): unknown {
  const hits = (answer?.['hits'] as { hits?: Hit[] } | undefined)?.hits ?? [];
  const name = agg.field?.name ?? '';
  const values = hits.flatMap((hit) => (name === '_source' ? [hit._source] : fieldValues(hit, name)));
  if (values.length <= 1) return values[0] ?? null;
  if (values.every((value) => !value)) return null;
  const numbers = values.map(Number);
  const sum = numbers.reduce((total, number) => total + number, 0);
  switch (agg.params['aggregate']) {
    case 'max':
      return numbers.reduce((most, number) => Math.max(most, number));
    case 'min':
      return numbers.reduce((least, number) => Math.min(least, number));
    case 'sum':
      return sum;
    case 'average':
      return sum / numbers.length;
    default:
      return values;
  }
}

/** From doc values where they were asked for, else from the document, through objects and lists. */
export function fieldValues(hit: Hit, path: string): unknown[] {
  const given = hit.fields?.[path];
  if (given !== undefined) return Array.isArray(given) ? given : [given];
  return at(hit._source, path).flat(Infinity);
}

function at(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => at(one, path));
  if (value === null || typeof value !== 'object') return [];
  const object = value as Answer;
  if (path in object) return object[path] === undefined ? [] : [object[path]];
  // Names may hold dots themselves, so every split is tried.
  return Object.keys(object)
    .filter((key) => path.startsWith(`${key}.`))
    .flatMap((key) => at(object[key], path.slice(key.length + 1)));
}
