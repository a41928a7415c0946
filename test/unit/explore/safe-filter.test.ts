import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileDashboard } from '../../../src/content/compile/request.ts';
import { bucketFilters } from '../../../src/content/compile/response/filters.ts';
import { dqlToDsl } from '../../../src/content/dql/dql.ts';
import { AppError } from '../../../src/errors.ts';
import { exists, phrase, phrases } from '../../../src/explore/page/filters.ts';
import { checkFilters } from '../../../src/explore/safe-filter.ts';
import { shippedBundles } from '../../../src/verify/load.ts';

const check = (filter: unknown): void => checkFilters([filter] as never);

const box = { top_left: { lat: 2, lon: 1 }, bottom_right: { lat: 1, lon: 2 } };

describe('the filters of a view', () => {
  test('what a click on any bucket of our own filters adds is let through', () => {
    let filters = 0;
    for (const bundle of shippedBundles({ alias: 'logs' }))
      for (const dashboard of bundle.ids('dashboard'))
        for (const { title, compiled } of compileDashboard(bundle, dashboard, { now: Date.now(), timeZone: 'UTC' })) {
          if (compiled.kind !== 'aggs') continue;
          for (const agg of compiled.list.aggs.filter(({ type }) => type.name === 'filters'))
            for (const { label } of agg.params['filters'] as { label: string }[]) {
              const made = bucketFilters(agg, label, compiled.list);
              expect({ title, label, made: made.length }).toEqual({ title, label, made: 1 });
              expect(() => checkFilters(made)).not.toThrow();
              filters += 1;
            }
        }
    expect(filters).toBeGreaterThan(30);
  });

  test('the longest list of terms that DQL nests is let through, also in another', () => {
    const terms = (field: string, word: string): string[] => Array.from({ length: 64 }, (_, i) => `${field}${word}${i}`); // prettier-ignore
    const all = terms('a:', 'x').join(' or ');
    const query = { bool: { must: [], filter: [dqlToDsl(`${terms('b:', 'y').join(' and ')} and (${all})`)] } };
    expect(() => check({ meta: {}, query })).not.toThrow();
  });

  test.each([
    ['a phrase', phrase('status', 'Failure')],
    ['one of some', phrases('status', ['a', 'b'])],
    ['a field that exists', exists('actor.user.uid', true)],
    ['a range in its own place', { meta: { type: 'range', key: 'x' }, range: { x: { gte: 1, lt: 2 } } }],
    [
      'a bucket of a filters aggregation',
      { meta: {}, query: { bool: { filter: [{ query_string: { query: 'a' } }] } } },
    ],
    ['a nested clause', { meta: {}, nested: { path: 'a', score_mode: 'none', query: { match: { 'a.b': 'c' } } } }],
    ['a wildcard', { meta: {}, query: { wildcard: { x: { value: 'a*', case_insensitive: true } } } }],
    ['a prefix', { meta: {}, query: { prefix: { x: 'a' } } }],
    ['a regular expression', { meta: {}, query: { regexp: { x: { value: 'a.*', flags: 'ALL' } } } }],
    ['ids', { meta: {}, query: { ids: { values: ['a', 'b'] } } }],
    ['the beginning of a phrase', { meta: {}, query: { match_phrase_prefix: { x: { query: 'a b', slop: 1 } } } }],
    ['a simple query', { meta: {}, query: { simple_query_string: { query: 'a + b', fields: ['x', 'y'] } } }],
    ['a box on a map', { meta: {}, geo_bounding_box: { ignore_unmapped: true, x: box } }],
    [
      'a box on a map, otherwise written',
      { meta: {}, geo_bounding_box: { x: { top_left: [1, 2], bottom_right: 'dr5r' } } },
    ],
  ])('%s is let through', (_, filter) => expect(() => check(filter)).not.toThrow());

  test.each([
    ['script', { script: { script: 'x' } }],
    ['script_score', { script_score: { query: { match_all: {} }, script: { source: 'x' } } }],
    ['function_score', { function_score: {} }],
    ['more_like_this', { more_like_this: { like: [{ _index: 'secrets', _id: '1' }] } }],
    ['percolate', { percolate: { index: 'secrets' } }],
    ['wrapper', { wrapper: { query: 'e30=' } }],
    ['geo_shape', { geo_shape: { x: { indexed_shape: { index: 'secrets', id: '1' } } } }],
    ['has_child', { has_child: { type: 'x', query: { match_all: {} } } }],
    ['intervals', { intervals: { x: { match: { query: 'a' } } } }],
    ['a look-up of terms', { terms: { x: { index: 'secrets', id: '1', path: 'p' } } }],
    ['a look-up in a box on a map', { geo_bounding_box: { x: { top_left: { index: 'secrets', id: '1' } } } }],
    ['a script in a wildcard', { wildcard: { x: { value: { script: 'x' } } } }],
    ['a look-up of ids', { ids: { values: { index: 'secrets' }, x: [{ id: '1' }] } }],
    ['an object in a list of terms', { terms: { x: ['a', { index: 'secrets' }] } }],
    ['a list of options', { match: { x: [{ query: 'a' }] } }],
    ['a script in the options of a match', { match: { x: { query: 'a', script: { source: 'x' } } } }],
    [
      'a search inside a nested clause',
      { nested: { path: 'a', query: { match_all: {} }, inner_hits: { script_fields: { x: { script: 'x' } } } } },
    ],
    ['__proto__', JSON.parse('{"__proto__":{"script":{}}}')],
  ])('%s is refused, at the top and deep in others', (_, clause: object) => {
    for (const filter of [
      { meta: {}, query: clause },
      { meta: {}, ...clause, ...(Object.keys(clause)[0] === '__proto__' ? { query: clause } : {}) },
      { meta: {}, query: { bool: { must_not: { bool: { should: [{ match_all: {} }, clause] } } } } },
      { meta: {}, query: { nested: { path: 'x', query: clause } } },
    ])
      expect(() => check(filter)).toThrow(AppError);
  });

  test.each([
    ['nothing', null],
    ['no meta', {}],
    ['meta that is nothing', { meta: null }],
    ['meta that is text', { meta: 'x' }],
    ['a state that is text', { meta: {}, $state: 'appState' }],
    ['a list for a query', { meta: {}, query: [{ match_all: {} }] }],
    ['a list for a clause', { meta: {}, query: { match: ['x'] } }],
    ['a word that no bool has', { meta: {}, query: { bool: { boost: { match_all: {} } } } }],
    ['a nested clause without a query', { meta: {}, query: { nested: { path: 'a' } } }],
  ])('a filter with %s is refused', (_, filter) => expect(() => check(filter)).toThrow(AppError));

  test('a filter that is disabled is never sent, and blocks nothing', () => {
    const script = { query: { script: { script: 'true' } } };
    expect(() => check({ meta: { disabled: true }, ...script })).not.toThrow();
    expect(() => check({ meta: { disabled: 'true' }, ...script })).toThrow(AppError);
  });

  test('a filter nested without end is refused, not followed', () => {
    let clause: object = { match_all: {} };
    for (let depth = 0; depth < 10_000; depth++) clause = { bool: { must: [clause] } };
    expect(() => check({ meta: {}, query: clause })).toThrow(AppError);
  });

  test('whatever is given, it is let through or refused with a reason', () => {
    const name = fc.constantFrom(
      'meta',
      'query',
      'bool',
      'must',
      'nested',
      'terms',
      'range',
      'match',
      'script',
      '$state',
    );
    const { filter } = fc.letrec((tie) => ({
      filter: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue(),
        fc.dictionary(name, tie('filter')),
        fc.array(tie('filter')),
      ),
    }));
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 3 }), (filters) => {
        try {
          checkFilters(filters as never);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
