import { describe, expect, test } from '@jest/globals';
import { diffMappings, same } from '../../../src/install/mapping-diff.ts';

const keyword = { type: 'keyword', ignore_above: 8191 };

describe('diffMappings', () => {
  test('equal mappings need nothing, whatever the order and form the server gives', () => {
    const told = { dynamic: 'false', properties: { a: { ignore_above: '8191', type: 'keyword' } } };
    expect(diffMappings(told, { dynamic: false, properties: { a: keyword } })).toEqual({
      added: [],
      adjusted: [],
      changed: [],
    });
  });

  test('only what is new is sent, at its depth', () => {
    const have = { properties: { a: { properties: { b: keyword } } } };
    const want = { properties: { a: { dynamic: false, properties: { b: keyword, c: { type: 'ip' } } } } };
    expect(diffMappings(have, want)).toEqual({
      added: ['a.c'],
      adjusted: [],
      changed: [],
      update: { properties: { a: { properties: { c: { type: 'ip' } } } } },
    });
  });

  test('a limit that the server changes in place is adjusted', () => {
    const diff = diffMappings(
      { properties: { a: { type: 'keyword', ignore_above: 256 } } },
      { properties: { a: keyword } },
    );
    expect([diff.adjusted, diff.update]).toEqual([['a'], { properties: { a: keyword } }]);
  });

  test.each([
    ['a type', { type: 'long' }],
    ['a parameter that is fixed', { ...keyword, doc_values: false }],
    ['an object for a field', { properties: { b: keyword } }],
  ])('%s is reported and not sent', (_, want) => {
    const diff = diffMappings({ properties: { a: keyword } }, { properties: { a: want } });
    expect([diff.changed.length, diff.update]).toEqual([1, undefined]);
  });

  test('fields that only the index has are left alone', () => {
    expect(diffMappings({ properties: { mine: keyword } }, { properties: {} }).update).toBeUndefined();
  });
});

test('same forgives forms and not values', () => {
  expect(same({ a: 1, b: [true] }, { b: ['true'], a: '1' })).toBe(true);
  expect(same({ a: '1' }, { a: '2' })).toBe(false);
  expect(same({ a: {} }, {})).toBe(false);
});
