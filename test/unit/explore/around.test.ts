import { expect, test } from '@jest/globals';
import { readAround } from '../../../src/explore/around.ts';
import { shippedBundles } from '../../../src/verify/load.ts';

const pattern = shippedBundles({ alias: 'logs' })[0]?.indexPattern('logs-cloudtrail');
if (pattern === undefined) throw new Error('there is no index pattern');
const request = { time: '2026-11-20T10:00:00.000Z', field: 'actor.user.uid', value: 'x' };
const options = { pattern, now: Date.now(), signal: new AbortController().signal };

test('what happened around an event is not sorted by ids, which would fill the memory of a large cluster', async () => {
  const sorts: unknown[] = [];
  await readAround(request, {
    ...options,
    msearch: async (lines) => {
      sorts.push(...lines.map((line) => (line as { sort?: unknown }).sort).filter((sort) => sort !== undefined));
      return [{}, {}, {}];
    },
  });
  expect(sorts).toEqual([[{ time_dt: 'asc' }], [{ time_dt: 'desc' }], [{ time_dt: 'desc' }]]);
});

test('it is said when the answer leaves events out', async () => {
  const lost = { _shards: { total: 2, successful: 1, failed: 0 } };
  expect(await readAround(request, { ...options, msearch: async () => [{}, {}, lost] })).toEqual({
    events: [],
    missing: '1 of 2 shards are on no node: their events are missing',
  });
});

test('a second full of calls hides neither what was before it nor what was after it, and says how full it was', async () => {
  const hit = (id: string) => ({ _id: id, _index: 'i', _source: {} });
  const answer = (total: number, ...ids: string[]) => ({ hits: { total: { value: total }, hits: ids.map(hit) } });
  const bodies: { query: object; size: number }[] = [];
  const { events, missing } = await readAround(request, {
    ...options,
    msearch: async (lines) => {
      bodies.push(...(lines as (typeof bodies)[number][]).filter(({ size }) => size !== undefined));
      return [answer(0, 'later', 'latest'), answer(640, 'at 1', 'at 2'), answer(0, 'before')];
    },
  });
  expect(events.map(({ id }) => id)).toEqual(['latest', 'later', 'at 1', 'at 2', 'before']);
  expect(missing).toBe('640 events have this very time: 2 of them are shown');
  const ranges = bodies.map(({ query }) => /"time_dt":(\{[^}]*\})/.exec(JSON.stringify(query))?.[1]);
  const { time } = request;
  expect(ranges.map((range) => JSON.parse(range ?? '{}') as object)).toEqual([
    { gt: time },
    { gte: time, lte: time },
    { lt: time },
  ]);
});
