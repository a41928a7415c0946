import { describe, expect, test } from '@jest/globals';
import {
  compileVisualization,
  type AggsRequest,
  type CompileContext,
} from '../../../../../src/content/compile/request.ts';
import {
  asking,
  cellFilters,
  keyLabel,
  pathFilters,
  tableOf,
  valueFilter,
  type Answer,
  type BucketKey,
} from '../../../../../src/content/compile/response.ts';
import type { AggState } from '../../../../../src/content/compile/request/types.ts';
import { pattern } from '../../../../fixtures/osd/index-pattern.ts';
import { bundleOf, indexPatternLine, visualizationLine } from '../../../../support/saved-objects.ts';

const context: CompileContext = {
  now: Date.parse('2026-11-21T12:00:00Z'),
  timeZone: 'Europe/Berlin',
  timeRange: { from: 'now-7d', to: 'now' },
};
const agg = (id: string, type: string, schema: string, params: object = {}): AggState => ({
  id,
  type,
  schema,
  params: params as Record<string, unknown>,
});
const count = agg('1', 'count', 'metric');
const terms = (id: string, field: string, more: object = {}) =>
  agg(id, 'terms', 'bucket', { field, orderBy: '_key', ...more });

function compile(type: string, aggs: readonly AggState[], params: object = {}): AggsRequest {
  const bundle = bundleOf([indexPatternLine({ ...pattern, id: 'p' }), visualizationLine('v', type, aggs, { params })]);
  const compiled = compileVisualization(bundle, 'v', context);
  if (compiled.kind !== 'aggs') throw new Error(JSON.stringify(compiled));
  return compiled;
}
function table(type: string, aggs: readonly AggState[], aggregations: object, params: object = {}) {
  return tableOf(compile(type, aggs, params), { hits: { total: { value: 100, relation: 'eq' } }, aggregations });
}
const rows = (made: ReturnType<typeof table>) => made.rows.map((row) => made.columns.map(({ id }) => row[id]));
const label = (one: AggState, ...others: AggState[]) =>
  tableOf(compile('table', [one, ...others]), {}).columns[0]?.name;

describe('column labels', () => {
  test.each<[AggState, string]>([
    [count, 'Count'],
    [agg('1', 'count', 'metric', { customLabel: 'Events' }), 'Events'],
    [agg('1', 'avg', 'metric', { field: 'severity_id' }), 'Average severity_id'],
    [agg('1', 'sum', 'metric', { field: 'severity_id' }), 'Sum of severity_id'],
    [agg('1', 'median', 'metric', { field: 'severity_id' }), 'Median severity_id'],
    [agg('1', 'max', 'metric', { field: 'time_dt' }), 'Max time_dt'],
    [agg('1', 'cardinality', 'metric', { field: 'status' }), 'Unique count of status'],
    [agg('1', 'percentiles', 'metric', { field: 'severity_id', percents: [22] }), '22nd percentile of severity_id'],
    [
      agg('1', 'percentiles', 'metric', { field: 'severity_id', percents: [11], customLabel: 'x' }),
      '11th percentile of x',
    ],
    [
      agg('1', 'percentile_ranks', 'metric', { field: 'severity_id', values: [2] }),
      'Percentile rank 2 of "severity_id"',
    ],
    [agg('1', 'std_dev', 'metric', { field: 'severity_id' }), 'Lower Standard Deviation of severity_id'],
    [agg('1', 'top_hits', 'metric', { field: 'status' }), 'Last status'],
    [agg('1', 'top_hits', 'metric', { field: 'status', size: 3, sortOrder: 'asc' }), 'First 3 status'],
    [
      agg('1', 'avg_bucket', 'metric', {
        customBucket: { type: 'terms', params: { field: 'status' } },
        customMetric: { type: 'count' },
      }),
      'Overall Average of Count',
    ],
    [terms('2', 'status'), 'status: Descending'],
    [terms('2', 'status', { order: 'asc' }), 'status: Ascending'],
    [agg('2', 'significant_terms', 'bucket', { field: 'status', size: 5 }), 'Top 5 unusual terms in status'],
    [agg('2', 'date_histogram', 'bucket', { field: 'time_dt' }), 'time_dt per 3 hours'],
    [agg('2', 'date_histogram', 'bucket', { field: 'time_dt', interval: 'd' }), 'time_dt per day'],
    [agg('2', 'histogram', 'bucket', { field: 'severity_id' }), 'severity_id'],
    [agg('2', 'range', 'bucket', { field: 'severity_id' }), 'severity_id ranges'],
    [agg('2', 'date_range', 'bucket', { field: 'time_dt' }), 'time_dt date ranges'],
    [agg('2', 'ip_range', 'bucket', { field: 'src_endpoint.ip' }), 'src_endpoint.ip IP ranges'],
    [agg('2', 'filters', 'bucket', { customLabel: 'Ignored' }), 'filters'],
  ])('%j', (one, expected) => {
    expect(label(one)).toBe(expected);
  });

  test('pipelines name what they look at', () => {
    const twice = { customMetric: { type: 'derivative', params: { metricAgg: '1' } } };
    const made = table(
      'line',
      [
        count,
        agg('2', 'date_histogram', 'segment'),
        agg('3', 'derivative', 'metric', { metricAgg: '1' }),
        agg('4', 'derivative', 'metric', twice),
      ],
      {},
    );
    expect(made.columns.map(({ name }) => name).slice(2)).toEqual(['Derivative of Count', '2. derivative of Count']);
  });
});

describe('rows', () => {
  const status = {
    buckets: [
      { key: 'a', doc_count: 3, 3: { buckets: [{ key: 'x', doc_count: 2 }] } },
      { key: 'b', doc_count: 1, 3: { buckets: [] } },
    ],
  };

  test('without buckets there is one, counting all hits', () => {
    const values = { 2: { value: 7 }, 3: { values: { '50.0': 4 } }, 4: { values: [{ key: 1, value: 9 }] } };
    const metrics = [
      agg('2', 'cardinality', 'metric', { field: 'status' }),
      agg('3', 'median', 'metric', { field: 'severity_id' }),
      agg('4', 'percentile_ranks', 'metric', { field: 'severity_id', values: [1] }),
    ];
    expect(rows(table('metric', [count, ...metrics], values))).toEqual([[100, 7, 4, 0.09]]);
  });

  test('what an empty answer leaves out is zero where a sum is zero, else nothing', () => {
    const metrics = ['cardinality', 'sum', 'max', 'std_dev', 'top_hits'].map((type, i) =>
      agg(String(i), type, 'metric', { field: 'severity_id' }),
    );
    expect(rows(table('metric', metrics, {}))).toEqual([[0, 0, null, null, null, null]]);
  });

  test('one for each innermost bucket; a level without buckets has none', () => {
    expect(rows(table('table', [count, terms('2', 'status'), terms('3', 'cloud.region')], { 2: status }))).toEqual([
      ['a', 'x', 2],
    ]);
  });

  test('hierarchical: metrics after each bucket; partial rows only where they are asked for', () => {
    const aggs = [count, terms('2', 'status'), terms('3', 'cloud.region')];
    const pie = table('pie', aggs, { 2: status });
    expect(pie.columns.map(({ id }) => id)).toEqual(['col-0-2', 'col-1-1', 'col-2-3', 'col-3-1']);
    expect(rows(pie)).toEqual([['a', 3, 'x', 2]]);
    expect(rows(table('table', aggs, { 2: status }, { showPartialRows: true }))).toEqual([
      ['a', 3, 'x', 2],
      ['b', 1, undefined, 1],
    ]);
  });

  test('filters come in the order saved, by their label or text', () => {
    const filters = [
      { input: { query: 'status: b', language: 'kuery' }, label: '' },
      { input: { query: '', language: 'kuery' }, label: '' },
    ];
    const buckets = { '*': { doc_count: 9 }, 'status: b': { doc_count: 4 } };
    const made = table('table', [count, agg('2', 'filters', 'bucket', { filters })], { 2: { buckets } });
    expect(rows(made)).toEqual([
      ['status: b', 4],
      ['*', 9],
    ]);
    expect(cellFilters(made, 0, 0)[0]).toMatchObject({ meta: { alias: 'status: b' }, query: { bool: {} } });
  });

  test('partial buckets at the ends of the time range can be dropped', () => {
    const day = 86_400_000;
    const first = Date.parse('2026-11-14T00:00:00Z');
    const buckets = Array.from({ length: 8 }, (_, i) => ({ key: first + i * day, doc_count: i }));
    const histogram = agg('2', 'date_histogram', 'segment', { field: 'time_dt', interval: 'd', drop_partials: true });
    expect(rows(table('line', [count, histogram], { 2: { buckets } }))).toHaveLength(6);
  });

  test('metrics of a raised interval can be scaled to the chosen one', () => {
    const histogram = agg('2', 'date_histogram', 'segment', {
      field: 'time_dt',
      interval: 'm',
      scaleMetricValues: true,
    });
    const made = table('line', [count, histogram], { 2: { buckets: [{ key: 0, doc_count: 120 }] } });
    expect(made.columns[0]?.name).toBe('time_dt per minute');
    expect(rows(made)).toEqual([[0, 2]]);
  });

  test('top hits come from doc values or the document, joined as they say', () => {
    const hits = {
      hits: {
        hits: [{ _source: { status: 'a' } }, { _source: { status: ['b', 'c'] } }, { fields: { status: ['d'] } }],
      },
    };
    const made = (params: object) =>
      rows(table('metric', [agg('1', 'top_hits', 'metric', { size: 3, ...params })], { 1: hits }))[0]?.[0];
    expect(made({ field: 'status', aggregate: 'concat' })).toEqual(['a', 'b', 'c', 'd']);
    const numbers = { hits: { hits: [{ _source: { severity_id: 2 } }, { _source: { severity_id: 4 } }] } };
    const joined = ['min', 'max', 'sum', 'average'].map(
      (aggregate) =>
        rows(
          table('metric', [agg('1', 'top_hits', 'metric', { field: 'severity_id', aggregate })], { 1: numbers }),
        )[0]?.[0],
    );
    expect(joined).toEqual([2, 4, 6, 3]);
  });
});

describe('what a click filters by', () => {
  const cell = (bucketAgg: AggState, bucket: object) => {
    const made = table('table', [count, bucketAgg], {
      [bucketAgg.id ?? '']: { buckets: [{ doc_count: 1, ...bucket }] },
    });
    return cellFilters(made, 0, 0);
  };

  test('a term, a boolean, nothing', () => {
    expect(cell(terms('2', 'status'), { key: 'a' })).toEqual([
      {
        meta: {
          index: 'p',
          negate: false,
          disabled: false,
          alias: null,
          type: 'phrase',
          key: 'status',
          params: { query: 'a' },
        },
        query: { match_phrase: { status: 'a' } },
        $state: { store: 'appState' },
      },
    ]);
    expect(cell(terms('2', 'actor.session.is_mfa'), { key: 1 })).toMatchObject([
      { query: { match_phrase: { 'actor.session.is_mfa': true } } },
    ]);
    expect(cell(terms('2', 'status'), { key: '__missing__' })).toMatchObject([
      { meta: { negate: true }, exists: { field: 'status' } },
    ]);
  });

  test('days and months end by the calendar of the zone', () => {
    const key = Date.parse('2026-10-24T22:00:00Z');
    const histogram = (interval: string) =>
      agg('2', 'date_histogram', 'bucket', { field: 'time_dt', interval, useNormalizedOpenSearchInterval: true });
    expect(cell(histogram('d'), { key })).toMatchObject([
      { range: { time_dt: { gte: '2026-10-24T22:00:00.000Z', lt: '2026-10-25T23:00:00.000Z' } } },
    ]);
    const october = Date.parse('2026-09-30T22:00:00Z');
    expect(cell(histogram('M'), { key: october })).toMatchObject([
      { range: { time_dt: { lt: '2026-10-31T23:00:00.000Z' } } },
    ]);
    expect(cell(histogram('3h'), { key })).toMatchObject([{ range: { time_dt: { lt: '2026-10-25T01:00:00.000Z' } } }]);
  });

  test('ranges of numbers, addresses and masks', () => {
    const open = agg('2', 'range', 'bucket', { field: 'severity_id', ranges: [{ from: 3 }] });
    const made = table('table', [count, open], { 2: { buckets: { '3.0-*': { from: 3, doc_count: 1 } } } });
    expect(cellFilters(made, 0, 0)).toMatchObject([{ range: { severity_id: { gte: 3 } } }]);
    const mask = agg('2', 'ip_range', 'bucket', {
      field: 'src_endpoint.ip',
      ipRangeType: 'mask',
      ranges: { mask: [{ mask: '192.0.2.0/26' }] },
    });
    expect(cell(mask, { key: '192.0.2.0/26' })).toMatchObject([
      { range: { 'src_endpoint.ip': { gte: '192.0.2.0', lte: '192.0.2.63' } } },
    ]);
    const six = agg('2', 'ip_range', 'bucket', {
      field: 'src_endpoint.ip',
      ipRangeType: 'mask',
      ranges: { mask: [{ mask: '2001:db8::/32' }] },
    });
    expect(cell(six, { key: '2001:db8::/32' })).toMatchObject([
      { query: { term: { 'src_endpoint.ip': '2001:db8::/32' } } },
    ]);
  });

  test('a slice asks for all buckets down to it; a metric cannot be asked for', () => {
    const inner = { buckets: [{ key: 'x', doc_count: 1 }] };
    const made = table('pie', [count, terms('2', 'status'), terms('3', 'cloud.region')], {
      2: { buckets: [{ key: 'a', doc_count: 3, 3: inner }] },
    });
    expect(pathFilters(made, 2, 0)).toMatchObject([{ meta: { key: 'status' } }, { meta: { key: 'cloud.region' } }]);
    expect(() => cellFilters(made, 1, 0)).toThrow('"Count" is computed: no event has it as a value.');
  });

  test('any mapped value; others say why not', () => {
    const p = { ...pattern, id: 'p' };
    expect(valueFilter(p, 'status', null)).toMatchObject({ meta: { negate: true }, exists: { field: 'status' } });
    expect(() => valueFilter(p, 'no.such', 1)).toThrow('"no.such" is not indexed, so it cannot be filtered by.');
  });

  test('bucket texts', () => {
    const made = table('table', [count, terms('2', 'status', { otherBucketLabel: 'Rest' })], {});
    const text = (key: BucketKey) => made.columns[0] && keyLabel(made.columns[0], key);
    expect([text('__other__'), text('__missing__'), text('a'), text({ mask: '10.0.0.0/8' })]).toEqual([
      'Rest',
      'Missing',
      'a',
      '10.0.0.0/8',
    ]);
    // As numbers they are sorted by size.
    expect(text(443)).toBe(443);
  });
});

describe('asking', () => {
  test('Other: a filter for each bucket above, children repeated, nothing where a level is empty', () => {
    const aggs = [
      count,
      terms('2', 'status'),
      terms('3', 'cloud.region', { otherBucket: true }),
      terms('4', 'api.operation'),
    ];
    const steps = asking(compile('table', aggs));
    steps.next();
    const region = { buckets: [{ key: 'eu-west-1', doc_count: 1, 4: { buckets: [{ key: 'Get', doc_count: 1 }] } }] };
    const answer: Answer = { aggregations: { 2: { buckets: [{ key: 'a', doc_count: 2, 3: region }] } } };
    const other = steps.next(answer);
    if (other.done === true) throw new Error('no second request');
    expect(other.value.body['aggs']).toEqual({
      'other-filter': {
        aggs: { 4: { terms: { field: 'api.operation', order: { _key: 'desc' }, size: 5 } } },
        filters: {
          filters: {
            '-a': {
              bool: {
                must: [],
                filter: [{ match_phrase: { status: 'a' } }, { exists: { field: 'cloud.region' } }],
                should: [],
                must_not: [{ match_phrase: { 'cloud.region': 'eu-west-1' } }],
              },
            },
          },
        },
      },
    });
    const bucket = { doc_count: 7, 4: { buckets: [{ key: 'Put', doc_count: 7 }] } };
    const end = steps.next({ aggregations: { 'other-filter': { buckets: { '-a': bucket } } } });
    if (end.done !== true) throw new Error('not done');
    expect(rows(end.value.table)).toEqual([
      ['a', 'eu-west-1', 'Get', 1],
      ['a', '__other__', 'Put', 7],
    ]);

    const again = asking(compile('table', aggs));
    again.next();
    expect(again.next({ aggregations: { 2: { buckets: [] } } }).done).toBe(true);
  });
});
