import { describe, expect, test } from '@jest/globals';
import { names, periodEnd, periodOf } from '../../src/names.ts';

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
  ['2024', '2025-01-01'],
  ['2024.12', '2025-01-01'],
  ['2024.02', '2024-03-01'],
  ['2024.02.29', '2024-03-01'],
])('the period %s ends at %s', (suffix, end) => {
  expect(periodEnd(suffix)).toBe(Date.parse(end));
});

test.each(['', '2024.13', '2024.00', '2023.02.29', '2024.2', '2024-02', 'backup', '2024.02.01.1'])(
  '"%s" is no period',
  (suffix) => expect(periodEnd(suffix)).toBeUndefined(),
);
