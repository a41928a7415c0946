/** An answer → a table: one row for each innermost bucket, bucket columns before the metrics they hold. */
import type { AggList } from '../request/agg.ts';
import { valueAggs, type ValueAgg } from '../request/references.ts';
import { requestAggs } from '../request/tree.ts';
import type { AggsRequest } from '../request/visualization.ts';
import { bucketsOf, type Answer, type BucketKey } from './keys.ts';
import { columnLabel, metricScale, paramText } from './labels.ts';
import { metricValue } from './values.ts';

export interface Column extends ValueAgg {
  /** `col-<place>-<aggregation id>`. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'metrics' | 'buckets';
}

/** By column id. Bucket columns hold a `BucketKey`, metric columns a number, or what a top hit is. */
export type Row = Readonly<Record<string, unknown>>;

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly list: AggList;
}

export function tableOf(compiled: AggsRequest, answer: Answer): Table {
  const { list, hierarchical, partialRows } = compiled;
  const columns = columnsOf(list, hierarchical);
  const rows: Row[] = [];
  const held: (readonly [string, unknown])[] = [];

  const withHeld = (id: string, value: unknown, work: () => void) => {
    held.push([id, value]);
    work();
    held.pop();
  };
  const finish = (next: number) => {
    const partial = next < columns.length;
    if (held.length > 0 && (!partial || partialRows)) rows.push(Object.fromEntries(held));
  };
  const collect = (i: number, bucket: Answer, scale: number): void => {
    const column = columns[i];
    if (column === undefined) return;
    if (column.kind === 'metrics') {
      const value = metricValue(column, bucket, list);
      withHeld(column.id, scale === 1 ? value : Number(value) * scale, () => {
        if (i + 1 === columns.length) finish(i + 1);
        else collect(i + 1, bucket, scale);
      });
      return;
    }
    const { agg } = column;
    const buckets = bucketsOf(bucket[agg.id], agg, list);
    const below = scale * metricScale(agg, list);
    for (const { key, answer: inner } of buckets) withHeld(column.id, key, () => descend(i, inner, below));
    if (buckets.length > 0) return;
    if (partialRows) skipBuckets(i, bucket, below);
    else finish(i + 1);
  };
  /** The innermost bucket without metrics is a row too. */
  const descend = (i: number, bucket: Answer, scale: number) => {
    if (i + 1 === columns.length) finish(i + 1);
    else collect(i + 1, bucket, scale);
  };
  /** A level without buckets still has metrics of its own: they end up in a partial row. */
  const skipBuckets = (i: number, bucket: Answer, scale: number) => {
    const metric = columns.findIndex(({ kind }, place) => place >= i && kind === 'metrics');
    if (metric !== -1) collect(metric, bucket, scale);
  };

  const aggregations = (answer['aggregations'] ?? {}) as Answer;
  collect(0, { ...aggregations, doc_count: totalHits(answer) }, 1);
  return { columns, rows, list };
}

/** Documents that the query matches. */
export function totalHits(answer: Answer): number {
  const total = (answer['hits'] as { total?: number | { value: number } } | undefined)?.total ?? 0;
  return typeof total === 'number' ? total : total.value;
}

/** What a bucket is called, as far as no format of the field says otherwise: numbers and times (epoch ms) stay numbers. */
export function keyLabel(column: Column, key: BucketKey): string | number {
  const { agg } = column;
  if (key === '__other__') return paramText(agg, 'otherBucketLabel', 'Other');
  if (key === '__missing__') return paramText(agg, 'missingBucketLabel', 'Missing');
  if (typeof key === 'object') return key.mask ?? rangeLabel(key, agg.type.name);
  if (agg.field?.type === 'boolean') return key === 1 || key === 'true' ? 'true' : 'false';
  return key;
}

function rangeLabel({ from, to }: Exclude<BucketKey, string | number>, type: string): string {
  if (type === 'range') return `≥ ${from ?? '-∞'} and < ${to ?? '+∞'}`;
  const end = (value: number | string | undefined, infinite: string) =>
    value === undefined ? infinite : type === 'date_range' ? new Date(value).toISOString() : String(value);
  if (type === 'date_range' && from === undefined) return `Before ${end(to, '')}`;
  if (type === 'date_range' && to === undefined) return `After ${end(from, '')}`;
  return `${end(from, '-Infinity')} to ${end(to, 'Infinity')}`;
}

function columnsOf(list: AggList, hierarchical: boolean): Column[] {
  const values = requestAggs(list).flatMap(valueAggs);
  const kindOf = (value: ValueAgg) => value.agg.type.kind;
  const buckets = values.filter((value) => kindOf(value) === 'buckets');
  const metrics = values.filter((value) => kindOf(value) === 'metrics');
  const ordered = hierarchical && buckets.length > 0 ? buckets.flatMap((bucket) => [bucket, ...metrics]) : values;
  return ordered.map((value, i) => ({
    ...value,
    id: `col-${i}-${value.id}`,
    name: columnLabel(value, list),
    kind: kindOf(value),
  }));
}
