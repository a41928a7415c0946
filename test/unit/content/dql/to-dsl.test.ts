import { describe, expect, test } from '@jest/globals';
import { dqlToDsl } from '../../../../src/content/dql/dql.ts';
import { pattern } from '../../../fixtures/osd/index-pattern.ts';

const dsl = (text: string, timeZone?: string) => dqlToDsl(text, pattern, timeZone === undefined ? {} : { timeZone });
const any = (...should: unknown[]) => ({ bool: { should, minimum_should_match: 1 } });

describe('dqlToDsl', () => {
  test('an exact date is a range in the given zone, quoted or not', () => {
    const range = { gte: '2024-01-01', lte: '2024-01-01', time_zone: 'Europe/Berlin' };
    expect(dsl('time_dt: 2024-01-01', 'Europe/Berlin')).toEqual(any({ range: { time_dt: range } }));
    expect(dsl('time_dt: "2024-01-01"', 'Europe/Berlin')).toEqual(any({ range: { time_dt: range } }));
  });

  test('without a zone none is sent', () => {
    expect(dsl('time_dt < "now"')).toEqual(any({ range: { time_dt: { lt: 'now' } } }));
  });

  test('a bare star asks every field, a field with a star whether it exists', () => {
    expect(dsl('*')).toEqual({ query_string: { query: '*' } });
    expect(dsl('*:*')).toEqual({ match_all: {} });
    expect(dsl('status:*')).toEqual(any({ exists: { field: 'status' } }));
    expect(dsl('acc*')).toEqual({ query_string: { query: 'acc*' } });
  });

  test('wildcards in values escape everything else', () => {
    expect(dsl('status: a b*c\\*d\\(e\\)*')).toEqual(
      any({ query_string: { fields: ['status'], query: 'a b*c\\*d\\(e\\)*' } }),
    );
    expect(dsl('src_endpoint.ip: 10.0.*')).toEqual(
      any({ query_string: { fields: ['src_endpoint.ip'], query: '\\1\\0\\.\\0\\.*' } }),
    );
  });

  test('a wildcard over names reaches nested fields by themselves', () => {
    expect(dsl('obs*: x')).toEqual(
      any({ nested: { path: 'observables', query: { match: { 'observables.value': 'x' } }, score_mode: 'none' } }),
    );
    expect(dsl('api.*:*')).toEqual(
      any(
        { exists: { field: 'api.operation' } },
        { exists: { field: 'api.service.name' } },
        { exists: { field: 'api.response.error' } },
      ),
    );
    expect(dsl('nothing*: x')).toEqual(any({ match: { 'nothing*': 'x' } }));
  });

  test('nested fields are refused outside their group, others inside one', () => {
    expect(() => dsl('observables:{observables.value:1} and observables.value:2')).toThrow(
      'observables.value is a nested field, but is not in a nested group in the DQL expression.',
    );
    const flat = { ...pattern, fields: [{ name: 'a.b', type: 'string' }] };
    expect(() => dqlToDsl('a:{b:1}', flat)).toThrow(
      'a.b is not a nested field but is in nested group "a" in the DQL expression.',
    );
    const deep = { ...pattern, fields: [{ name: 'a.b.c', type: 'string', subType: { nested: { path: 'a.b' } } }] };
    expect(() => dqlToDsl('a:{b.c:1}', deep)).toThrow(
      'Nested field a.b.c is being queried with the incorrect nested path. The correct path is a.b.',
    );
    expect(dqlToDsl('a:{b:{c:1}}', deep)).toMatchObject({ nested: { path: 'a', query: { nested: { path: 'a.b' } } } });
  });

  test('three terms nest to the right, very many stay flat', () => {
    const one = (value: number) => any({ match: { status_id: value } });
    expect(dsl('status_id:1 and status_id:2 and status_id:3')).toEqual({
      bool: { filter: [one(1), { bool: { filter: [one(2), one(3)] } }] },
    });
    const many = dsl(Array.from({ length: 500 }, (_, i) => `status_id:${i}`).join(' or ')) as {
      bool: { should: unknown[] };
    };
    expect(many.bool.should).toHaveLength(500);
  });

  test('without an index pattern names are taken as they are', () => {
    expect(dqlToDsl('x.y: 1 and z > 2')).toEqual({
      bool: { filter: [any({ match: { 'x.y': 1 } }), any({ range: { z: { gt: 2 } } })] },
    });
  });

  describe('scripted fields', () => {
    const script = (name: string, type: string, code: string, lang = 'painless') => ({
      ...{ name, type, script: code, lang, scripted: true },
    });
    const scripted = {
      ...pattern,
      fields: [
        script('s', 'number', 'doc.x.value'),
        script('b', 'boolean', 'true'),
        script('d', 'date', 'doc.t.value'),
        script('e', 'number', 'doc.x', 'expression'),
        { name: 'plain', type: 'string' },
      ],
    };
    const asked = (text: string) => dqlToDsl(text, scripted);

    test('are compared by a script around theirs', () => {
      const source =
        'boolean compare(Supplier s, def v) {return s.get() == v;}compare(() -> { doc.x.value }, params.value);';
      expect(asked('s: 1')).toEqual(any({ script: { script: { source, lang: 'painless', params: { value: 1 } } } }));
      expect(asked('e: 1')).toEqual(
        any({ script: { script: { source: '(doc.x) == value', lang: 'expression', params: { value: 1 } } } }),
      );
      expect(asked('b: "true"')).toMatchObject(any({ script: { script: { params: { value: true } } } }));
      expect(() => asked('b: maybe')).toThrow('"maybe" is not a valid boolean value for boolean field b');
    });

    test('have ranges, of instants too', () => {
      const source = 'boolean gte(Supplier s, def v) {return s.get() >= v}gte(() -> { doc.x.value }, params.gte)';
      expect(asked('s >= 1')).toEqual(any({ script: { script: { source, lang: 'painless', params: { gte: 1 } } } }));
      expect(asked('d < "2026-01-01T00:00:00Z"')).toMatchObject(
        any({ script: { script: { source: expect.stringContaining('isBefore(Instant.parse(v))') as unknown } } }),
      );
      expect(asked('e < 3')).toMatchObject(any({ script: { script: { source: '(doc.x)<lt', params: { lt: 3 } } } }));
    });

    test('cannot be asked whether they exist', () => {
      expect(asked('s: *')).toEqual(any());
      expect(asked('p*: *')).toEqual(any({ exists: { field: 'plain' } }));
    });
  });
});
