import { expect, jest, test } from '@jest/globals';
import { createBatcher } from '../../../src/ingest/batcher.ts';

test('items that come together go together, and each gets its own answer', async () => {
  const calls: number[][] = [];
  const double = createBatcher(
    async (items: readonly number[]) => {
      calls.push([...items]);
      return items.map((item) => item * 2);
    },
    { maxItems: 3, lingerMs: 5 },
  );
  expect(await Promise.all([1, 2, 3, 4, 5].map(double))).toEqual([2, 4, 6, 8, 10]);
  expect(await double(6)).toBe(12);
  expect(calls).toEqual([[1, 2, 3], [4, 5], [6]]);
});

test('a call that fails fails for its items only', async () => {
  const run = createBatcher(
    async (items: readonly string[]) => {
      if (items.includes('bad')) throw new Error('no');
      return items;
    },
    { maxItems: 2, lingerMs: 1 },
  );
  const results = await Promise.allSettled(['bad', 'a', 'b', 'c'].map(run));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled']);
});

test('a call that answers to another number of items fails', async () => {
  const run = createBatcher(async (_: readonly string[]) => [], { maxItems: 1, lingerMs: 1 });
  await expect(run('a')).rejects.toThrow('0 answers came to 1 items');
});

test('a call that went because it was full is not followed by an empty one', async () => {
  jest.useFakeTimers();
  const calls: (readonly string[])[] = [];
  const run = createBatcher(
    async (items: readonly string[]) => {
      calls.push(items);
      return items;
    },
    { maxItems: 2, lingerMs: 5 },
  );
  await Promise.all(['a', 'b'].map(run));
  jest.advanceTimersByTime(100);
  jest.useRealTimers();
  expect(calls).toEqual([['a', 'b']]);
});
