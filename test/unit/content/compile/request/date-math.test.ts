import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDateMath } from '../../../../../src/content/compile/request/date-math.ts';
import { instantOf, wallTime } from '../../../../../src/content/compile/request/zone.ts';

const now = Date.parse('2026-11-18T12:34:56.789Z');
const iso = (text: string, timeZone = 'UTC', roundUp = false) => {
  const time = parseDateMath(text, { now, timeZone, roundUp });
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe('parseDateMath', () => {
  test.each([
    ['now', '2026-11-18T12:34:56.789Z'],
    ['now-24h', '2026-11-17T12:34:56.789Z'],
    ['now-1d+1h', '2026-11-17T13:34:56.789Z'],
    ['now/d', '2026-11-18T00:00:00.000Z'],
    ['now/h', '2026-11-18T12:00:00.000Z'],
    ['now/m', '2026-11-18T12:34:00.000Z'],
    ['now/s', '2026-11-18T12:34:56.000Z'],
    ['now/w', '2026-11-15T00:00:00.000Z'],
    ['now/M', '2026-11-01T00:00:00.000Z'],
    ['now/y', '2026-01-01T00:00:00.000Z'],
    ['now-1M/M', '2026-10-01T00:00:00.000Z'],
    ['now-d', '2026-11-17T12:34:56.789Z'],
    ['2026-01-31||+1M', '2026-02-28T00:00:00.000Z'],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T05:06', '2026-11-01T05:06:00.000Z'],
    ['2026-11-01T05:06:07.8+01:00', '2026-11-01T04:06:07.800Z'],
    ['2026-11-01 05:06:07Z', '2026-11-01T05:06:07.000Z'],
  ])('%s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  test('a range ends at the end of the unit', () => {
    expect(iso('now/d', 'UTC', true)).toBe('2026-11-18T23:59:59.999Z');
    expect(iso('now/w', 'UTC', true)).toBe('2026-11-21T23:59:59.999Z');
    expect(iso('now-1M/M', 'UTC', true)).toBe('2026-10-31T23:59:59.999Z');
  });

  test('days are those of the zone, clock changes included', () => {
    expect(iso('now/d', 'America/New_York')).toBe('2026-11-18T05:00:00.000Z');
    expect(iso('2026-11-01||/d', 'America/New_York')).toBe('2026-11-01T04:00:00.000Z');
    expect(iso('2026-11-01||/d', 'America/New_York', true)).toBe('2026-11-02T04:59:59.999Z');
    expect(iso('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
    expect(iso('2026-03-28T12:00||+1d', 'Europe/Berlin')).toBe('2026-03-29T10:00:00.000Z');
    expect(iso('now/d', 'Asia/Kathmandu')).toBe('2026-11-17T18:15:00.000Z');
  });

  test.each(['', 'yesterday', 'now-', 'now-1x', 'now/2d', 'now+1d junk', '2026-13-01', '26-1-1'])(
    '%j is no time',
    (text) => {
      expect(iso(text)).toBeUndefined();
    },
  );

  test('an instant comes back from its wall-clock time', () => {
    const zone = fc.constantFrom('UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kolkata');
    const time = fc.integer({ min: Date.parse('1990-01-01T00:00:00Z'), max: Date.parse('2040-01-01T00:00:00Z') });
    fc.assert(
      fc.property(time, zone, (instant, timeZone) => {
        const back = instantOf(wallTime(instant, timeZone), timeZone);
        // The hour that a clock change repeats names two instants.
        expect([0, 1_800_000, 3_600_000]).toContain(Math.abs(back - instant));
        expect(wallTime(back, timeZone)).toEqual(wallTime(instant, timeZone));
      }),
    );
  });
});
