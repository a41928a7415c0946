import { expect, test } from '@jest/globals';
import { patiently } from '../../../src/ingest/patiently.ts';

const never = new AbortController().signal;
const quick = { backoff: { baseMs: 1, maxMs: 2 } };
const busy = { status: 503, body: { error: { type: 'cluster_manager_not_discovered_exception', reason: 'none' } } };

test('a request is repeated until the cluster can answer it, and each wait is told', async () => {
  const answers = [
    busy,
    { status: 0, body: { error: { type: 'connection', reason: 'reset' } } },
    { status: 200, body: 7 },
  ];
  const waits: string[] = [];
  const onWait = ({ reason, attempt }: { reason: string; attempt: number }): number =>
    waits.push(`${attempt} ${reason}`);
  expect(await patiently(async () => answers.shift() ?? busy, never, { ...quick, onWait })).toBe(7);
  expect(waits).toEqual([
    '1 503 cluster_manager_not_discovered_exception: none',
    '2 connection: reset (The cluster does not answer.)',
  ]);
});

test.each([
  ['a missing privilege', 403, 'security_exception', 'CLUSTER_FORBIDDEN'],
  ['a request that is too large', 413, '', 'CLUSTER_REFUSED'],
])('what no retry can help ends it: %s', async (_, status, type, code) => {
  const answer = { status, body: { error: { type, reason: 'no' } } };
  await expect(patiently(async () => answer, never, quick)).rejects.toMatchObject({ code });
});

test('nothing is asked once the signal has aborted', async () => {
  let asked = 0;
  const send = async () => ({ status: 200, body: (asked += 1) });
  await expect(patiently(send, AbortSignal.abort(), quick)).rejects.toMatchObject({ name: 'AbortError' });
  expect(asked).toBe(0);
});

test('an abort ends the waiting', async () => {
  const stop = new AbortController();
  const waiting = patiently(async () => busy, stop.signal, { backoff: { baseMs: 60_000, maxMs: 60_000 } });
  setTimeout(() => stop.abort(), 10);
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});
