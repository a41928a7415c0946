import { describe, expect, test } from '@jest/globals';
import { Random } from '../../../src/demo/random.ts';

describe('seeded random numbers', () => {
  test('the same seed gives the same sequence, another seed another one', () => {
    const draw = (seed: string): number[] =>
      Array.from(
        { length: 20 },
        (
          (random) => () =>
            random.u32()
        )(new Random(seed)),
      );
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  test('a fork does not move when its parent has drawn', () => {
    const parent = new Random(7);
    const before = parent.fork('x').u32();
    parent.u32();
    expect(parent.fork('x').u32()).toBe(before);
  });

  test('numbers fill their range evenly', () => {
    const random = new Random('even');
    const tens = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) tens[random.int(0, 9)]!++;
    for (const count of tens) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test('UUIDs are version 4 and do not repeat', () => {
    const random = new Random(1);
    const ids = new Set(Array.from({ length: 50_000 }, () => random.uuid()));
    expect(ids.size).toBe(50_000);
    for (const id of [...ids].slice(0, 1000))
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
