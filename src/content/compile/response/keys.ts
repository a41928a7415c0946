/** The buckets of an answer, in the order the chart shows them, and what each stands for. */
import type { Agg, AggList } from '../request/agg.ts';
import { filterName } from '../request/buckets.ts';
import { rangeBounds } from '../request/date-math.ts';
import type { Query } from '../request/types.ts';

/** Part of a search answer; aggregations answer with whatever they are. */
export type Answer = Readonly<Record<string, unknown>>;

/** What a bucket stands for: a term, a time (epoch ms), a filter's name, or the ends of a range. */
export type BucketKey = string | number | RangeKey;
export interface RangeKey {
  readonly from?: number | string;
  readonly to?: number | string;
  /** CIDR, of IP ranges given so. */
  readonly mask?: string;
}

/** Keys of buckets that no value of the field has. */
export const OTHER = '__other__';
export const MISSING = '__missing__';

export interface Bucket {
  readonly key: BucketKey;
  readonly answer: Answer;
}

export function bucketsOf(answer: unknown, agg: Agg, list: AggList): Bucket[] {
  if (answer === null || typeof answer !== 'object') return [];
  const { buckets = [answer] } = answer as { buckets?: unknown };
  if (!Array.isArray(buckets)) return keyed(buckets as Record<string, Answer>, agg);
  const inOrder = agg.type.name === 'ip_range' ? ipOrder(buckets as Answer[], agg) : (buckets as Answer[]);
  const all = inOrder.flatMap((bucket) => {
    const key = keyOf(bucket, agg);
    return key === undefined ? [] : [{ key, answer: bucket }];
  });
  return agg.params['drop_partials'] === true ? whole(all, agg, list) : all;
}

/** The key as text: the same for equal keys, different for others. */
export function keyText(key: BucketKey): string {
  if (typeof key !== 'object') return String(key);
  return key.mask ?? `from:${String(key.from)},to:${String(key.to)}`;
}

function keyed(buckets: Record<string, Answer>, agg: Agg): Bucket[] {
  if (agg.type.name === 'filters') {
    const saved = agg.params['filters'] as { input?: Query | null; label?: string }[];
    return saved.flatMap(({ input, label }) => {
      if (input === undefined || input === null) return [];
      const key = filterName(input, label);
      const answer = buckets[key];
      return answer === undefined ? [] : [{ key, answer }];
    });
  }
  const ranges = agg.params['ranges'];
  const all = Object.values(buckets);
  const inOrder = Array.isArray(ranges) ? (ranges as RangeKey[]).flatMap((range) => sameRange(all, range)) : all;
  return inOrder.map((answer) => ({ key: rangeOf(answer), answer }));
}

function keyOf(bucket: Answer, agg: Agg): BucketKey | undefined {
  switch (agg.type.name) {
    case 'ip_range':
      return agg.params['ipRangeType'] === 'mask' ? { mask: String(bucket['key']) } : rangeOf(bucket);
    case 'date_range':
    case 'range':
      return rangeOf(bucket);
    default:
      return bucket['key'] as BucketKey | undefined;
  }
}

function rangeOf({ from, to }: Answer): RangeKey {
  return {
    ...(from === undefined || from === null ? {} : { from: from as number }),
    ...(to === undefined || to === null ? {} : { to: to as number }),
  };
}

function ipOrder(buckets: readonly Answer[], agg: Agg): Answer[] {
  const kind = agg.params['ipRangeType'] === 'mask' ? 'mask' : 'fromTo';
  const ranges = (agg.params['ranges'] as Record<string, RangeKey[]>)[kind] ?? [];
  return ranges.flatMap((range) =>
    range.mask === undefined ? sameRange(buckets, range) : buckets.filter(({ key }) => key === range.mask),
  );
}

function sameRange(buckets: readonly Answer[], range: RangeKey): Answer[] {
  const bound = (value: unknown) => value ?? undefined;
  const same = (bucket: Answer) =>
    bound(bucket['from']) === bound(range.from) && bound(bucket['to']) === bound(range.to);
  return buckets.filter(same).slice(0, 1);
}

/** Without the first and last bucket where the time range cuts them. */
function whole(buckets: Bucket[], agg: Agg, { pattern, context }: AggList): Bucket[] {
  if (buckets.length <= 1 || agg.field?.name !== pattern.timeFieldName) return buckets;
  const { min, max } = rangeBounds(context.timeRange, context);
  const step = Number(buckets[1]?.key) - Number(buckets[0]?.key);
  return buckets.filter(({ key }) => Number(key) >= min && Number(key) + step <= max);
}
