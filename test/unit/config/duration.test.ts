import { describe, expect, test } from '@jest/globals';
import { parseDuration, parseInstant, parsePause } from '../../../src/config/duration.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

describe('durations and instants', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['2h', 7_200_000],
    ['400d', 34_560_000_000],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test('a number without a unit is refused', () => {
    expect(() => parseDuration('30')).toThrow('is not a duration');
  });

  test('what is waited for is no longer than a timer can wait: it would not wait at all', () => {
    expect(parsePause('24d')).toBe(24 * 86_400_000);
    expect(() => parsePause('25d')).toThrow('too long to wait for');
  });

  test('a day starts at midnight UTC, and as the end of a range is included', () => {
    expect(parseInstant('2026-11-20', now)).toBe(Date.parse('2026-11-20T00:00:00Z'));
    expect(parseInstant('2026-11-20', now, 'until')).toBe(Date.parse('2026-11-21T00:00:00Z'));
  });

  test('an instant without a zone is UTC', () => {
    expect(parseInstant('2026-11-20T06:00:00', now)).toBe(Date.parse('2026-11-20T06:00:00Z'));
  });

  test('an age counts back from now', () => {
    expect(parseInstant('7d', now)).toBe(now - 7 * 86_400_000);
  });

  test.each([
    ['what is no time', 'yesterday'],
    ['a month that is none', '2026-13-01'],
    ['a day without hyphens', '20261101'],
    ['a day that its month has not', '2026-02-31'],
    ['an instant of such a day', '2026-02-31T06:00:00Z'],
    ['an hour that is none', '2026-11-20T25:00:00Z'],
    ['an age beyond all dates', '99999999999999d'],
    ['an age before the first year', '800000d'],
  ])('%s is refused', (_, text) => {
    expect(() => parseInstant(text, now)).toThrow(`"${text}" is not a day, an instant or an age.`);
  });

  test('the 29th of February is a day of leap years, and the last day there is may be an end', () => {
    expect(parseInstant('2028-02-29', now)).toBe(Date.parse('2028-02-29'));
    expect(() => parseInstant('2026-02-29', now)).toThrow();
    expect(parseInstant('9999-12-31', now, 'until')).toBe(Date.parse('9999-12-31') + 86_400_000);
  });
});
