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
const options = { allowed: indices, events: indices, now: Date.now(), signal };

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
