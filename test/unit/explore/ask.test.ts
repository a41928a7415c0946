import { expect, test } from '@jest/globals';
import { readBundle, type Bundle } from '../../../src/content/bundle.ts';
import type { Answer } from '../../../src/content/compile/response.ts';
import { askPanels, type Msearch } from '../../../src/explore/ask.ts';
import type { PanelAnswer } from '../../../src/explore/protocol.ts';
import { shippedBundles } from '../../../src/verify/load.ts';
import { exportedDashboard } from '../../support/exported-dashboard.ts';

const view = { from: 'now-24h', to: 'now', query: '', filters: [] };
const signal = new AbortController().signal;
const indices = new Set(['logs']);
const options = { allowed: indices, events: indices, now: Date.now(), sparse: new Set<string>(), signal };

type Body = Readonly<Record<string, unknown>> & { readonly aggs?: Readonly<Record<string, unknown>> };

/** A cluster that answers each search of its own. */
const answering =
  (answer: (body: Body) => Answer): Msearch =>
  async (lines) =>
    lines.filter((_, place) => place % 2 === 1).map((body) => answer(body as Body));

async function asked(bundle: Bundle, dashboard: string, msearch: Msearch): Promise<Map<string, PanelAnswer>> {
  const answers = new Map<string, PanelAnswer>();
  await askPanels(bundle, { dashboard, view, timeZone: 'UTC' }, { ...options, msearch }, (one) =>
    answers.set(one.panel, one),
  );
  return answers;
}

const shards = { total: 1, failed: 0 };
const NOTHING: Answer = { _shards: shards, hits: { total: { value: 0 }, hits: [] }, aggregations: {} };
const ROWS: Answer = { ...NOTHING, aggregations: { 2: { buckets: [{ key: 'Failure', doc_count: 3 }] } } };

const [core] = shippedBundles({ alias: 'logs' });
if (core === undefined) throw new Error('there are no dashboards');
const overview = 'ocsf-cloudtrail-overview';

interface Exported {
  readonly id: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A user's dashboard whose first two panels are on our index, with the objects changed as by hand. */
function exported(change: (object: Exported) => Exported): Bundle {
  const lines = exportedDashboard('logs').split('\n');
  const objects = lines.map((line) => change(JSON.parse(line) as Exported));
  return readBundle(objects.map((object) => JSON.stringify(object)).join('\n').replace(/payroll-[\w-]+/g, 'logs')); // prettier-ignore
}

test('a failure of the first panels is told only when the others have their answers: nobody writes to what has ended', async () => {
  const answers: PanelAnswer[] = [];
  let calls = 0;
  const msearch: Msearch = async (lines) => {
    if (++calls === 1) throw new Error('the cluster is gone');
    await new Promise((resolve) => setTimeout(resolve, 20));
    return lines.filter((_, place) => place % 2 === 1).map(() => ({ _shards: { total: 0 } }));
  };
  const asking = askPanels(core, { dashboard: overview, view, timeZone: 'UTC' }, { ...options, msearch }, (answer) =>
    answers.push(answer),
  );
  await expect(asking).rejects.toThrow('the cluster is gone');
  const told = answers.length;
  expect(told).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(answers).toHaveLength(told);
});

test.each([
  ['when there are some', Date.UTC(2026, 9, 1, 7, 30, 12), Date.UTC(2026, 9, 30, 23, 59, 59), 'this time range'],
  ['that there are none', null, null, 'no events yet'],
])('panels over a time range without events say %s, asked once however many they are', async (_, min, max, reason) => {
  let extents = 0;
  const answers = await asked(
    core,
    overview,
    answering((body) => {
      if (body.aggs?.['first'] === undefined) return NOTHING;
      extents += 1;
      expect(body).toMatchObject({ size: 0, track_total_hits: false });
      return { ...NOTHING, aggregations: { first: { value: min }, last: { value: max } } };
    }),
  );
  const empty = [...answers.values()].filter((answer) => answer.status === 'empty' && answer.reason !== 'asks nothing');
  expect(empty.length).toBeGreaterThan(5);
  const extent = min === null ? null : { from: '2026-10-01T07:30:00.000Z', to: '2026-10-31T00:00:00.000Z' };
  for (const answer of empty) expect(answer).toMatchObject({ extent, reason: expect.stringContaining(reason) });
  // Once in each of the groups that panels are asked in.
  expect(extents).toBeLessThanOrEqual(4);
});

test('a ledger without entries in a time range says nothing about the times of events', async () => {
  const msearch = answering((body) => {
    if (body.aggs?.['first'] !== undefined) throw new Error('asked');
    return NOTHING;
  });
  const answers: PanelAnswer[] = [];
  const request = { dashboard: overview, view, timeZone: 'UTC' };
  await askPanels(core, request, { ...options, events: new Set<string>(), msearch }, (one) => answers.push(one));
  expect(answers.filter((answer) => 'extent' in answer)).toEqual([]);
});

test('where it cannot be known why a panel is empty, that is said, and not that there are no events', async () => {
  const msearch = answering((body) =>
    body.aggs?.['present'] === undefined ? NOTHING : { error: { type: 'breaker', reason: 'too much memory' } },
  );
  expect(
    (
      await asked(
        exported((one) => one),
        'mine',
        msearch,
      )
    ).get('1'),
  ).toEqual({
    panel: '1',
    status: 'empty',
    reason: 'Nothing matches; why could not be determined: breaker: too much memory.',
    absent: [],
  });
});

test('an index pattern that cannot be read fails the panels that stand on it, and no others', async () => {
  const bundle = exported((one) =>
    one.id === 'foreign' ? { ...one, attributes: { ...one.attributes, fields: 'not JSON' } } : one,
  );
  const answers = await asked(
    bundle,
    'mine',
    answering(() => ROWS),
  );
  expect(answers.get('1')).toMatchObject({ status: 'table' });
  expect(answers.get('2')).toMatchObject({ status: 'error', reason: expect.stringContaining('"fields"') });
});

test('panels say what their answers leave out, whatever they show', async () => {
  const some = { total: 3, successful: 2, failed: 0 };
  const answers = await asked(
    core,
    overview,
    answering((body) => ({ ...(body.aggs?.['present'] === undefined ? NOTHING : ROWS), _shards: some })),
  );
  const asking = [...answers.values()].filter((one) => one.status !== 'empty' || one.reason !== 'asks nothing');
  expect(asking.length).toBeGreaterThan(5);
  for (const { missing } of asking) expect(missing).toBe('1 of 3 shards are on no node: their events are missing');
  const whole = await asked(
    core,
    overview,
    answering(() => ({ ...ROWS, _shards: { total: 3, successful: 3, skipped: 1, failed: 0 } })),
  );
  expect([...whole.values()].filter(({ missing }) => missing !== undefined)).toEqual([]);
});

test('an answer that cannot be read fails its panel, and no others', async () => {
  const broken = { ...NOTHING, aggregations: { 2: { buckets: [null] } } };
  let first = true;
  const msearch = answering(() => {
    const answer = first ? broken : ROWS;
    first = false;
    return answer;
  });
  const answers = await asked(
    exported((one) => one),
    'mine',
    msearch,
  );
  expect([...answers.values()].filter(({ status }) => status === 'table')).toHaveLength(1);
  expect([answers.get('1')?.status, answers.get('2')?.status].sort()).toEqual(['error', 'table']);
});

const withAgg = (agg: object, searchSource: object = {}, metric: object = {}): Bundle =>
  exported((one) => {
    if (one.id !== 'ours') return one;
    const state = JSON.parse(one.attributes['visState'] as string) as { aggs: object[] };
    const { searchSourceJSON } = one.attributes['kibanaSavedObjectMeta'] as { searchSourceJSON: string };
    const source = { ...(JSON.parse(searchSourceJSON) as object), ...searchSource };
    const attributes = {
      ...one.attributes,
      visState: JSON.stringify({
        ...state,
        aggs: [
          { ...state.aggs[0], ...metric },
          { ...state.aggs[1], ...agg },
        ],
      }),
      kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) },
    };
    return { ...one, attributes };
  });

test('a filter of an aggregation that has no query is passed over', async () => {
  const filters = [{ input: null, label: '' }, { input: { query: 'status: Failure', language: 'kuery' }, label: 'F' }]; // prettier-ignore
  const bundle = withAgg({ type: 'filters', params: { filters } });
  const buckets = { ...NOTHING, aggregations: { 2: { buckets: { F: { doc_count: 3 } } } } };
  expect(
    (
      await asked(
        bundle,
        'mine',
        answering(() => buckets),
      )
    ).get('1'),
  ).toMatchObject({
    status: 'table',
    table: { rows: [[{ value: 'F' }, { value: 3 }]] },
  });
  const none = await asked(
    bundle,
    'mine',
    answering(() => NOTHING),
  );
  expect(none.get('1')).toMatchObject({ status: 'empty' });
});

const lookUp = { terms: { status: { index: 'payroll', id: '1', path: 'names' } } };
const script = { script: { script: 'true' } };

test.each<[string, object, object]>([
  ['a look-up in another index in a filter', {}, { filter: [{ meta: {}, query: lookUp }] }],
  ['a script in a filter that says nothing about itself', {}, { filter: [{ query: script }] }],
  ['a look-up in a query in Lucene', {}, { query: { query: lookUp, language: 'lucene' } }],
  [
    'a script in a filter of an aggregation',
    { type: 'filters', params: { filters: [{ input: { query: script, language: 'lucene' } }] } },
    {},
  ],
  [
    'a look-up in the JSON input of a filter',
    { type: 'filter', params: { json: '{"terms":{"status":{"index":"payroll","id":"1","path":"x"}}}' } },
    {},
  ],
  ['a script in a JSON input', { params: { field: 'status', order: 'desc', json: '{"script":{"source":"1"}}' } }, {}],
])('%s of a saved visualization is not asked; the other panels are', async (_, agg, source) => {
  const sent: string[] = [];
  const msearch = answering((body) => (sent.push(JSON.stringify(body)), ROWS));
  const answers = await asked(withAgg(agg, source), 'mine', msearch);
  expect(answers.get('1')).toMatchObject({ status: 'error', reason: expect.stringContaining('not allowed here') });
  expect(answers.get('2')).toMatchObject({ status: 'table' });
  expect(sent.join()).not.toMatch(/payroll|"script":/);
});

test.each<[string, object, object]>([
  ['a disabled filter', {}, { filter: [{ meta: { disabled: true }, query: script }] }],
  ['a JSON input of values', { params: { field: 'status', order: 'desc', json: '{"min_doc_count":2}' } }, {}],
  ['a JSON input that is no JSON', { params: { field: 'status', order: 'desc', json: '{script' } }, {}],
  ['a query in Lucene', {}, { query: { query: { query_string: { query: 'a' } }, language: 'lucene' } }],
])('%s of a saved visualization is asked as it is', async (_, agg, source) => {
  const answers = await asked(
    withAgg(agg, source),
    'mine',
    answering(() => ROWS),
  );
  expect(answers.get('1')).toMatchObject({ status: 'table' });
});

test('a metric of zero over events that are there is shown: only buckets without events are none', async () => {
  const distinct = { type: 'cardinality', params: { field: 'status' } };
  const zero = { ...NOTHING, aggregations: { 2: { buckets: [{ key: 'Failure', doc_count: 3, 1: { value: 0 } }] } } };
  const bundle = withAgg({}, {}, distinct);
  const answers = await asked(bundle, 'mine', answering(() => zero)); // prettier-ignore
  expect(answers.get('1')).toMatchObject({ status: 'table', table: { rows: [[{ value: 'Failure' }, { value: 0 }]] } });
  const filters = [{ input: { query: 'status: Failure', language: 'kuery' }, label: 'F' }];
  const none = { ...NOTHING, aggregations: { 2: { buckets: { F: { doc_count: 0 } } } } };
  const named = await asked(withAgg({ type: 'filters', params: { filters } }), 'mine', answering(() => none)); // prettier-ignore
  expect(named.get('1')).toMatchObject({ status: 'empty' });
});

test('a click on Other means the events that it counts: those that have the field', async () => {
  const clicked = async (params: object, keys: readonly string[]): Promise<object | undefined> => {
    const bundle = withAgg({ params: { field: 'status', size: 5, otherBucket: true, ...params } });
    const buckets = keys.map((key) => ({ key, doc_count: 3 }));
    const answers = await asked(
      bundle,
      'mine',
      answering((body) =>
        body.aggs?.['other-filter'] === undefined
          ? { ...NOTHING, aggregations: { 2: { buckets } } }
          : { ...NOTHING, aggregations: { 'other-filter': { buckets: { '': { doc_count: 5 } } } } },
      ),
    );
    const answer = answers.get('1');
    if (answer?.status !== 'table') throw new Error(JSON.stringify(answer));
    const last = answer.table.rows.at(-1)?.[0];
    expect(last?.value).toBe('Other');
    return last?.filter;
  };
  const not = [{ bool: { should: [{ match_phrase: { status: 'Failure' } }], minimum_should_match: 1 } }];
  const bool = { filter: [{ exists: { field: 'status' } }], must_not: not };
  expect(await clicked({}, ['Failure'])).toMatchObject({ meta: { alias: 'status: none of Failure' }, query: { bool } });
  expect(await clicked({ missingBucket: true }, ['Failure', '__missing__'])).toMatchObject({ query: { bool } });
  // Then those without it are among the others.
  expect(await clicked({ missingBucket: true }, ['Failure'])).toMatchObject({ meta: { negate: true }, query: not[0] });
});

test.each([
  ['a day', '2026-08-20T00:00:00.000Z', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
  ['a day in spring', '2026-01-01T00:00:00.000Z', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z'],
  ['three hours', '2026-10-30T00:00:00.000Z', '2026-11-01T04:00:00.000Z', '2026-11-01T08:00:00.000Z'],
])('a click on %s in which the clocks change means all of it', async (_, from, start, end) => {
  const bundle = withAgg({ type: 'date_histogram', params: { field: 'time_dt', interval: 'auto' } });
  const key = Date.parse(start);
  const to = new Date(Math.max(key + 3 * 86_400_000, Date.parse(from) + 7 * 86_400_000)).toISOString();
  let table: PanelAnswer | undefined;
  const request = { dashboard: 'mine', view: { ...view, from, to }, timeZone: 'America/New_York', panels: ['1'] };
  const msearch = answering(() => ({ ...NOTHING, aggregations: { 2: { buckets: [{ key, doc_count: 3 }] } } }));
  await askPanels(bundle, request, { ...options, msearch }, (one) => (table = one));
  if (table?.status !== 'table') throw new Error(JSON.stringify(table));
  const range = { time_dt: { gte: start, lt: end } };
  expect(table.table.rows[0]?.[0]?.filter).toMatchObject({ range, meta: { params: range.time_dt } });
});

test('a query in Lucene that is a filter has its dates in the zone of the viewer', async () => {
  const sent: string[] = [];
  const lucene = { meta: { type: 'custom' }, query: { query_string: { query: 'time_dt:[2026-11-20 TO 2026-11-20]' } } };
  const request = {
    dashboard: 'mine',
    view: { ...view, filters: [lucene] },
    timeZone: 'America/New_York',
    panels: ['1'],
  };
  const msearch = answering((body) => (sent.push(JSON.stringify(body)), ROWS));
  await askPanels(exported((one) => one), request, { ...options, msearch }, () => undefined); // prettier-ignore
  expect(sent.join()).toContain('"time_zone":"America/New_York"');
});
