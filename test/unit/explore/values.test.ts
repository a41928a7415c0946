import { expect, test } from '@jest/globals';
import type { Answer } from '../../../src/content/compile/response.ts';
import type { ValuesAnswer, ValuesRequest } from '../../../src/explore/protocol.ts';
import { readValues } from '../../../src/explore/values.ts';
import { names } from '../../../src/names.ts';
import { shippedBundles } from '../../../src/verify/load.ts';

const patterns = shippedBundles({ alias: 'logs' }).flatMap((bundle) =>
  bundle.ids('index-pattern').map((id) => bundle.indexPattern(id)),
);
const [events, ...others] = patterns;
if (events === undefined) throw new Error('there is no index pattern');
const { ledger, deadLetters } = names('logs');

interface Asked {
  readonly index: string;
  readonly query: { readonly bool: { readonly filter: readonly object[] } };
  readonly aggs: Readonly<Record<string, unknown>>;
}

/** What is asked of the cluster, and what is made of its answer. */
async function ask(
  request: Partial<ValuesRequest>,
  answer: Answer = {},
): Promise<{ asked: Asked; values: ValuesAnswer['values'] }> {
  const view = { from: 'now-24h', to: 'now', query: '', filters: [] };
  let asked: Asked | undefined;
  const { values } = await readValues(
    { field: 'status', prefix: '', indices: ['logs'], view, timeZone: 'UTC', ...request },
    {
      pattern: events as NonNullable<typeof events>,
      others,
      now: Date.parse('2026-11-21T12:00:00Z'),
      msearch: async ([header, body]) => {
        asked = { ...(header as object), ...(body as object) } as Asked;
        return [answer];
      },
      signal: new AbortController().signal,
    },
  );
  if (asked === undefined) throw new Error('nothing was asked');
  return { asked, values };
}

const buckets = (...keys: unknown[]) => ({ values: { buckets: keys.map((key) => ({ key, doc_count: 2 })) } });

test('values are those of the index that is searched, and of no other', async () => {
  for (const [field, indices, index] of [
    ['status', ['logs'], 'logs'],
    ['status', [ledger, deadLetters], deadLetters],
    ['state', [ledger, deadLetters], ledger],
  ] as const)
    expect((await ask({ field, indices })).asked.index).toBe(index);
  await expect(ask({ indices: ['payroll'] })).rejects.toMatchObject({ code: 'USAGE' });
  await expect(ask({ indices: [] })).rejects.toThrow('nothing was asked');
});

test.each([
  ['203.', ['203.0.0.0/8']],
  ['203.0.', ['203.0.0.0/16']],
  ['203.0.113.25', ['203.0.113.25/32', ...[0, 1, 2, 3, 4, 5].map((n) => `203.0.113.25${n}/32`)]],
  ['10.77', ['10.77.0.0/16']],
  ['2001:db8::1', ['2001:db8::1']],
])('addresses that begin with %s are searched, not only the commonest', async (prefix, networks) => {
  const { asked } = await ask({ field: 'src_endpoint.ip', prefix });
  expect(asked.query.bool.filter[1]).toEqual({ terms: { 'src_endpoint.ip': networks.toSorted(numerically) } });
});
const numerically = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);

test.each(['2001:', '203.0.113.4.', '300.', '203..', 'x'])(
  '%s begins no network: the commonest are looked through',
  async (prefix) => {
    const { asked, values } = await ask(
      { field: 'src_endpoint.ip', prefix },
      {
        aggregations: buckets('2001:db8::1', '1.2.3.4'),
      },
    );
    expect(asked.query.bool.filter).toHaveLength(1);
    expect(values.map(({ value }) => value)).toEqual(prefix === '2001:' ? ['2001:db8::1'] : []);
  },
);

test('a number that is typed is counted beside the commonest that contain it', async () => {
  const aggregations = { ...buckets(443, 80), typed: { doc_count: 1 } };
  const { asked, values } = await ask({ field: 'dst_endpoint.port', prefix: '44' }, { aggregations });
  expect(asked.aggs['typed']).toEqual({ filter: { match: { 'dst_endpoint.port': { query: '44', lenient: true } } } });
  expect(values).toEqual([
    { value: '44', count: 1 },
    { value: '443', count: 2 },
  ]);
  expect((await ask({ field: 'dst_endpoint.port', prefix: '443' }, { aggregations })).values).toHaveLength(1);
  expect(Object.keys((await ask({ field: 'dst_endpoint.port' })).asked.aggs)).toEqual(['values']);
});

test('values that begin with the text come first, each once', async () => {
  const aggregations = { ...buckets('GetSecret', 'CreateUser'), begun: buckets('CreateUser', 'CreateRole', 'Other') };
  const { asked, values } = await ask({ field: 'api.operation', prefix: 'cre' }, { aggregations });
  expect(asked.aggs['begun']).toMatchObject({
    filter: { prefix: { 'api.operation': { value: 'cre', case_insensitive: true } } },
  });
  expect(values.map(({ value }) => value)).toEqual(['CreateUser', 'CreateRole', 'GetSecret']);
});

test('the value that is typed comes before all others that contain it, however rare', async () => {
  const aggregations = { ...buckets('bobby'), begun: buckets('bobby'), typed: { doc_count: 1 } };
  const { asked, values } = await ask({ field: 'actor.user.uid', prefix: 'bob' }, { aggregations });
  expect(asked.aggs['typed']).toEqual({ filter: { term: { 'actor.user.uid': 'bob' } } });
  expect(values).toEqual([
    { value: 'bob', count: 1 },
    { value: 'bobby', count: 2 },
  ]);
  const address = await ask({ field: 'src_endpoint.ip', prefix: '203.0.113.2' });
  expect(address.asked.aggs['typed']).toEqual({ filter: { term: { 'src_endpoint.ip': '203.0.113.2' } } });
  // What is no address would fail the search.
  expect((await ask({ field: 'src_endpoint.ip', prefix: '203.0.' })).asked.aggs['typed']).toBeUndefined();
});

test('days are those of the viewer', async () => {
  const view = { from: 'now/d', to: 'now', query: '', filters: [] };
  const { asked } = await ask({ view, timeZone: 'Asia/Tokyo' });
  expect(JSON.stringify(asked.query)).toContain('"gte":"2026-11-20T15:00:00.000Z"');
});

test('what fails is no field without values; what was found until the time was up is offered', async () => {
  const error = { type: 'search_phase_execution_exception', reason: 'all shards failed' };
  await expect(ask({}, { error })).rejects.toMatchObject({ code: 'CLUSTER_REFUSED' });
  expect((await ask({}, { aggregations: buckets('Success'), timed_out: true })).values).toEqual([
    { value: 'Success', count: 2 },
  ]);
});
