import { describe, expect, test } from '@jest/globals';
import type { Filters } from '../../../src/ingest/filter.ts';
import { isCovered, scopeOf, withReading, type Scope } from '../../../src/ingest/scope.ts';

const DAY = 86_400_000;
const at = (day: number): number => Date.UTC(2026, 10, day);
const ref = { bucket: 'b', key: 'k', lastModified: '2026-11-10T00:00:00Z' };
const scope = (filters: Filters, of = ref): Scope | undefined => scopeOf(filters, of);
const logins: Filters = { events: { include: ['ConsoleLogin'] } };
const management: Filters = { categories: ['management'] };

describe('an object whose events were left out by a filter', () => {
  test.each<[string, Filters, Filters, boolean]>([
    ['the same filter', logins, logins, true],
    ['no filter', logins, {}, false],
    ['another filter', management, { categories: ['data'] }, false],
    ['the same filter and a window', logins, { ...logins, since: at(9) }, true],
    ['the same filter without its window', { ...logins, since: at(9) }, logins, false],
    ['an age that has moved on', { since: at(9) }, { since: at(10) }, true],
    ['an age that has moved on, and a filter', { since: at(9) }, { ...logins, since: at(10) }, true],
    ['an earlier since', { since: at(9) }, { since: at(8) }, false],
    ['no since', { since: at(9) }, {}, false],
    ['an earlier until', { until: at(9) }, { until: at(8) }, true],
    ['a later until', { until: at(9) }, { until: at(10) }, false],
    ['no until', { until: at(9) }, {}, false],
    ['a later until, both long after the object', { ...logins, until: at(12) }, { ...logins, until: at(13) }, true],
    ['no until, which left nothing out', { ...logins, until: at(12) }, logins, true],
  ])('needs no second reading, asked for with %s: %#', (_, earlier, now, settled) => {
    expect(isCovered(withReading(undefined, scope(earlier)), scope(now))).toBe(settled);
  });

  test('is read again for a later until where its time says nothing of its events, as that of a file', () => {
    const file = { ...ref, bucket: 'file://host' };
    const of = (until: number): Scope | undefined => scope({ until }, file);
    expect(isCovered([of(at(12))!], of(at(13)))).toBe(false);
    const { bucket, key } = ref;
    expect(scopeOf({ until: at(12) }, { bucket, key })).toEqual({ until: at(12) });
  });
});

test('an object of which nothing was left out is settled whatever is asked for', () => {
  expect(isCovered(undefined, scope({}))).toBe(true);
  expect(isCovered(undefined, scope(logins))).toBe(true);
});

test('sources that share a bucket keep each other’s readings, so that none reads it again in every run', () => {
  const data: Filters = { categories: ['data'] };
  const first = withReading(undefined, scope({ ...management, since: at(1) }));
  const both = withReading(first, scope({ ...data, since: at(1) }));
  for (const filters of [management, data]) expect(isCovered(both, scope({ ...filters, since: at(2) }))).toBe(true);
  expect(isCovered(both, scope({ since: at(2) }))).toBe(false);
  // A wider one takes the place of a narrower one, and the whole object that of all.
  expect(withReading(both, scope(data))).toEqual([scope({ ...management, since: at(1) }), scope(data)]);
  expect(withReading(both, scope({}))).toBeUndefined();
});

test('a row grows to a few readings and no further', () => {
  let readings: readonly Scope[] | undefined;
  for (let n = 0; n < 100; n += 1) readings = withReading(readings, scope({ events: { include: [`E${n}`] } }));
  expect(readings).toHaveLength(16);
  expect(isCovered(readings, scope({ events: { include: ['E99'] } }))).toBe(true);
});

test('filters in another order are the same filters', () => {
  const [regions, accounts] = [['eu-west-1', 'us-east-1'], ['123456789012']];
  expect(scope({ regions, accounts, since: DAY })).toEqual(
    scope({ since: DAY, accounts, regions: [...regions].reverse() }),
  );
});
