import { describe, expect, test } from '@jest/globals';
import { Channel, stoppable } from '../../../../src/ingest/source/iterable.ts';
import { walkTasks } from '../../../../src/ingest/source/pool.ts';

const never = new AbortController().signal;

describe('channel', () => {
  test('gives everything in order, however small it is', async () => {
    const channel = new Channel<number>(2, never);
    const producing = (async () => {
      for (let item = 0; item < 5000; item += 1) await channel.push(item);
      channel.close();
    })();
    const items: number[] = [];
    for await (const item of channel.read(never)) items.push(item);
    await producing;
    expect(items).toEqual(Array.from({ length: 5000 }, (_, index) => index));
  });

  test('never holds more than its capacity', async () => {
    const channel = new Channel<number>(3, never);
    const producers = Array.from({ length: 10 }, (_, item) => channel.push(item));
    await new Promise(setImmediate);
    expect(channel.size).toBe(3);
    const seen: number[] = [];
    for await (const item of channel.read(never)) {
      seen.push(item);
      expect(channel.size).toBeLessThanOrEqual(3);
      if (seen.length === 10) channel.close();
    }
    expect(await Promise.all(producers)).toEqual(Array.from({ length: 10 }, () => true));
  });

  test('a failure is met after what was in it', async () => {
    const channel = new Channel<number>(3, never);
    await channel.push(1);
    channel.fail(new Error('broken'));
    const items: number[] = [];
    const reading = async (): Promise<void> => {
      for await (const item of channel.read(never)) items.push(item);
    };
    await expect(reading()).rejects.toThrow('broken');
    expect(items).toEqual([1]);
  });

  test('aborted, it takes nothing, gives nothing, and keeps what nobody has read', async () => {
    const stop = new AbortController();
    const channel = new Channel<number>(1, stop.signal);
    await channel.push(1);
    const waiting = channel.push(2);
    stop.abort();
    expect(await waiting).toBe(false);
    for await (const item of channel.read(stop.signal)) throw new Error(`gave ${item}`);
    expect(channel.drain()).toEqual([1]);
  });
});

describe('stoppable', () => {
  test('hears return() while it waits for the next element', async () => {
    let ended = false;
    const iterable = stoppable(async function* (signal): AsyncGenerator<number> {
      try {
        yield 1;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      } finally {
        ended = true;
      }
    }, never);
    const iterator = iterable[Symbol.asyncIterator]();
    await iterator.next();
    const waiting = iterator.next();
    await iterator.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(ended).toBe(true);
  });
});

describe('a pool of tasks', () => {
  test('runs all tasks and what they bring, a bounded number at once', async () => {
    let active = 0;
    let most = 0;
    const done: number[] = [];
    await walkTasks(
      [8, 8],
      async (task) => {
        active += 1;
        most = Math.max(most, active);
        await new Promise(setImmediate);
        active -= 1;
        done.push(task);
        return task === 0 ? [] : [task >> 1, task >> 2];
      },
      3,
      never,
    );
    expect(most).toBe(3);
    expect(done.length).toBeGreaterThan(20);
  });

  test('the first failure ends it, after the tasks that were running', async () => {
    const ended: string[] = [];
    const walking = walkTasks(
      ['bad', 'good', 'late'],
      async (task, signal) => {
        if (task === 'bad') throw new Error('bad');
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        ended.push(task);
        return ['more'];
      },
      2,
      never,
    );
    await expect(walking).rejects.toThrow('bad');
    expect(ended).toEqual(['good']);
  });
});
