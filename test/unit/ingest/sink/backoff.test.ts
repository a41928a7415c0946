import { expect, test } from '@jest/globals';
import { backoff } from '../../../../src/ingest/sink/backoff.ts';

const waits = { baseMs: 100, maxMs: 10_000 };

test('waits double from the base to the limit', () => {
  const longest = [1, 2, 3, 4, 7, 8, 9, 1000].map((attempt) => backoff(attempt, waits, () => 0.999_999));
  expect(longest).toEqual([100, 200, 400, 800, 6400, 10_000, 10_000, 10_000]);
});

test('a wait is never shorter than half of its longest', () => {
  expect([1, 2, 3, 50].map((attempt) => backoff(attempt, waits, () => 0))).toEqual([50, 100, 200, 5000]);
});
