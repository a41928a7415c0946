import { expect, test } from '@jest/globals';
import { readAround } from '../../../src/explore/around.ts';
import { shippedBundles } from '../../../src/verify/load.ts';

test('what happened around an event is not sorted by ids, which would fill the memory of a large cluster', async () => {
  const pattern = shippedBundles({ alias: 'logs' })[0]?.indexPattern('logs-cloudtrail');
  if (pattern === undefined) throw new Error('there is no index pattern');
  const sorts: unknown[] = [];
  await readAround(
    { time: '2026-11-20T10:00:00.000Z', field: 'actor.user.uid', value: 'x' },
    {
      pattern,
      now: Date.now(),
      msearch: async (lines) => {
        sorts.push(...lines.map((line) => (line as { sort?: unknown }).sort).filter((sort) => sort !== undefined));
        return [{}, {}];
      },
      signal: new AbortController().signal,
    },
  );
  expect(sorts).toEqual([[{ time_dt: 'asc' }], [{ time_dt: 'desc' }]]);
});
