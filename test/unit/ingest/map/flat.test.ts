import { describe, expect, test } from '@jest/globals';
import { flatten, flattenObject, type Flat } from '../../../../src/ingest/map/flat.ts';

function flat(value: unknown, mapped?: ReadonlySet<string>): Flat {
  const out: Flat = {};
  flatten(out, 'a', value, mapped);
  return out;
}

describe('the flat form', () => {
  test('objects give dotted paths and arrays give brackets, with values joined by commas', () => {
    expect(flat({ b: 1, c: { d: true }, e: ['x', 'y'], f: [{ g: 1 }, { g: 2, h: 'z' }] })).toEqual({
      'a.b': '1',
      'a.c.d': 'true',
      'a.e[]': 'x,y',
      'a.f[].g': '1,2',
      'a.f[].h': 'z',
    });
  });

  test('nulls and empty containers leave nothing, an empty text stays', () => {
    expect(flat({ b: null, c: {}, d: [], e: [null], f: '' })).toEqual({ 'a.f': '' });
  });

  test('mapped paths are left out, whatever is under them', () => {
    expect(flat({ b: { c: 1 }, d: 2 }, new Set(['a.b']))).toEqual({ 'a.d': '2' });
  });

  test('paths that meet are joined', () => {
    const out: Flat = {};
    flattenObject(out, '', { 'a.b': 1, a: { b: 2 } });
    expect(out).toEqual({ 'a.b': '1,2' });
  });

  test('names of the prototype are names like others', () => {
    const out: Flat = {};
    flattenObject(out, '', JSON.parse('{"__proto__":"x","constructor":"y","toString":{"a":"z"}}') as Flat);
    expect(JSON.parse(JSON.stringify(out))).toEqual(JSON.parse('{"__proto__":"x","constructor":"y","toString.a":"z"}'));
    expect(Object.getPrototypeOf(out)).toBe(Object.prototype);
  });

  test('nesting deeper than 100 is kept as JSON', () => {
    const out = flat(JSON.parse(`${'{"b":'.repeat(20_000)}1${'}'.repeat(20_000)}`));
    const [path = '', value = ''] = Object.entries(out)[0] ?? [];
    expect(path.length).toBeLessThan(300);
    expect(value).toMatch(/^\{"b":/);
  });
});
