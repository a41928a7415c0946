import { describe, expect, test } from '@jest/globals';
import { compileVisualization, type CompileContext, type Filter } from '../../../../../src/content/compile/request.ts';
import type { AggState } from '../../../../../src/content/compile/request/types.ts';
import { pattern } from '../../../../fixtures/osd/index-pattern.ts';
import { bundleOf, indexPatternLine, searchLine, visualizationLine } from '../../../../support/saved-objects.ts';

const context: CompileContext = {
  now: Date.parse('2026-11-21T12:00:00Z'),
  timeZone: 'UTC',
  timeRange: { from: 'now-24h', to: 'now' },
};
const ours = { ...pattern, id: 'p' };
const agg = (
  id: string,
  type: string,
  schema: string,
  params: object = {},
  more: Partial<AggState> = {},
): AggState => ({
  id,
  type,
  schema,
  params: params as Record<string, unknown>,
  ...more,
});
const count = agg('1', 'count', 'metric');

type More = Parameters<typeof visualizationLine>[3];
function compile(type: string, aggs: readonly AggState[], more: More = {}, over: Partial<CompileContext> = {}) {
  const bundle = bundleOf([
    indexPatternLine(ours),
    searchLine('s', { query: 'status: *' }),
    visualizationLine('v', type, aggs, more),
  ]);
  return compileVisualization(bundle, 'v', { ...context, ...over });
}
function bodyOf(...args: Parameters<typeof compile>): Record<string, unknown> {
  const compiled = compile(...args);
  if (compiled.kind !== 'aggs') throw new Error(JSON.stringify(compiled));
  return compiled.request.body;
}
const aggsOf = (...args: Parameters<typeof compile>) => bodyOf(...args)['aggs'] as Record<string, unknown>;
const refusal = (...args: Parameters<typeof compile>) => {
  const compiled = compile(...args);
  return compiled.kind === 'refused' ? compiled.reason : compiled.kind;
};

describe('what OpenSearch Dashboards refuses', () => {
  const invalid = (field: string, title: string) =>
    `Saved field "${field}" is invalid for use with the "${title}" aggregation. Please select a new field.`;

  test.each<[string, object, string]>([
    ['terms', { field: 'no.such' }, 'Could not locate that index-pattern-field (id: no.such)'],
    ['terms', { field: 'message' }, invalid('message', 'Terms')],
    ['terms', { field: 'unmapped' }, invalid('unmapped', 'Terms')],
    ['terms', { field: 'observables.value' }, invalid('observables.value', 'Terms')],
    ['terms', { field: 'src_endpoint.location.coordinates' }, invalid('src_endpoint.location.coordinates', 'Terms')],
    ['significant_terms', { field: 'status_id' }, invalid('status_id', 'Significant Terms')],
    ['date_histogram', { field: 'status' }, invalid('status', 'Date Histogram')],
    ['histogram', { field: 'status' }, invalid('status', 'Histogram')],
    ['ip_range', { field: 'status' }, invalid('status', 'IPv4 Range')],
    ['geohash_grid', { field: 'status' }, invalid('status', 'Geohash')],
    ['terms', {}, '"field" is a required parameter'],
    ['date_histogram', { field: 'time_dt', interval: '2w' }, 'Invalid calendar interval: 2w, value must be 1'],
    ['date_histogram', { field: 'time_dt', interval: 'often' }, '"often" is not a valid interval.'],
    ['no_such', {}, 'There is no aggregation "no_such".'],
  ])('%s %j', (type, params, reason) => {
    expect(refusal('table', [count, agg('2', type, 'bucket', params)])).toBe(reason);
  });

  test.each<[string, object, string]>([
    ['avg', { field: 'status' }, invalid('status', 'Average')],
    ['sum', { field: 'time_dt' }, invalid('time_dt', 'Sum')],
    ['max', { field: 'src_endpoint.ip' }, invalid('src_endpoint.ip', 'Max')],
    ['top_hits', { field: 'status', sortField: 'message' }, invalid('message', 'Top Hit')],
    ['derivative', { metricAgg: '9' }, 'Aggregation 2 looks at "9", which does not exist.'],
  ])('%s %j', (type, params, reason) => {
    expect(refusal('metric', [agg('2', type, 'metric', params)])).toBe(reason);
  });

  test('a disabled aggregation is checked as well', () => {
    const disabled = agg('2', 'terms', 'bucket', { field: 'no.such' }, { enabled: false });
    expect(refusal('table', [count, disabled])).toMatch('Could not locate');
  });

  test('cardinality takes any field type, top hits also what cannot be aggregated', () => {
    expect(aggsOf('metric', [agg('1', 'cardinality', 'metric', { field: 'unmapped' })])).toHaveProperty('1');
    const hits = aggsOf('metric', [agg('1', 'top_hits', 'metric', { field: 'message' })]);
    expect(hits).toEqual({
      '1': { top_hits: { _source: 'message', size: 1, sort: [{ time_dt: { order: 'desc' } }] } },
    });
  });

  test('a query that does not parse, with its place', () => {
    expect(refusal('metric', [count], { query: 'status:' })).toBe(
      'Expected "(", "{", value, whitespace but end of input found.\nstatus:\n-------^',
    );
    expect(refusal('metric', [count], { query: { query: 'x', language: 'PPL' } })).toMatch('Queries in PPL');
  });

  test('an index pattern that is not there', () => {
    const bundle = bundleOf([visualizationLine('v', 'pie', [count])]);
    expect(compileVisualization(bundle, 'v', context)).toEqual({
      kind: 'refused',
      reason: 'Could not locate that index-pattern (id: p)',
    });
  });

  test('text asks nothing, other kinds say that they are not supported', () => {
    expect(compile('markdown', [])).toMatchObject({ kind: 'none' });
    expect(compile('vega', [])).toEqual({ kind: 'unsupported', reason: 'Vega visualizations are not supported.' });
    expect(compile('metrics', [])).toMatchObject({ kind: 'unsupported' });
    expect(compile('own_plugin', [])).toMatchObject({
      reason: 'Visualizations of type "own_plugin" are not supported.',
    });
  });
});

describe('the aggregation tree', () => {
  const terms = (id: string, field: string, more: object = {}, schema = 'bucket') =>
    agg(id, 'terms', schema, { field, orderBy: '1', ...more });

  test('disabled aggregations are left out', () => {
    const aggs = [count, terms('2', 'status'), agg('3', 'max', 'metric', { field: 'severity_id' }, { enabled: false })];
    expect(aggsOf('table', aggs)).toEqual({ '2': { terms: { field: 'status', order: { _count: 'desc' }, size: 5 } } });
  });

  test('tables repeat metrics at every level only when they say so', () => {
    const aggs = [
      terms('2', 'status'),
      terms('3', 'cloud.region'),
      agg('1', 'max', 'metric', { field: 'severity_id' }),
    ];
    const flat = aggsOf('table', aggs) as unknown as { 2: { aggs: object } };
    expect(Object.keys(flat[2].aggs)).toEqual(['1', '3']);
    const keys = (params: object) =>
      Object.keys(
        (
          aggsOf(
            'table',
            [
              count,
              terms('2', 'status', { orderBy: '_key' }),
              terms('3', 'cloud.region', { orderBy: '_key' }),
              agg('4', 'max', 'metric', { field: 'severity_id' }),
            ],
            { params },
          ) as unknown as { 2: { aggs: object } }
        )[2].aggs,
      );
    expect(keys({})).toEqual(['3']);
    expect(keys({ showMetricsAtAllLevels: true })).toEqual(['3', '4']);
    expect(keys({ showPartialRows: true })).toEqual(['3', '4']);
  });

  test('terms order by what they say: key, percentile, an aggregation of their own, or a name as it is', () => {
    const order = (params: object, metrics: AggState[] = []) =>
      aggsOf('table', [count, ...metrics, terms('2', 'status', params)])['2'] as {
        terms: { order: object };
        aggs?: object;
      };
    expect(order({ orderBy: '_key', order: 'asc' }).terms.order).toEqual({ _key: 'asc' });
    const percentiles = agg('3', 'percentiles', 'metric', { field: 'severity_id', percents: [50, 99.9] });
    expect(order({ orderBy: '3.50' }, [percentiles]).terms.order).toEqual({ '3.50': 'desc' });
    expect(order({ orderBy: "3['99.9']" }, [percentiles]).terms.order).toEqual({ "3['99.9']": 'desc' });
    const custom = order({ orderBy: 'custom', orderAgg: { type: 'max', params: { field: 'severity_id' } } });
    expect(custom.terms.order).toEqual({ '2-orderAgg': 'desc' });
    expect(custom.aggs).toEqual({ '2-orderAgg': { max: { field: 'severity_id' } } });
    expect(order({ orderBy: '9' }).terms.order).toEqual({ '9': 'desc' });
    expect(order({ orderBy: '' }).terms.order).toEqual({ _count: 'desc' });
  });

  test('include and exclude are texts on texts, numbers on numbers; missing is for texts', () => {
    const params = (field: string, more: object) =>
      (aggsOf('table', [count, terms('2', field, more)])['2'] as { terms: object }).terms;
    expect(params('status', { include: 'a.*', exclude: { pattern: 'b' } })).toMatchObject({
      include: 'a.*',
      exclude: 'b',
    });
    expect(params('status_id', { include: [1, 'x', 2], exclude: 'b' })).toMatchObject({ include: [1, 2] });
    expect(params('status_id', { exclude: 'b', missingBucket: true })).not.toHaveProperty('exclude');
    expect(params('status_id', { missingBucket: true })).not.toHaveProperty('missing');
    expect(params('status_id', { exclude: { pattern: 'b' } })).not.toHaveProperty('exclude');
    expect(params('status', { include: ['a'] })).not.toHaveProperty('include');
    expect(params('src_endpoint.ip', { include: '10.*', exclude: { pattern: 'b' } })).toEqual({
      field: 'src_endpoint.ip',
      order: { _count: 'desc' },
      size: 5,
    });
  });

  test('what old versions saved is read as they meant it', () => {
    const ordered = aggsOf('table', [count, terms('2', 'status', { orderBy: '_term', order: 'asc' })])['2'];
    expect(ordered).toMatchObject({ terms: { order: { _key: 'asc' } } });
    const levels = aggsOf(
      'table',
      [
        terms('2', 'status', { orderBy: '_key' }),
        terms('3', 'cloud.region', { orderBy: '_key' }),
        agg('4', 'max', 'metric', { field: 'severity_id' }),
      ],
      { params: { showMeticsAtAllLevels: true } },
    ) as unknown as { 2: { aggs: object } };
    expect(Object.keys(levels[2].aggs)).toEqual(['3', '4']);
    const noLanguage = aggsOf('table', [
      count,
      agg('2', 'filters', 'bucket', { filters: [{ input: { query: 'a:b' } }] }),
    ]);
    expect(noLanguage).toMatchObject({
      '2': { filters: { filters: { 'a:b': { bool: { must: [{ query_string: { query: 'a:b' } }] } } } } },
    });
  });

  test('days are the viewer’s: a zone saved with a date histogram or range is dropped', () => {
    const saved = { field: 'time_dt', time_zone: 'Asia/Tokyo' };
    const over = { timeZone: 'Europe/Berlin' };
    const aggs = [agg('2', 'date_histogram', 'segment', saved), agg('3', 'date_range', 'group', saved)];
    expect(aggsOf('histogram', [count, ...aggs], {}, over)).toMatchObject({
      '2': {
        date_histogram: { time_zone: 'Europe/Berlin' },
        aggs: { '3': { date_range: { time_zone: 'Europe/Berlin' } } },
      },
    });
  });

  test('bounds of a date histogram are instants: local where no zone is said, now where none is given', () => {
    const bounds = (extended_bounds: object) =>
      aggsOf(
        'histogram',
        [count, agg('2', 'date_histogram', 'segment', { field: 'time_dt', extended_bounds })],
        {},
        {
          timeZone: 'Europe/Berlin',
        },
      )['2'] as object;
    const min = Date.parse('2026-10-31T23:00:00Z');
    expect(bounds({ min: '2026-11-01' })).toMatchObject({
      date_histogram: { extended_bounds: { min, max: context.now } },
    });
    expect(bounds({ min: 5, max: 'soon' })).toMatchObject({
      date_histogram: { extended_bounds: { min: 5, max: null } },
    });
    expect(bounds({})).not.toHaveProperty('date_histogram.extended_bounds');
  });

  test('a "custom" interval is resolved for objects from before 7.0, and lost in later ones', () => {
    const params = { field: 'time_dt', interval: 'custom', customInterval: '2h' };
    const line = visualizationLine('v', 'histogram', [count, agg('2', 'date_histogram', 'segment', params)]);
    const aggs = (more: object) => {
      const bundle = bundleOf([indexPatternLine(ours), { ...line, ...more }]);
      const compiled = compileVisualization(bundle, 'v', context);
      return compiled.kind === 'aggs' ? compiled.request.body['aggs'] : compiled;
    };
    expect(aggs({})).toMatchObject({ '2': { date_histogram: { fixed_interval: '2h' } } });
    expect(aggs({ migrationVersion: { visualization: '7.10.0' } })).toMatchObject({
      '2': { date_histogram: { fixed_interval: '30m' } },
    });
  });

  test('scripted fields are aggregated by their scripts, whatever else was saved of them', () => {
    const hour = { name: 'hour', type: 'number', scripted: true, script: 'doc.t.value.hour', lang: 'painless' };
    const script = { source: 'doc.t.value.hour', lang: 'painless' };
    const bundle = bundleOf([
      indexPatternLine({ ...ours, fields: [...ours.fields, hour] }),
      visualizationLine('v', 'table', [
        agg('1', 'max', 'metric', { field: 'hour' }),
        agg('2', 'terms', 'bucket', { field: 'hour', orderBy: '1' }),
      ]),
    ]);
    const compiled = compileVisualization(bundle, 'v', context);
    expect(compiled).toMatchObject({
      request: {
        body: {
          script_fields: { hour: { script } },
          aggs: {
            '2': {
              terms: { script, value_type: 'float', order: { '1': 'desc' } },
              aggs: { '1': { max: { script } } },
            },
          },
        },
      },
    });
  });

  test('JSON input merges, deletes with null, and is left out when it is no JSON', () => {
    const params = (json: string) =>
      (aggsOf('table', [count, terms('2', 'status', { json })])['2'] as { terms: object }).terms;
    expect(params('{"size":null,"order":{"_key":"asc"}}')).toEqual({
      field: 'status',
      order: { _count: 'desc', _key: 'asc' },
    });
    expect(params('{oops')).toEqual({ field: 'status', order: { _count: 'desc' }, size: 5 });
  });

  test('pipelines stand beside the metric they look at', () => {
    const byDay = agg('2', 'date_histogram', 'segment', { field: 'time_dt', interval: 'h', min_doc_count: 0 });
    const nested = {
      customMetric: { type: 'derivative', params: { customMetric: { type: 'max', params: { field: 'severity_id' } } } },
    };
    const aggs = aggsOf('line', [
      count,
      byDay,
      agg('3', 'derivative', 'metric', nested),
      agg('4', 'moving_avg', 'metric', { metricAgg: '1' }),
    ]);
    expect((aggs['2'] as { aggs: object }).aggs).toEqual({
      '3': { derivative: { buckets_path: '3-metric' } },
      '3-metric': { derivative: { buckets_path: '3-metric-metric' } },
      '3-metric-metric': { max: { field: 'severity_id' } },
      '4': { moving_fn: { buckets_path: '_count', window: 5, script: 'MovingFunctions.unweightedAvg(values)' } },
    });
    // Zero is not sent: it is the server's default.
    expect((aggs['2'] as { date_histogram: object }).date_histogram).not.toHaveProperty('min_doc_count');
  });

  test('a sibling pipeline brings its bucket, and the metric below it', () => {
    const params = {
      customBucket: { type: 'terms', params: { field: 'status', orderBy: '_key' } },
      customMetric: { type: 'max', params: { field: 'severity_id' } },
    };
    expect(aggsOf('metric', [agg('1', 'max_bucket', 'metric', params)])).toEqual({
      '1': { max_bucket: { buckets_path: '1-bucket>1-metric' } },
      '1-bucket': {
        terms: { field: 'status', order: { _key: 'desc' }, size: 5 },
        aggs: { '1-metric': { max: { field: 'severity_id' } } },
      },
    });
  });

  test('a map may ask without its box, and with the visible one', () => {
    const grid = (more: object) =>
      agg('2', 'geohash_grid', 'segment', { field: 'src_endpoint.location.coordinates', ...more });
    expect(Object.keys(aggsOf('tile_map', [count, grid({ isFilteredByCollar: false })]))).toEqual(['2']);
    const geoBox = { top_left: { lat: 50, lon: 0 }, bottom_right: { lat: 40, lon: 10 } };
    const boxed = aggsOf('tile_map', [count, grid({ useGeocentroid: false })], {}, { geoBox });
    expect(boxed).toMatchObject({
      filter_agg: { filter: { geo_bounding_box: { 'src_endpoint.location.coordinates': geoBox } } },
    });
  });

  test('numeric histograms ask for the ends first and fit the interval to them', () => {
    const histogram = agg('2', 'histogram', 'segment', { field: 'severity_id', interval: 'auto' });
    const compiled = compile('histogram', [count, histogram]);
    if (compiled.kind !== 'aggs') throw new Error(compiled.kind);
    expect(compiled.boundsRequests['2']?.body['aggs']).toEqual({
      maxAgg: { max: { field: 'severity_id' } },
      minAgg: { min: { field: 'severity_id' } },
    });
    const interval = (min: number, max: number, more: object = {}) => {
      const aggs = aggsOf(
        'histogram',
        [count, agg('2', 'histogram', 'segment', { field: 'severity_id', interval: 'auto', ...more })],
        {},
        { bounds: { 2: { min, max } } },
      );
      return (aggs['2'] as { histogram: { interval: number } }).histogram.interval;
    };
    expect([interval(0, 6), interval(0, 1000), interval(0, 3000), interval(0, 6000)]).toEqual([1, 10, 50, 100]);
    expect(interval(0, 6000, { interval: 10 })).toBe(60);
    expect(interval(0, 6000, { interval: 100 })).toBe(100);
    // Steps are added up: seven times a tenth would be 0.7000000000000001.
    expect(interval(0, 62.5, { interval: 0.1 })).toBe(0.7);
    expect(interval(0, 1000, { maxBars: 5 })).toBe(200);
    expect(interval(0, 1000, { intervalBase: 7 })).toBe(7);
  });
});

describe('query and filters', () => {
  const phrase = (value: string, meta: Partial<Filter['meta']> = {}): Filter => ({
    meta: { disabled: false, negate: false, ...meta },
    query: { match_phrase: { status: value } },
  });
  const clauses = (more: More, over: Partial<CompileContext> = {}) =>
    (bodyOf('metric', [count], more, over)['query'] as { bool: Record<string, unknown[]> }).bool;
  const time = {
    range: {
      time_dt: {
        gte: '2026-11-20T12:00:00.000Z',
        lte: '2026-11-21T12:00:00.000Z',
        format: 'strict_date_optional_time',
      },
    },
  };

  test('dashboard, visualization and saved search in this order, equal texts once', () => {
    const match = (field: string, value: unknown) => ({
      bool: { should: [{ match: { [field]: value } }], minimum_should_match: 1 },
    });
    const existing = { bool: { should: [{ exists: { field: 'status' } }], minimum_should_match: 1 } };
    const query = { query: 'class_uid: 1', language: 'kuery' };
    expect(clauses({ query: 'status_id: 2', search: 's' }, { query })['filter']).toEqual([
      match('class_uid', 1),
      match('status_id', 2),
      existing,
      time,
    ]);
    expect(clauses({ query: 'class_uid: 1' }, { query })['filter']).toEqual([match('class_uid', 1), time]);
    const lucene = { query: 'class_uid: 1', language: 'lucene' };
    expect(clauses({ query: 'class_uid: 1' }, { query: lucene })).toMatchObject({
      must: [{ query_string: {} }],
      filter: [time],
    });
  });

  test('disabled filters are dropped, negated ones forbid, equal ones count once', () => {
    const filters = [
      phrase('a'),
      phrase('b', { negate: true }),
      phrase('c', { disabled: true }),
      phrase('a', { negate: true }),
    ];
    expect(clauses({}, { filters })).toMatchObject({
      filter: [{ match_all: {} }, { match_phrase: { status: 'a' } }, time],
      must_not: [{ match_phrase: { status: 'b' } }],
    });
  });

  test('filters without a query are sent as they are, old phrases migrated, nested ones wrapped', () => {
    const filters = [
      { meta: {}, exists: { field: 'status' } },
      { meta: {}, query: { match: { 'actor.session.is_mfa': { query: 'true', type: 'phrase' } } } },
      { meta: {}, query: { match_phrase: { 'observables.value': 'x' } } },
    ] as Filter[];
    expect(clauses({}, { filters })['filter']?.slice(1, 4)).toEqual([
      { exists: { field: 'status' } },
      { match_phrase: { 'actor.session.is_mfa': { query: true } } },
      { nested: { path: 'observables', query: { match_phrase: { 'observables.value': 'x' } } } },
    ]);
  });

  test('a number that is asked for a word finds nothing instead of failing, where that is wanted', () => {
    const filters = [
      { meta: { negate: true }, query: { match_phrase: { status_id: { query: 'Failure', slop: 1 } } } },
      { meta: {}, query: { bool: { should: [{ match_phrase: { status_id: 'Failure' } }] } } },
      phrase('Failure'),
    ] as Filter[];
    const asked = { query: { query: 'status_id: "Failure"', language: 'kuery' }, filters };
    const leniently = { match: { status_id: { query: 'Failure', lenient: true } } };
    expect(clauses({}, { ...asked, lenient: true })).toMatchObject({
      filter: [
        { bool: { should: [leniently], minimum_should_match: 1 } },
        { match_all: {} },
        { bool: { should: [leniently] } },
        { match_phrase: { status: 'Failure' } },
        time,
      ],
      must_not: [leniently],
    });
    expect(JSON.stringify(clauses({}, asked))).not.toContain('lenient');
  });

  test('an empty Lucene query matches all, an object is sent as it is', () => {
    expect(clauses({ query: { query: ' ', language: 'lucene' } })['must']).toEqual([{ match_all: {} }]);
    expect(clauses({ query: { query: { term: { status: 'a' } }, language: 'lucene' } })['must']).toEqual([
      { term: { status: 'a' } },
    ]);
  });

  test('dates come from doc values, documents without what the pattern hides', () => {
    expect(bodyOf('metric', [count])).toMatchObject({
      size: 0,
      stored_fields: ['*'],
      script_fields: {},
      docvalue_fields: [{ field: 'time_dt', format: 'date_time' }],
      _source: { excludes: [] },
    });
  });
});

describe('an index pattern saved without its fields', () => {
  test('takes names for fields of the type that is needed', () => {
    const aggs = [
      agg('1', 'avg', 'metric', { field: 'a' }),
      agg('2', 'date_histogram', 'segment', {}),
      agg('3', 'terms', 'group', { field: 'b', missingBucket: true }),
    ];
    const bundle = bundleOf([indexPatternLine({ ...ours, fields: [] }), visualizationLine('v', 'line', aggs)]);
    expect(compileVisualization(bundle, 'v', context)).toMatchObject({
      kind: 'aggs',
      request: {
        body: {
          aggs: { 2: { date_histogram: { field: 'time_dt' }, aggs: { 3: { terms: { missing: '__missing__' } } } } },
        },
      },
    });
  });
});
