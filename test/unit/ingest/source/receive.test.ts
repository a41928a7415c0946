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
