import { expect, test } from '@jest/globals';
import { Pace } from '../../../../src/ingest/sink/pace.ts';

const pace = (max = 4) => new Pace(max, { baseMs: 100, maxMs: 1000 }, () => 0.999_999);

test('a refusal halves the requests in flight and opens a pause that doubles with each further one', () => {
  const one = pace(8);
  expect(one.refused(0, 10)).toEqual({ attempt: 1, delayMs: 100 });
  expect([one.limit, one.pausedUntil]).toEqual([4, 110]);
  expect(one.refused(110, 120)).toEqual({ attempt: 2, delayMs: 200 });
  expect([one.limit, one.pausedUntil]).toEqual([2, 320]);
  expect(one.refused(320, 330)?.delayMs).toBe(400);
  expect(one.refused(730, 740)?.delayMs).toBe(800);
  expect(one.limit).toBe(1);
});

test('requests that were in flight together are refused once', () => {
  const one = pace();
  one.refused(0, 10);
  expect(one.refused(5, 11)).toBeUndefined();
  expect([one.limit, one.pausedUntil]).toEqual([2, 110]);
});

test('what is accepted ends the row of refusals and lets the number grow again, by one a round', () => {
  const one = pace(3);
  one.refused(0, 0);
  one.refused(100, 100);
  expect(one.limit).toBe(1);
  one.accepted();
  expect(one.limit).toBe(2);
  one.accepted();
  expect(one.limit).toBe(2);
  one.accepted();
  expect(one.limit).toBe(3);
  for (let i = 0; i < 20; i += 1) one.accepted();
  expect(one.limit).toBe(3);
  expect(one.refused(5000, 5000)?.attempt).toBe(1);
});
