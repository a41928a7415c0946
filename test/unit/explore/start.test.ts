import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { startExplore } from '../../../src/explore/start.ts';
import { silentLogger } from '../../../src/logger.ts';

const HOUR = 3_600_000;
const now = Date.now();

/** The address over a cluster that gives this answer. */
async function addressOver(status: number, body: unknown): Promise<string> {
  const cluster = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => cluster.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(cluster.address() as AddressInfo).port}`;
  const explore = await startExplore({
    opensearch: { url, insecure: false },
    alias: 'logs',
    port: 0,
    logger: silentLogger,
  });
  try {
    const address = await explore.address();
    expect(address.startsWith(explore.url)).toBe(true);
    return address.slice(explore.url.length);
  } finally {
    await explore.close();
    cluster.close();
  }
}

const eventsFrom = (first: number | null, last: number | null) => ({
  aggregations: { first: { value: first }, last: { value: last } },
});

test('the page of events that are all older than a day opens on the time range that holds them', async () => {
  const hash = await addressOver(200, eventsFrom(Date.UTC(2026, 2, 3, 4, 5, 6), Date.UTC(2026, 2, 9, 23, 59, 59, 999)));
  expect(hash.startsWith('#?')).toBe(true);
  expect(Object.fromEntries(new URLSearchParams(hash.slice(2)))).toEqual({
    from: '2026-03-03T04:05:00.000Z',
    to: '2026-03-10T00:00:00.000Z',
  });
});

test.each<[string, number, unknown]>([
  ['there are events of the last day', 200, eventsFrom(now - 500 * HOUR, now - HOUR)],
  ['there are no events', 200, eventsFrom(null, null)],
  ['the cluster does not answer', 503, { error: { type: 'x', reason: 'y' } }],
])('where %s it opens as it always does', async (_, status, body) => {
  expect(await addressOver(status, body)).toBe('');
});
