import { describe, expect, test } from '@jest/globals';
import { parseDuration, parseInstant } from '../../../src/config/duration.ts';

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

  test.each(['yesterday', '2026-13-01', '20261101'])('%s is refused', (text) => {
    expect(() => parseInstant(text, now)).toThrow();
  });
});
