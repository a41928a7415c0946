import { describe, expect, test } from '@jest/globals';
import {
  chooseInterval,
  intervalParams,
  type IntervalOptions,
} from '../../../../../src/content/compile/request/interval.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const over = (range: number | undefined, more: Partial<IntervalOptions> = {}) => ({
  range,
  barTarget: 50,
  maxBars: 100,
  normalized: true,
  ...more,
});

describe('chooseInterval', () => {
  test.each([
    [10, '1ms'],
    [20_000, '400ms'],
    [25_000, '1s'],
    [5 * MINUTE, '5s'],
    [15 * MINUTE, '30s'],
    [HOUR, '1m'],
    [3 * HOUR, '5m'],
    [12 * HOUR, '10m'],
    [24 * HOUR, '30m'],
    [48 * HOUR, '1h'],
    [7 * DAY, '3h'],
    [30 * DAY, '12h'],
    [90 * DAY, '1d'],
    [360 * DAY, '1w'],
    [3 * 365 * DAY, '30d'],
    [51 * 365 * DAY, '365d'],
  ])('auto over %d ms is %s', (range, expression) => {
    expect(chooseInterval('auto', over(range)).expression).toBe(expression);
  });

  test.each([
    ['d', '1d', 'day'],
    ['h', '1h', 'hour'],
    ['3h', '3h', '3 hours'],
    ['24h', '1d', 'day'],
    ['60m', '1h', 'hour'],
    ['90m', '90m', '90 minutes'],
    ['0.5d', '12h', '12 hours'],
    ['w', '1w', 'week'],
    ['7d', '1w', 'week'],
    ['M', '1M', 'month'],
    ['2M', '61d', '61 days'],
    ['y', '1y', 'year'],
    ['2y', '730d', '730 days'],
    ['500ms', '500ms', '500 milliseconds'],
  ])('%s without a time range is %s', (saved, expression, description) => {
    expect(chooseInterval(saved, over(undefined))).toMatchObject({ expression, description });
  });

  test.each(['m', '30m', 's'])('%s over a week is raised to an hour, with the scale', (saved) => {
    const interval = chooseInterval(saved, over(7 * DAY));
    expect(interval.expression).toBe('1h');
    expect(interval.scaledFrom?.scale).toBeLessThan(1);
  });

  test('an interval that fits stays, the limit included', () => {
    expect(chooseInterval('h', over(100 * HOUR))).toMatchObject({ expression: '1h' });
    expect(chooseInterval('h', over(100 * HOUR + 1)).expression).toBe('1h');
    expect(chooseInterval('h', over(8 * DAY)).scaledFrom).toBeUndefined();
  });

  test('what is no interval is refused', () => {
    expect(() => chooseInterval('often', over(DAY))).toThrow('"often" is not a valid interval.');
    expect(() => chooseInterval('h', over(DAY, { normalized: false }))).toThrow('Invalid interval format: h');
    expect(chooseInterval('15m', over(DAY, { normalized: false, maxBars: 1 })).expression).toBe('15m');
  });
});

describe('intervalParams', () => {
  test.each(['1m', '1h', '1d', '1w', '1M', '1y'])('%s is a calendar interval', (expression) => {
    expect(intervalParams(expression)).toEqual({ calendar_interval: expression });
  });
  test.each(['1s', '30s', '5m', '12h', '30d', '100ms'])('%s is a fixed interval', (expression) => {
    expect(intervalParams(expression)).toEqual({ fixed_interval: expression });
  });
  test('several weeks, months or years are refused', () => {
    expect(() => intervalParams('2w')).toThrow('Invalid calendar interval: 2w, value must be 1');
  });
});
