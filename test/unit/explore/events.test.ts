import { expect, test } from '@jest/globals';
import type { Msearch } from '../../../src/explore/ask.ts';
import { readEvents } from '../../../src/explore/events.ts';
import type { EventsRequest } from '../../../src/explore/protocol.ts';
import { shippedBundles } from '../../../src/verify/load.ts';

const view = { from: 'now-24h', to: 'now', query: '', filters: [] };

/** What the searches of a request sort by. */
async function sortsOf(request: EventsRequest): Promise<unknown[]> {
  const pattern = shippedBundles({ alias: 'logs' })[0]?.indexPattern('logs-cloudtrail');
  if (pattern === undefined) throw new Error('there is no index pattern');
  const bodies: { sort: unknown }[] = [];
  const msearch: Msearch = async (lines) => {
    bodies.push(...(lines.filter((_, place) => place % 2 === 1) as typeof bodies));
    return bodies.map(() => ({ hits: { total: { value: 0 }, hits: [] } }));
  };
  await readEvents(request, { pattern, now: Date.now(), msearch, signal: new AbortController().signal });
  return bodies.map(({ sort }) => sort);
}

test('what happened around an event is not sorted by ids, which would fill the memory of a large cluster', async () => {
  const around = { time: '2026-11-20T10:00:00.000Z', field: 'actor.user.uid', value: 'x' };
  expect(await sortsOf({ view, size: 5, around })).toEqual([[{ time_dt: 'asc' }], [{ time_dt: 'desc' }]]);
});

test('a list that is paged has one order, also of events of one time', async () => {
  expect(await sortsOf({ view, size: 5 })).toEqual([[{ time_dt: 'desc' }, { _id: 'desc' }]]);
});
