import { expect, test } from '@jest/globals';
import { renewed } from '../../../src/ingest/renewed.ts';

test('what depends on the time is made anew when it is too old, and is the same object until then', () => {
  let now = 1000;
  const value = renewed(
    (time) => ({ time }),
    100,
    () => now,
  );
  const first = value();
  expect(first).toEqual({ time: 1000 });
  now = 1099;
  expect(value()).toBe(first);
  now = 1100;
  const second = value();
  expect(second).toEqual({ time: 1100 });
  expect(value()).toBe(second);
  now = 500;
  expect(value()).toEqual({ time: 500 });
});
