import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { shipped } from '../../../src/content/root.ts';
import { MAPPED_PATHS } from '../../../src/generated/mapped-paths.ts';
import { encode, fit, isList } from '../../../src/ingest/encode.ts';
import { splitUnmapped } from '../../../src/ingest/fit-unmapped.ts';

function fitted(event: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify(fit(event)));
}

describe('fitting the index mapping', () => {
  test('a scalar where an object is mapped moves to unmapped', () => {
    expect(fitted({ actor: 'x', cloud: 5, api: { request: true, operation: 'A' } })).toEqual({
      api: { operation: 'A' },
      unmapped: { actor: 'x', cloud: '5', 'api.request': 'true' },
    });
  });

  test('an object where text is mapped becomes its JSON', () => {
    expect(fitted({ api: { operation: { a: 1 }, request: { data: { b: [2] } } } })).toEqual({
      api: { operation: '{"a":1}', request: { data: '{"b":[2]}' } },
    });
  });

  test('numbers, booleans and instants are read from text, or move aside', () => {
    expect(fitted({ class_uid: '6003', activity_id: 'two', is_mfa: 'true', is_remote: 'yes', count: 1n })).toEqual({
      class_uid: 6003,
      is_mfa: true,
      count: 1,
      unmapped: { activity_id: 'two', is_remote: 'yes' },
    });
    expect(fitted({ time: '2026-11-20T10:00:00Z', time_dt: 1795168800000, start_time_dt: 'soon' })).toEqual({
      time: 1795168800000,
      time_dt: '2026-11-20T10:00:00.000Z',
      unmapped: { start_time_dt: 'soon' },
    });
    expect(fitted({ activity_id: 3e9, type_uid: 3e9, severity_id: Infinity })).toEqual({
      type_uid: 3e9,
      unmapped: { activity_id: '3000000000', severity_id: 'Infinity' },
    });
  });

  test('what is no address names the endpoint', () => {
    expect(fitted({ src_endpoint: { ip: '253.252.51.07' } })).toEqual({ src_endpoint: { domain: '253.252.51.07' } });
    expect(fitted({ src_endpoint: { domain: 'd', ip: 'x' } })).toEqual({
      src_endpoint: { domain: 'd' },
      unmapped: { 'src_endpoint.ip': 'x' },
    });
  });

  test('one event has one cloud; a list of resources stays a list', () => {
    expect(fitted({ cloud: [{ region: 'a' }], resources: { uid: '1' } })).toEqual({
      cloud: { region: 'a' },
      resources: [{ uid: '1' }],
    });
    expect(fitted({ cloud: [{ region: 'a' }, { region: 'b' }, 'c'], resources: [{ uid: '1' }, 'two'] })).toEqual({
      cloud: { region: 'a' },
      resources: [{ uid: '1' }],
      unmapped: { 'cloud[].region': 'b', 'cloud[]': 'c', 'resources[]': 'two' },
    });
  });

  test('what is a list here is a list in the schema', () => {
    interface Attribute {
      readonly object_type?: string;
      readonly is_array?: boolean;
    }
    type Attributes = Record<string, { attributes: Record<string, Attribute> }>;
    const schemas = ['ocsf-1.1.0-other-classes.json', 'ocsf-1.1.0.json'].map(
      (file) =>
        JSON.parse(readFileSync(shipped('integration', 'ocsf', file), 'utf8')) as {
          classes: Attributes;
          objects: Attributes;
        },
    );
    const objects: Attributes = Object.fromEntries(schemas.flatMap((schema) => Object.entries(schema.objects)));
    const roots = Object.fromEntries(
      schemas.flatMap((schema) => Object.values(schema.classes)).flatMap((of) => Object.entries(of.attributes)),
    );
    for (const path of Object.keys(MAPPED_PATHS)) {
      let members: Record<string, Attribute> | undefined = roots;
      let attribute: Attribute | undefined;
      for (const name of path.split('.')) {
        attribute = members?.[name];
        members = objects[attribute?.object_type ?? '']?.attributes;
      }
      expect([path, isList(path)]).toEqual([path, attribute?.is_array === true]);
    }
  });

  test('lists that Parquet wraps are lists', () => {
    expect(
      fitted({
        resources: { array: [{ uid: '1' }] },
        observables: { list: [{ element: { name: 'a', value: 'b' } }] },
        metadata: { profiles: [{ element: 'cloud' }] },
        answers: { array: [{ rdata: '192.0.2.1' }] },
      }),
    ).toEqual({
      resources: [{ uid: '1' }],
      observables: [{ name: 'a', value: 'b' }],
      metadata: { profiles: ['cloud'] },
      answers: [{ rdata: '192.0.2.1' }],
    });
  });

  test('nulls, empty objects and structs of nulls are dropped', () => {
    expect(
      fitted({ actor: { user: { name: null, uid: null }, session: {} }, extra: { a: { b: null } }, list: [null, 1] }),
    ).toEqual({ list: [null, 1] });
  });

  test('bigints and dates of unknown attributes become JSON', () => {
    expect(fitted({ extra: { a: 1n, b: 12345678901234567890n, c: new Date(0), d: new Date(NaN) } })).toEqual({
      extra: { a: 1, b: '12345678901234567890', c: '1970-01-01T00:00:00.000Z' },
    });
  });

  test('names that the server refuses move to unmapped', () => {
    expect(fitted({ '': 1, 'a.b': { c: 2 }, '.': 3, _id: 4, api: { '': 5, 'x.y': 6, _id: 7 } })).toEqual({
      api: { _id: 7 },
      unmapped: { '': '1', 'a.b.c': '2', '.': '3', _id: '4', 'api.': '5', 'api.x.y': '6' },
    });
    expect(Object.keys(fitted({ extra: { ['k'.repeat(60_000)]: 1 } }) as { extra: object })).toEqual(['extra']);
    expect(JSON.stringify(fitted({ extra: { ['k'.repeat(60_000)]: 1 } })).length).toBeLessThan(2000);
  });

  test('half a surrogate pair in a name is replaced, in a value it is kept', () => {
    const source = encode(fit({ extra: { 'a\ud800': 'b\udc00' }, list: [{ '\udfff': 1 }] }));
    expect(JSON.parse(source)).toEqual({ extra: { 'a\ufffd': 'b\udc00' }, list: [{ '\ufffd': 1 }] });
  });

  test('nesting deeper than 100 objects or 20 arrays becomes text', () => {
    const deep = fitted({ extra: JSON.parse(`${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`) as unknown });
    expect(JSON.stringify(deep).split('{"a":').length).toBeLessThan(105);
    const arrays = fitted({ extra: JSON.parse('['.repeat(30_000) + ']'.repeat(30_000)) as unknown }) as {
      extra: unknown;
    };
    let depth = 0;
    for (let at = arrays.extra; Array.isArray(at); at = at[0]) depth++;
    expect(depth).toBe(20);
  });

  test('names of the prototype do no harm', () => {
    const event = JSON.parse('{"__proto__":{"polluted":1},"actor":{"__proto__":"x","constructor":"y"}}') as Record<
      string,
      unknown
    >;
    expect(JSON.stringify(fit(event))).toContain('polluted');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('unmapped', () => {
  test.each([
    ['an object', { a: { b: 1 }, c: null, d: ['x', 'y'] }, { 'a.b': '1', 'd[]': 'x,y' }],
    ['flat already', { 'a.b': '1' }, { 'a.b': '1' }],
    ["Parquet's pairs", [{ key: 'a.b', value: '1' }], { 'a.b': '1' }],
    [
      "Parquet's wrapped pairs",
      {
        key_value: [
          { key: 'a', value: '1' },
          { key: 'b', value: null },
        ],
      },
      { a: '1' },
    ],
    ['a list of objects', [{ a: 1 }, { a: 2 }], { 'unmapped[].a': '1,2' }],
    ['JSON text', '{"a":{"b":true}}', { 'a.b': 'true' }],
    ['other text', 'hello', { unmapped: 'hello' }],
    ['a number', 5, { unmapped: '5' }],
  ])('%s becomes a flat object of strings', (_, unmapped, expected) => {
    expect(fitted({ unmapped })).toEqual({ unmapped: expected });
  });

  test.each([[null], [{}], [''], ['{}'], [[]]])('%j leaves nothing', (unmapped) => {
    expect(fitted({ unmapped })).toEqual({});
  });

  test('entries over 8 KiB move to a sibling that is not indexed', () => {
    const long = 'x'.repeat(8192);
    const event = { unmapped: { short: 'a', long, ['k'.repeat(8192)]: 'b' } };
    splitUnmapped(event);
    expect(event).toEqual({ unmapped: { short: 'a' }, unmapped_large: { long, ['k'.repeat(1000)]: 'b' } });
  });

  test('none of them is lost, whatever its name', () => {
    const long = 'x'.repeat(8192);
    const stem = 'k'.repeat(1000);
    const event = {
      unmapped: JSON.parse(`{"${stem}a":"${long}","${stem}b":"${long}","__proto__":"${long}"}`) as unknown,
      unmapped_large: {},
    };
    splitUnmapped(event);
    expect(Object.entries(event.unmapped_large)).toEqual([
      [stem, `${long},${long}`],
      ['__proto__', long],
    ]);
  });
});
