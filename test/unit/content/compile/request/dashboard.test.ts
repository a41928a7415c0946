import { describe, expect, test } from '@jest/globals';
import {
  compileControl,
  compileDashboard,
  compileQuery,
  compileSearch,
  Refusal,
  usedFields,
  type DashboardContext,
} from '../../../../../src/content/compile/request.ts';
import { pattern } from '../../../../fixtures/osd/index-pattern.ts';
import {
  bundleOf,
  dashboardLine,
  indexPatternLine,
  searchLine,
  visualizationLine,
} from '../../../../support/saved-objects.ts';

const context: DashboardContext = { now: Date.parse('2026-11-21T12:00:00Z'), timeZone: 'UTC' };
const timeRange = { from: 'now-24h', to: 'now' };
const ours = indexPatternLine({ ...pattern, id: 'p' });
const count = { id: '1', type: 'count', schema: 'metric' };
const match = (field: string, value: unknown) => ({
  bool: { should: [{ match: { [field]: value } }], minimum_should_match: 1 },
});
const queryOf = (compiled: unknown) =>
  (compiled as { request: { body: { query: { bool: { filter: unknown[] } } } } }).request.body.query.bool.filter;
const gte = (compiled: unknown) => JSON.stringify(queryOf(compiled)).match(/"gte":"([^"]+)"/)?.[1];

describe('compileDashboard', () => {
  const lines = [
    ours,
    visualizationLine('v', 'metric', [count]),
    searchLine('s', { columns: ['status'], query: 'status_id: 2' }),
  ];

  test('panels carry their own title or the object’s, and the dashboard’s query', () => {
    const dashboard = dashboardLine('d', [{ id: 'v' }, { id: 'v', title: 'Mine' }, { type: 'search', id: 's' }], {
      query: { query: 'class_uid: 1', language: 'kuery' },
    });
    const panels = compileDashboard(bundleOf([...lines, dashboard]), 'd', context);
    expect(panels.map(({ title }) => title)).toEqual(['Title of v', 'Mine', 'Title of s']);
    expect(queryOf(panels[0]?.compiled)[0]).toEqual(match('class_uid', 1));
  });

  test('time: what is asked for, else the dashboard’s own, else the last day; a panel may have its own', () => {
    const restore = { timeRestore: true, timeFrom: 'now-7d', timeTo: 'now' };
    const bundle = bundleOf([
      ...lines,
      dashboardLine('plain', [{ id: 'v' }]),
      dashboardLine('own', [{ id: 'v' }, { id: 'v', config: { timeRange: { from: 'now-1h', to: 'now' } } }], restore),
    ]);
    const times = (id: string, more: Partial<DashboardContext> = {}) =>
      compileDashboard(bundle, id, { ...context, ...more }).map(({ compiled }) => gte(compiled));
    expect(times('plain')).toEqual(['2026-11-20T12:00:00.000Z']);
    expect(times('own')).toEqual(['2026-11-14T12:00:00.000Z', '2026-11-21T11:00:00.000Z']);
    expect(times('own', { timeRange: { from: 'now-2h', to: 'now' } })[0]).toBe('2026-11-21T10:00:00.000Z');
  });

  test('query and filters of the viewer replace the saved ones', () => {
    const bundle = bundleOf([
      ...lines,
      dashboardLine('d', [{ id: 'v' }], { query: { query: 'a: 1', language: 'kuery' } }),
    ]);
    const [panel] = compileDashboard(bundle, 'd', { ...context, query: { query: 'b: 2', language: 'kuery' } });
    expect(queryOf(panel?.compiled)[0]).toEqual(match('b', 2));
  });

  test('nothing that a saved object may hold stops the others', () => {
    const strange = (id: string, visState: unknown, more: object = {}) => ({
      type: 'visualization',
      id,
      attributes: { title: id, visState: JSON.stringify(visState), ...more },
      references: [null, { name: 1 }],
    });
    const histogram = { id: '2', type: 'date_histogram', params: 5 };
    const strangers = [
      strange('aggs-no-list', { type: 'pie', aggs: 5 }),
      strange('agg-null', { type: 'pie', aggs: [null] }),
      strange('params-no-object', { type: 'pie', aggs: [histogram] }),
      strange('state-no-object', 5),
      strange('no-text', {}, { visState: 5 }),
      strange('source-null', { type: 'pie' }, { kibanaSavedObjectMeta: { searchSourceJSON: '{"filter":[null,5]}' } }),
    ];
    const ids = strangers.map(({ id }) => ({ id }));
    const bundle = bundleOf([...lines, ...strangers, dashboardLine('d', [...ids, { id: 'v' }])]);
    const kinds = compileDashboard(bundle, 'd', context).map(({ compiled }) => compiled.kind);
    expect(kinds).toEqual([...ids.map(() => 'refused'), 'aggs']);
    const [first] = compileDashboard(bundle, 'd', context);
    expect(first?.compiled).toMatchObject({
      reason: expect.stringMatching(/aggs-no-list.*is not saved as it should be/),
    });
    const broken = dashboardLine('broken', [], { panelsJSON: '5' });
    expect(() => compileDashboard(bundleOf([...lines, broken]), 'broken', context)).toThrow(Refusal);
  });

  test('a broken panel does not stop the others', () => {
    const bundle = bundleOf([
      ...lines,
      visualizationLine('bad', 'pie', [
        count,
        { id: '2', type: 'terms', schema: 'segment', params: { field: 'no.such' } },
      ]),
      dashboardLine('d', [{ id: 'bad' }, { id: 'gone' }, { id: 'v' }, { type: 'lens', id: 'x' }]),
    ]);
    const kinds = compileDashboard(bundle, 'd', context).map(({ compiled }) => compiled.kind);
    expect(kinds).toEqual(['refused', 'refused', 'aggs', 'unsupported']);
  });
});

describe('compileSearch', () => {
  const search = searchLine('s', {
    columns: ['status', 'message'],
    sort: [
      ['time_dt', 'asc'],
      ['message', 'desc'],
      ['no.such', 'desc'],
    ],
    query: 'status_id: 2',
  });
  const bundle = bundleOf([ours, search, searchLine('unsorted')]);

  test('asks 500 rows, sorted by what can be sorted by, its own query first', () => {
    const query = { query: 'status_id: 2', language: 'kuery' };
    const compiled = compileSearch(bundle, 's', { ...context, timeRange, query });
    expect(compiled).toMatchObject({
      kind: 'hits',
      columns: ['status', 'message'],
      request: {
        body: {
          size: 500,
          version: true,
          sort: [{ time_dt: { order: 'asc', unmapped_type: 'boolean' } }],
          highlight: { fields: { '*': {} } },
        },
      },
    });
    expect(queryOf(compiled).slice(0, 2)).toEqual([match('status_id', 2), match('status_id', 2)]);
    expect(usedFields(compiled)).toEqual(['message', 'status', 'status_id']);
  });

  test('the settings of OpenSearch Dashboards say how many rows, and whether what was found is marked', () => {
    const settings = { sampleSize: 50, highlight: false };
    const compiled = compileSearch(bundle, 's', { ...context, timeRange, settings });
    const { body } = (compiled as { request: { body: object } }).request;
    expect(body).toMatchObject({ size: 50 });
    expect(body).not.toHaveProperty('highlight');
  });

  test('a panel may override columns and order; without an order the newest come first', () => {
    const overridden = compileSearch(
      bundle,
      's',
      { ...context, timeRange },
      { columns: ['a'], sort: [['_score', 'desc']] },
    );
    expect(overridden).toMatchObject({ columns: ['a'], request: { body: { sort: [{ _score: { order: 'desc' } }] } } });
    expect(compileSearch(bundle, 'unsorted', { ...context, timeRange })).toMatchObject({
      request: { body: { sort: [{ time_dt: { order: 'desc', unmapped_type: 'boolean' } }] } },
    });
  });

  test.each([
    ['pairs', [['status', 'asc']]],
    ['one bare pair', ['status', 'asc']],
    ['an object', [{ status: 'asc' }, null, 5]],
  ])('a panel’s own order may be %s', (_, sort) => {
    const dashboard = dashboardLine('d', [{ type: 'search', id: 's', config: { sort } }]);
    const [panel] = compileDashboard(bundleOf([ours, searchLine('s'), dashboard]), 'd', context);
    expect(panel?.compiled).toMatchObject({
      request: { body: { sort: [{ status: { order: 'asc', unmapped_type: 'boolean' } }] } },
    });
  });

  test('a scripted field sorts by its script, where that can be a number or a text', () => {
    const field = (name: string, type: string) => ({ name, type, scripted: true, script: '1', lang: 'painless' });
    const fields = [...pattern.fields, field('n', 'number'), field('b', 'boolean'), field('d', 'date')];
    const scripted = bundleOf([indexPatternLine({ ...pattern, id: 'p', fields }), searchLine('s')]);
    const sorted = (name: string) =>
      compileSearch(scripted, 's', { ...context, timeRange }, { sort: [[name, 'asc']] }) as unknown;
    const script = { source: '1', lang: 'painless' };
    expect(sorted('n')).toMatchObject({
      request: { body: { sort: [{ _script: { script, type: 'number', order: 'asc' } }] } },
    });
    expect(sorted('b')).toMatchObject({ request: { body: { sort: [{ _script: { type: 'string' } }] } } });
    expect(sorted('d')).toEqual({ kind: 'refused', reason: 'Unsupported script sort type: date' });
  });

  test('saved queries are asked of an index pattern', () => {
    const saved = {
      id: 'q',
      title: 'Q',
      description: '',
      query: { query: 'status: x', language: 'kuery' },
      filters: [],
      timeRange: undefined,
    };
    const compiled = compileQuery(saved, bundle.indexPattern('p'), { ...context, timeRange });
    expect(queryOf(compiled)[0]).toEqual(match('status', 'x'));
    const broken = { ...saved, query: { query: 'status:', language: 'kuery' } };
    expect(compileQuery(broken, bundle.indexPattern('p'), { ...context, timeRange })).toMatchObject({
      kind: 'refused',
    });
  });
});

describe('controls', () => {
  const control = (id: string, fieldName: string, more: object = {}) => ({
    id,
    fieldName,
    label: fieldName,
    type: 'list',
    parent: '',
    options: { type: 'terms', multiselect: true, dynamicOptions: false, size: 7, order: 'desc' },
    indexPattern: 'p',
    ...more,
  });
  const controls = [
    control('a', 'cloud.region'),
    control('b', 'status', { options: { dynamicOptions: true, size: 7 } }),
    control('c', 'status_id', { options: { dynamicOptions: true, size: 7 } }),
    control('d', 'severity_id', { type: 'range' }),
    control('e', 'api.operation', { parent: 'a' }),
    control('f', 'no.such'),
    control('g', 'message'),
  ];
  const vis = visualizationLine('c', 'input_control_vis', [], { params: { controls, useTimeFilter: true } });
  const bundle = bundleOf([
    ours,
    vis,
    dashboardLine('d', [{ id: 'c' }], { query: { query: 'a: 1', language: 'kuery' } }),
  ]);
  const [panel] = compileDashboard(bundle, 'd', context);
  const compiled = panel?.compiled.kind === 'controls' ? panel.compiled.controls : [];

  test('list the commonest values of the time range, whatever the dashboard is filtered to', () => {
    expect(compiled[0]?.request?.body).toMatchObject({
      size: 0,
      timeout: '1000ms',
      terminate_after: 100_000,
      aggs: { termsAgg: { terms: { field: 'cloud.region', order: { _count: 'desc' }, size: 7 } } },
      query: { bool: { must: [], filter: [{ range: { time_dt: {} } }], should: [], must_not: [] } },
    });
    expect(compiled[1]?.request?.body['aggs']).toEqual({
      termsAgg: { terms: { field: 'status', order: { _count: 'desc' } } },
    });
    expect(compiled[2]?.request?.body['aggs']).toMatchObject({ termsAgg: { terms: { size: 7 } } });
  });

  test('ranges ask for the ends', () => {
    const ends = { maxAgg: { max: { field: 'severity_id' } }, minAgg: { min: { field: 'severity_id' } } };
    expect(compiled[3]?.request?.body['aggs']).toEqual(ends);
    expect(compiled[3]?.request?.body).not.toHaveProperty('timeout');
  });

  test('one that depends on another waits for it; one on an unusable field is refused', () => {
    expect(compiled[4]).toMatchObject({
      request: undefined,
      reason: "Disabled until 'cloud.region' is set.",
      refused: false,
    });
    expect(compiled[5]).toMatchObject({
      reason: 'Could not locate that index-pattern-field (id: no.such)',
      refused: true,
    });
    expect(compiled[6]).toMatchObject({ refused: true });
  });

  test('values chosen in a control and saved with the dashboard limit those that depend on it', () => {
    const chain = [
      control('a', 'cloud.region'),
      control('b', 'status', { parent: 'a' }),
      control('c', 'api.operation', { parent: 'b' }),
      control('d', 'severity_id', { parent: 'a', type: 'range' }),
      control('e', 'api.operation', { parent: 'gone' }),
    ];
    const filter = { meta: { controlledBy: 'a' }, query: { match_phrase: { 'cloud.region': 'eu-west-1' } } };
    const dashboard = (id: string, more: object) =>
      dashboardLine(id, [{ id: 'c' }], { query: { query: '', language: 'kuery' }, ...more });
    const chained = bundleOf([
      ours,
      visualizationLine('c', 'input_control_vis', [], { params: { controls: chain, useTimeFilter: false } }),
      dashboard('open', {}),
      dashboard('chosen', { filter: [filter] }),
    ]);
    const asked = (id: string) => {
      const compiled = compileDashboard(chained, id, context)[0]?.compiled;
      if (compiled?.kind !== 'controls') throw new Error(compiled?.kind);
      return compiled.controls.map(({ request, reason }) =>
        request === undefined ? reason : (request.body['query'] as { bool: { filter: unknown } }).bool.filter,
      );
    };
    expect(asked('open')).toEqual([
      [],
      "Disabled until 'cloud.region' is set.",
      "Disabled until 'status' is set.",
      [],
      [],
    ]);
    expect(asked('chosen')).toEqual([[], [filter.query], "Disabled until 'status' is set.", [], []]);
  });

  test('typing narrows the list, and the values of the control above limit it', () => {
    const [, , , , dependent] = bundle.visualization('c').controls;
    if (dependent === undefined) throw new Error('no control');
    const ancestors = [{ meta: {}, query: { match_phrase: { 'cloud.region': 'eu-west-1' } } }];
    const request = compileControl(
      bundle.indexPattern('p'),
      dependent,
      false,
      { ...context, timeRange },
      { ancestors, containing: 'Get.' },
    );
    expect(request.body).toMatchObject({
      aggs: { termsAgg: { terms: { include: '.*Get\\..*' } } },
      query: { bool: { filter: [{ match_phrase: { 'cloud.region': 'eu-west-1' } }] } },
    });
  });
});

describe('times that are none', () => {
  test('are refused in the panel', () => {
    const bundle = bundleOf([ours, visualizationLine('v', 'metric', [count]), dashboardLine('d', [{ id: 'v' }])]);
    const [panel] = compileDashboard(bundle, 'd', { ...context, timeRange: { from: 'whenever', to: 'now' } });
    expect(panel?.compiled).toEqual({ kind: 'refused', reason: 'Not a time: "whenever"' });
    expect(() => compileDashboard(bundle, 'none', context)).toThrow(Refusal);
  });
});
