import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Queue } from '../../../../src/ingest/source/queue.ts';
import { Receiver } from '../../../../src/ingest/source/receive.ts';

test('a receive that is never answered is cut and asked again', async () => {
  let asked = 0;
  const receive: Queue['receive'] = async (_, signal) => {
    asked += 1;
    if (asked > 1) return [];
    return await new Promise((_, reject) =>
      signal.addEventListener('abort', () =>
        reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' })),
      ),
    );
  };
  const errors: unknown[] = [];
  const receiver = new Receiver({ url: 'q', receive } as Queue, {
    max: 10,
    waitS: 0,
    once: true,
    room: () => true,
    idle: () => true,
    take: async () => 0,
    onError: (error) => void errors.push(error),
    silenceMs: 20,
  });
  await receiver.run(new AbortController().signal);
  expect({ asked, errors: errors.length }).toEqual({ asked: 4, errors: 1 });
});

test('while messages are held a receive waits a second at most, and comes home when the run is told to end', async () => {
  const waits: number[] = [];
  const stop = new AbortController();
  let cut = false;
  let held = false;
  const receive: Queue['receive'] = async ({ waitS }, signal) => {
    signal.addEventListener('abort', () => (cut = true));
    waits.push(waitS);
    if (waits.length === 1) return [{ id: 'a', receipt: 'r', body: '', receives: 1 }];
    stop.abort();
    // Longer than a receive of a run that holds nothing is waited for.
    await sleep(1100);
    return [];
  };
  const receiver = new Receiver({ url: 'q', receive } as Queue, {
    max: 10,
    waitS: 20,
    once: false,
    room: () => true,
    idle: () => !held,
    take: async ({ length }) => {
      held = true;
      return length;
    },
    onError: () => undefined,
  });
  await receiver.run(stop.signal);
  expect({ waits, cut }).toEqual({ waits: [20, 1], cut: false });
});
