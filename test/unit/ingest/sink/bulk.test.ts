import { afterEach, expect, jest, test } from '@jest/globals';
import { Client } from '@opensearch-project/opensearch';
import { INDEXED } from '../../../../src/ingest/ports.ts';
import { createBulkSink, type BulkOptions } from '../../../../src/ingest/sink/bulk.ts';
import { createBatch } from '../../../support/batches.ts';
import { CREATED, startBulkDouble, type BulkDouble, type Reply } from '../../../support/bulk-double.ts';

const never = new AbortController().signal;
const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(ending.splice(0).map((end) => end()));
});

/** A sink on a loopback cluster whose first answers are scripted, and which then takes everything. */
async function start(first: readonly Reply[], options: BulkOptions = {}, url?: string) {
  const double: BulkDouble = await startBulkDouble(
    (operations, request) => first[request - 1] ?? { items: operations.map(() => CREATED) },
  );
  const client = new Client({ node: url ?? double.url, maxRetries: 0 });
  const reasons: string[] = [];
  const sink = createBulkSink(client, {
    lingerMs: 0,
    backoff: { baseMs: 2, maxMs: 10 },
    onWait: ({ reason }) => reasons.push(reason),
    ...options,
  });
  ending.push(
    () => double.close(),
    () => client.close(),
  );
  return { double, sink, reasons };
}

const docs = createBatch('events', { a: { v: 'ä' }, b: { v: 2 } });

test.each<[string, Reply, RegExp]>([
  ['a connection reset before the answer', { reset: 'before' }, /^connection: /],
  ['a connection reset in the middle of the answer', { reset: 'middle' }, /^connection: /],
  ['an answer cut short', { status: 200, body: '{"errors":fal' }, /^garbled: /],
  ['a cluster that hangs', { hang: 'before' }, /^timeout: /],
  ['a cluster that hangs in the middle of the answer', { hang: 'middle' }, /^(timeout|connection): /],
  ['503 with a page of a proxy', { status: 503, body: '<html>', type: 'text/html' }, /^503: <html>/],
  ['429', { status: 429, body: '{"error":{"type":"circuit_breaking_exception","reason":"full"}}' }, /^429 circuit/],
])('the sink survives %s and writes each document once', async (_, fault, reason) => {
  const print = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const { double, sink, reasons } = await start([fault, fault], { timeoutMs: 300 });
  const outcomes = await sink.write(docs, never);
  expect([...outcomes.statuses]).toEqual([INDEXED, INDEXED]);
  expect(double.requests.map(({ operations }) => operations.map(({ id }) => id))).toEqual(Array(3).fill(['a', 'b']));
  expect(reasons).toHaveLength(2);
  expect(reasons[0]).toMatch(reason);
  expect(print).not.toHaveBeenCalled();
});

test('a cluster that is not there yet is waited for', async () => {
  const gone = await startBulkDouble(() => ({ items: [] }));
  await gone.close();
  const stop = new AbortController();
  const { sink, reasons } = await start([], {}, gone.url);
  const write = sink.write(docs, stop.signal);
  while (reasons.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  await expect(write).rejects.toMatchObject({ name: 'AbortError' });
  expect(reasons[0]).toMatch(/ECONNREFUSED.*does not answer/);
});

test('compressed bodies arrive whole', async () => {
  const { double, sink } = await start([], { compress: true });
  const many = createBatch('events', Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`d${i}`, { v: 'x' }])));
  expect([...(await sink.write(many, never)).statuses]).toEqual(Array(500).fill(INDEXED));
  expect(double.requests[0]?.operations).toHaveLength(500);
  expect(double.requests[0]?.headers['content-encoding']).toBe('gzip');
  expect(double.requests[0]?.bytes).toBeLessThan(many.body.length / 5);
});

test('a fault says nothing of the documents and the credentials', async () => {
  const { sink } = await start([{ status: 401, body: 'Unauthorized', type: 'text/plain' }]);
  const secret = createBatch('events', { a: { password: 'hunter2' } });
  const error = await sink.write(secret, never).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'CLUSTER_AUTH', message: 'The cluster refuses: 401: Unauthorized' });
  expect((error as Error).cause).toBeUndefined();
});
