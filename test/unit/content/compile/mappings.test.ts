import { describe, expect, test } from '@jest/globals';
import type { Field } from '../../../../src/content/compile/field.ts';
import { indexPatternFields } from '../../../../src/content/compile/index-pattern.ts';
import { compileMapping, mappedPaths } from '../../../../src/content/compile/mappings.ts';
import { replaceBetween } from '../../../../src/content/compile/readme.ts';

const field = (path: string, type: Field['type'] = 'keyword', more: Partial<Field> = {}): Field => ({
  path,
  type,
  caption: path,
  why: 'a test',
  ...more,
});

describe('compileMapping', () => {
  test('no object of the mapping takes new fields', () => {
    const { dynamic, properties } = compileMapping([field('a.b.c')]);
    expect(dynamic).toBe(false);
    expect(properties).toMatchObject({ a: { dynamic: false, properties: { b: { dynamic: false } } } });
  });

  test('the order of the list does not change the result', () => {
    const fields = [field('b'), field('a.z', 'ip'), field('a.y', 'date')];
    expect(JSON.stringify(compileMapping(fields))).toBe(JSON.stringify(compileMapping([...fields].reverse())));
  });

  test('a keyword keeps what a Lucene term can hold, and numbers, dates and addresses may be malformed', () => {
    const { properties } = compileMapping([field('k'), field('l', 'long'), field('d', 'date'), field('i', 'ip')]);
    expect(properties).toMatchObject({
      k: { ignore_above: 8191 },
      l: { ignore_malformed: true },
      d: { ignore_malformed: true },
      i: { ignore_malformed: true },
    });
  });

  test.each([
    ['twice', [field('a'), field('a')]],
    ['as a field and as an object', [field('a'), field('a.b')]],
  ])('a path listed %s is refused', (_, fields) => {
    expect(() => compileMapping(fields)).toThrow();
  });
});

test('mappedPaths names the objects between the fields', () => {
  expect(mappedPaths([field('a.b.c', 'ip')])).toEqual({ a: 'object', 'a.b': 'object', 'a.b.c': 'ip' });
});

describe('indexPatternFields', () => {
  const byName = (fields: readonly Field[]) => new Map(indexPatternFields(fields).map((entry) => [entry.name, entry]));

  test('a field without doc values can be searched and not aggregated', () => {
    const entry = byName([field('id', 'keyword', { aggregatable: false })]).get('id');
    expect(entry).toMatchObject({ type: 'string', searchable: true, aggregatable: false, readFromDocValues: false });
  });

  test('text is a string that cannot be aggregated, flat_object is unknown', () => {
    const entries = byName([field('t', 'text'), field('u', 'flat_object')]);
    expect(entries.get('t')).toMatchObject({ type: 'string', esTypes: ['text'], aggregatable: false });
    expect(entries.get('u')).toMatchObject({ type: 'unknown', esTypes: ['flat_object'], aggregatable: false });
  });

  test('the metadata fields are part of the list', () => {
    expect([...byName([]).keys()]).toEqual(['_id', '_index', '_score', '_source', '_type']);
  });
});

test('only the text between the markers is replaced', () => {
  const text = 'before\n<!-- x -->\nold\n<!-- /x -->\nafter';
  const replaced = replaceBetween(text, 'x', 'new');
  expect(replaced).toMatch(/^before\n<!-- x -->[^]*new[^]*<!-- \/x -->\nafter$/);
  expect(replaceBetween(replaced, 'x', 'new')).toBe(replaced);
  expect(() => replaceBetween('nothing here', 'x', 'new')).toThrow(/markers/);
});
