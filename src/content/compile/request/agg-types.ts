/** What each aggregation type is called, which fields it takes, and what it is when nothing else is said. */
import type { Params } from './types.ts';

export interface AggType {
  readonly name: string;
  /** As OpenSearch Dashboards names it in its messages. */
  readonly title: string;
  readonly kind: 'metrics' | 'buckets';
  /** Its name in a request, where that differs. */
  readonly dslName?: string;
  readonly defaults?: Params;
  readonly field?: FieldRule;
  readonly sortField?: FieldRule;
  /** Parameters that are aggregations themselves. */
  readonly inner?: readonly string[];
  /** Counting needs no aggregation. */
  readonly noDsl?: boolean;
  /** A pipeline over the buckets around it, or over buckets of its own. */
  readonly pipeline?: 'parent' | 'sibling';
  /** How a pipeline's column begins. */
  readonly label?: string;
}

export interface FieldRule {
  accepts(type: string): boolean;
  /** Also fields that are not aggregatable or nested. */
  readonly anyField?: boolean;
  readonly noScripts?: boolean;
  readonly timeFieldByDefault?: boolean;
}

const only = (...types: string[]): FieldRule => ({ accepts: (type) => types.includes(type) });
const NOT_HISTOGRAM: FieldRule = { accepts: (type) => type !== 'histogram' };

const metric = (name: string, title: string, more: Partial<AggType> = {}): AggType => ({
  name,
  title,
  kind: 'metrics',
  ...more,
});
const bucket = (name: string, title: string, more: Partial<AggType> = {}): AggType => ({
  name,
  title,
  kind: 'buckets',
  ...more,
});
const parent = (name: string, title: string, label: string, more: Partial<AggType> = {}): AggType =>
  metric(name, title, {
    pipeline: 'parent',
    inner: ['customMetric'],
    label,
    ...more,
    defaults: { metricAgg: 'custom', ...more.defaults },
  });
const sibling = (name: string, title: string, label: string): AggType =>
  metric(name, title, { pipeline: 'sibling', inner: ['customMetric', 'customBucket'], label });

const TYPES: readonly AggType[] = [
  metric('count', 'Count', { noDsl: true }),
  metric('avg', 'Average', { field: only('number', 'histogram') }),
  metric('sum', 'Sum', { field: only('number', 'histogram') }),
  metric('median', 'Median', { field: only('number', 'date', 'histogram'), dslName: 'percentiles' }),
  metric('min', 'Min', { field: only('number', 'date') }),
  metric('max', 'Max', { field: only('number', 'date') }),
  metric('std_dev', 'Standard Deviation', { field: only('number'), dslName: 'extended_stats' }),
  metric('cardinality', 'Unique Count', { field: NOT_HISTOGRAM }),
  metric('percentiles', 'Percentiles', {
    field: only('number', 'date', 'histogram'),
    defaults: { percents: [1, 5, 25, 50, 75, 95, 99] },
  }),
  metric('percentile_ranks', 'Percentile Ranks', { field: only('number', 'histogram'), defaults: { values: [] } }),
  metric('top_hits', 'Top Hit', {
    field: { ...NOT_HISTOGRAM, anyField: true },
    sortField: { ...only('number', 'date', 'ip', 'string'), timeFieldByDefault: true },
    defaults: { size: 1, sortOrder: 'desc' },
  }),
  metric('geo_bounds', 'Geo Bounds', { field: only('geo_point') }),
  metric('geo_centroid', 'Geo Centroid', { field: only('geo_point') }),
  parent('derivative', 'Derivative', 'derivative'),
  parent('cumulative_sum', 'Cumulative Sum', 'cumulative sum'),
  parent('serial_diff', 'Serial Diff', 'serial diff'),
  parent('moving_avg', 'Moving Avg', 'moving avg', {
    dslName: 'moving_fn',
    defaults: { window: 5, script: 'MovingFunctions.unweightedAvg(values)' },
  }),
  sibling('avg_bucket', 'Average Bucket', 'overall average'),
  sibling('sum_bucket', 'Sum Bucket', 'overall sum'),
  sibling('min_bucket', 'Min Bucket', 'overall min'),
  sibling('max_bucket', 'Max Bucket', 'overall max'),

  bucket('date_histogram', 'Date Histogram', {
    field: { ...only('date'), timeFieldByDefault: true },
    defaults: { interval: 'auto', min_doc_count: 1, useNormalizedOpenSearchInterval: true },
  }),
  bucket('histogram', 'Histogram', { field: only('number'), defaults: { interval: 'auto' } }),
  bucket('range', 'Range', {
    field: only('number'),
    defaults: {
      ranges: [
        { from: 0, to: 1000 },
        { from: 1000, to: 2000 },
      ],
    },
  }),
  bucket('date_range', 'Date Range', {
    field: { ...only('date'), timeFieldByDefault: true },
    defaults: { ranges: [{ from: 'now-1w/w', to: 'now' }] },
  }),
  bucket('ip_range', 'IPv4 Range', {
    field: only('ip'),
    defaults: {
      ipRangeType: 'fromTo',
      ranges: {
        fromTo: [
          { from: '0.0.0.0', to: '127.255.255.255' },
          { from: '128.0.0.0', to: '191.255.255.255' },
        ],
        mask: [{ mask: '0.0.0.0/1' }, { mask: '128.0.0.0/2' }],
      },
    },
  }),
  bucket('terms', 'Terms', {
    field: only('number', 'boolean', 'date', 'ip', 'string'),
    inner: ['orderAgg'],
    defaults: { order: 'desc', size: 5, otherBucketLabel: 'Other', missingBucketLabel: 'Missing' },
  }),
  bucket('significant_terms', 'Significant Terms', { field: { ...only('string'), noScripts: true } }),
  bucket('filter', 'Filter'),
  bucket('filters', 'Filters', {
    defaults: { filters: [{ input: { query: '', language: 'kuery' }, label: '' }] },
  }),
  bucket('geohash_grid', 'Geohash', {
    field: only('geo_point'),
    defaults: { precision: 2, useGeocentroid: true, isFilteredByCollar: true },
  }),
  bucket('geotile_grid', 'Geotile', { field: only('geo_point'), defaults: { useGeocentroid: true } }),
];

export const AGG_TYPES: ReadonlyMap<string, AggType> = new Map(TYPES.map((type) => [type.name, type]));
