import { describe, expect, test } from '@jest/globals';
import { heldPeriod, names, periodOf } from '../../src/names.ts';

describe('names', () => {
  test('the default alias has the documented names', () => {
    expect(names()).toMatchObject({
      alias: 'logs-cloudtrail',
      indexPrefix: 'logs-cloudtrail-ocsf-',
      ledger: 'ocsf-cloudtrail-ledger',
      deadLetters: 'ocsf-cloudtrail-dead-letters',
    });
  });

  test('no name of another alias is one of the default install', () => {
    const ours = new Set(Object.values(names()));
    for (const name of Object.values(names('other-alias'))) expect(ours.has(name)).toBe(false);
  });

  test.each([
    ['day', '2026.11.01'],
    ['month', '2026.11'],
    ['year', '2026'],
  ] as const)('the period %s of an instant is taken in UTC', (period, suffix) => {
    expect(periodOf(Date.parse('2026-10-31T23:30:00-01:00'), period)).toBe(suffix);
  });
});

test.each([
  ['2024', 'year', '2025-01-01'],
  ['2024.12', 'month', '2025-01-01'],
  ['2024.02', 'month', '2024-03-01'],
  ['2024.02-v2-v2', 'month', '2024-03-01'],
  ['2024.02.29', 'day', '2024-03-01'],
])('the index %s holds a %s, which ends at %s', (suffix, period, end) => {
  expect(heldPeriod(names(), `logs-cloudtrail-ocsf-${suffix}`)).toEqual({ period, end: Date.parse(end) });
});

test.each(['', '2024.13', '2024.00', '2023.02.29', '2024.2', '2024-02', 'backup', '2024.02.01.1'])(
  'the index "%s" is named after no period',
  (suffix) => expect(heldPeriod(names(), `logs-cloudtrail-ocsf-${suffix}`)).toBeUndefined(),
);

test('an index of another alias holds no period of this one', () => {
  expect(heldPeriod(names(), names('other').indexPrefix + '2024')).toBeUndefined();
});
