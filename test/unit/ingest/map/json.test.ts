import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, text, toJson } from '../../../../src/ingest/map/json.ts';

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
}

describe('JSON text', () => {
  test('the order of keys does not change the canonical text', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => canonicalJson(shuffled(value)) === canonicalJson(value)));
  });

  test('the canonical text is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value))),
      ),
    );
  });

  test('nesting of 100,000 is written without exhausting the stack', () => {
    const nested = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    expect(toJson(nested)).toHaveLength(200_000);
    expect(canonicalJson({ nested })).toHaveLength(200_000 + '{"nested":}'.length);
  });

  test('a bigint is written as a number', () => {
    expect(toJson({ big: 12345678901234567890n })).toBe('{"big":12345678901234567890}');
  });

  test('text of null is absent, of a scalar its words, of an object its JSON', () => {
    expect([null, undefined, 'a', 1.5, true, 10n, { a: [1] }].map(text)).toEqual([
      undefined,
      undefined,
      'a',
      '1.5',
      'true',
      '10',
      '{"a":[1]}',
    ]);
  });
});
