import { expect, test } from '@jest/globals';
import { readBundle } from '../../../src/content/bundle.ts';
import { contentOf } from '../../../src/explore/content.ts';
import type { DashboardContent } from '../../../src/explore/protocol.ts';
import { checkFilters } from '../../../src/explore/safe-filter.ts';
import { names } from '../../../src/names.ts';
import { shippedBundles } from '../../../src/verify/load.ts';
import { exportedDashboard } from '../../support/exported-dashboard.ts';

const ours = shippedBundles({ alias: 'logs' });
const [core] = ours;
if (core === undefined) throw new Error('there are no dashboards');
const events = core.indexPattern('logs-cloudtrail');

/** A user's dashboard that was saved with this query and these filters. */
function savedWith(saved: object): DashboardContent {
  const [dashboard] = contentOf([readBundle(exportedDashboard('logs', saved))], events, []).dashboards;
  if (dashboard === undefined) throw new Error('there is no dashboard');
  return dashboard;
}

test("a user's dashboard brings the query and the filters it was saved with", () => {
  const filter = { meta: { type: 'phrase', key: 'status' }, query: { match_phrase: { status: 'Failure' } } };
  const query = { query: 'cloud.region: "us-east-1"', language: 'kuery' };
  expect(savedWith({ query, filter: [filter, { query: { match_all: {} } }] })).toMatchObject({
    query: query.query,
    filters: [filter, { meta: {}, query: { match_all: {} } }],
  });
});

test.each([
  ['status:Failure', 'Lucene: status:Failure', { query_string: { query: 'status:Failure', analyze_wildcard: true } }],
  [{ match_all: {} }, 'Lucene: {"match_all":{}}', { match_all: {} }],
])('a saved query in Lucene (%j) becomes a filter that is seen and asked', (query, alias, clause) => {
  const { query: dql, filters } = savedWith({ query: { query, language: 'lucene' } });
  expect({ dql, filters }).toMatchObject({ dql: '', filters: [{ meta: { alias }, query: clause }] });
  expect(() => checkFilters(filters)).not.toThrow();
});

test('a saved query in another language is refused in every panel', () => {
  for (const { unsupported } of savedWith({ query: { query: 'source = logs', language: 'PPL' } }).panels)
    expect(unsupported).toContain('PPL');
});

test("a user's saved query brings its filters and its time range, one in Lucene as a filter that is seen", () => {
  const account = { meta: { type: 'phrase', key: 'cloud.account.uid' }, query: { match_phrase: { a: '1' } } };
  const saved = (id: string, language: string, more: object): string =>
    JSON.stringify({
      type: 'query',
      id,
      attributes: { title: id, query: { query: 'user: root', language }, ...more },
      references: [],
    });
  const timefilter = { from: 'now-7d', to: 'now', refreshInterval: { pause: true, value: 0 } };
  const lines = [
    saved('whole', 'kuery', { filters: [account], timefilter }),
    saved('plain', 'kuery', {}),
    saved('lucene', 'lucene', { filters: [account] }),
    saved('sql', 'SQL', {}),
  ];
  const { queries } = contentOf([readBundle(lines.join('\n'))], events, []);
  expect(queries).toEqual([
    {
      id: 'whole',
      title: 'whole',
      description: '',
      query: 'user: root',
      filters: [account],
      time: { from: 'now-7d', to: 'now' },
    },
    { id: 'plain', title: 'plain', description: '', query: 'user: root', filters: [] },
    expect.objectContaining({
      id: 'lucene',
      query: '',
      filters: [expect.objectContaining({ query: { query_string: expect.anything() } }), account],
    }),
  ]);
});

test('our own dashboards bring neither query nor filters', () => {
  for (const { query, filters } of contentOf(ours, events, []).dashboards)
    expect({ query, filters }).toEqual({ query: '', filters: [] });
});

test('the page knows the fields of the ledger and the dead letters as well as those of the events', () => {
  const others = ours.flatMap((bundle) => bundle.ids('index-pattern').map((id) => bundle.indexPattern(id)));
  const { fields, otherFields } = contentOf(ours, events, others);
  expect(fields.map(({ name }) => name)).toContain('api.operation');
  for (const { title, fields: own } of others)
    expect(otherFields[title]?.map(({ name }) => name)).toEqual(own.map(({ name }) => name));
});

test('a saved object that cannot be read is missing in its own place only', () => {
  const broken = (type: string, id: string, attributes: object): string =>
    JSON.stringify({ type, id, attributes, references: [] });
  const file = [
    exportedDashboard('logs'),
    broken('dashboard', 'unreadable', { title: 'Unreadable', panelsJSON: 'not JSON' }),
    broken('query', 'unreadable', { title: 'Unreadable' }),
    broken('query', 'fine', { title: 'Fine', query: { query: 'status: Failure', language: 'kuery' } }),
    broken('index-pattern', events.id, { title: 'logs', fieldFormatMap: '{"status":' }),
  ].join('\n');
  const { dashboards, queries, drillDown } = contentOf([readBundle(file)], events, []);
  expect(dashboards.map(({ id, fault, panels }) => [id, fault, panels.length])).toEqual([
    ['mine', undefined, 3],
    ['unreadable', expect.stringContaining('panelsJSON'), 0],
  ]);
  expect(queries.map(({ id }) => id)).toEqual(['fine']);
  expect(drillDown).toEqual({});
});

test('a value that leads to a dashboard is told by the format of its field, whatever else a format says', () => {
  const formats = {
    a: null,
    b: { params: { urlTemplate: 7 } },
    c: { params: { urlTemplate: 'dashboards#/view/x?q=1' } },
  };
  const attributes = { title: 'logs', fieldFormatMap: JSON.stringify(formats) };
  const file = JSON.stringify({ type: 'index-pattern', id: events.id, attributes, references: [] });
  expect(contentOf([readBundle(file)], events, []).drillDown).toEqual({ c: 'x' });
});

test('a panel names the indices that are searched for it, and a control those of its values, none that is not shown', () => {
  const others = ours.flatMap((bundle) => bundle.ids('index-pattern').map((id) => bundle.indexPattern(id)));
  const { dashboards } = contentOf(ours, events, others);
  const indicesOf = (id: string): string[] => [
    ...new Set(dashboards.find((one) => one.id === `ocsf-cloudtrail-${id}`)?.panels.flatMap(({ indices }) => indices)),
  ];
  const { ledger, deadLetters } = names('logs');
  expect(indicesOf('overview')).toEqual(['logs']);
  expect(indicesOf('ingest-health')).toEqual([ledger, deadLetters]);
  const controls = dashboards.flatMap(({ panels }) => panels.flatMap((panel) => panel.controls));
  expect(controls.find(({ field }) => field === 'state')).toMatchObject({ index: ledger, multiselect: true });
  expect(savedWith({}).panels.map(({ indices }) => indices)).toEqual([['logs'], [], ['logs']]);
});

test('a control that chooses one value says so', () => {
  const control = { id: 'c', fieldName: 'status', label: 'Status', type: 'list', indexPattern: 'logs', options: {} };
  const visState = {
    type: 'input_control_vis',
    params: { controls: [control, { ...control, options: { multiselect: false } }] },
  };
  const lines = exportedDashboard('logs')
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; attributes: object });
  const changed = lines.map((object) =>
    object.id === 'ours'
      ? { ...object, attributes: { ...object.attributes, visState: JSON.stringify(visState) } }
      : object,
  );
  const bundle = readBundle(changed.map((object) => JSON.stringify(object)).join('\n'));
  const controls = contentOf([bundle], events, []).dashboards[0]?.panels[0]?.controls;
  expect(controls?.map(({ multiselect, index }) => ({ multiselect, index }))).toEqual([
    { multiselect: true, index: 'logs' },
    { multiselect: false, index: 'logs' },
  ]);
});
