import { describe, expect, test } from '@jest/globals';
import { names, periodOf } from '../../src/names.ts';

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
