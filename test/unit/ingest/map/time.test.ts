import { describe, expect, test } from '@jest/globals';
import { parseInstant, toIso } from '../../../../src/ingest/map/time.ts';

const INSTANT = Date.UTC(2026, 10, 20, 10, 0, 5);

describe('instants', () => {
  test.each([
    ['2026-11-20T10:00:05Z'],
    ['2026-11-20T10:00:05.000Z'],
    ['2026-11-20T10:00:05.000999Z'],
    ['2026-11-20T05:00:05-05:00'],
    ['2026-11-20T05:00:05.000-0500'],
    ['2026-11-20T10:00:05+00:00'],
    ['2026-11-20T10:00:05'],
    ['2026-11-20 10:00:05'],
    ['2026-11-20 10:00:05.000'],
    ['2026-11-20 10:00:05 UTC'],
    ['2026-11-20 12:00:05+02'],
    ['20261120T100005Z'],
    ['1795168805'],
    ['1795168805000'],
    [1795168805],
    [1795168805000],
    [1795168805000123],
    [1795168805000123n * 1000n],
    [1795168805000n],
    [1795168805000123n],
    [new Date(INSTANT)],
  ])('%p is read', (value) => {
    expect(parseInstant(value)).toBe(INSTANT);
  });

  test.each([['2026-11-20'], ['20261120']])('the day %p is its midnight in UTC', (value) => {
    expect(parseInstant(value)).toBe(Date.UTC(2026, 10, 20));
  });

  test.each([
    [''],
    ['...'],
    ['Nov 20, 2026'],
    ['2026-13-40T00:00:00Z'],
    [null],
    [undefined],
    [true],
    [{}],
    [NaN],
    [Infinity],
    [new Date(NaN)],
  ])('%p is no instant', (value) => {
    expect(parseInstant(value)).toBeUndefined();
  });

  test('every instant that was read can be written', () => {
    for (const value of [8.64e18, -8.64e15, 1e19, 99999999999, 1.5])
      expect(toIso(parseInstant(value) ?? 0)).toMatch(/Z$/);
  });
});
