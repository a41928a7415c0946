/** Which interval a date histogram gets: chosen, `auto`, or raised because it would make too many buckets. */
import type { Unit } from './date-math.ts';
import { Refusal } from './types.ts';

/** A span whose months and days keep their calendar meaning. */
export interface Duration {
  readonly months: number;
  readonly days: number;
  readonly ms: number;
}

export interface Interval {
  readonly duration: Duration;
  /** `3h`, `1d`: what the request says. */
  readonly expression: string;
  /** `3 hours`, `day`: what a column is called. */
  readonly description: string;
  /** Set when it was raised: values per chosen interval are `scale` times those per actual one. */
  readonly scaledFrom?: { readonly scale: number; readonly description: string };
}

export interface IntervalOptions {
  /** ms that the buckets cover; undefined when the field is not the one the time range applies to. */
  readonly range: number | undefined;
  readonly barTarget: number;
  readonly maxBars: number;
  /** False: the expression is sent as it was written. */
  readonly normalized: boolean;
}

const UNITS: readonly Unit[] = ['y', 'M', 'w', 'd', 'h', 'm', 's', 'ms'];
const NAMES = {
  y: 'year',
  M: 'month',
  w: 'week',
  d: 'day',
  h: 'hour',
  m: 'minute',
  s: 'second',
  ms: 'millisecond',
} as const;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Days of an average month: 400 years have 146,097 days. */
const MONTH_DAYS = 146_097 / 4800;

/** From this much time a bucket, the interval beside it; the last column of one row is the next row's threshold. */
const STEPS: readonly (readonly [atLeast: number, interval: number])[] = [
  [365 * DAY, 365 * DAY],
  [21 * DAY, 30 * DAY],
  [7 * DAY, 7 * DAY],
  [DAY, DAY],
  [6 * HOUR, 12 * HOUR],
  [2 * HOUR, 3 * HOUR],
  [45 * MINUTE, HOUR],
  [20 * MINUTE, 30 * MINUTE],
  [9 * MINUTE, 10 * MINUTE],
  [3 * MINUTE, 5 * MINUTE],
  [45 * SECOND, MINUTE],
  [15 * SECOND, 30 * SECOND],
  [7.5 * SECOND, 10 * SECOND],
  [5 * SECOND, 5 * SECOND],
  [0.5 * SECOND, SECOND],
];

/** The interval for what a visualization saved (`auto`, `h`, `3h`, `d`, …). */
export function chooseInterval(saved: string, options: IntervalOptions): Interval {
  const auto = saved === '' || saved === 'auto';
  const chosen = auto ? fixed(near(options.range, options.barTarget)) : parse(saved);
  if (!options.normalized) return { duration: chosen, ...asWritten(auto ? 'null' : saved) };
  const { range, maxBars } = options;
  if (range === undefined || range / milliseconds(chosen) <= maxBars)
    return { duration: chosen, ...normalized(chosen) };
  const raised = fixed(lessThan(range, maxBars));
  if (milliseconds(raised) === milliseconds(chosen)) return { duration: chosen, ...normalized(chosen) };
  const scale = milliseconds(chosen) / milliseconds(raised);
  const scaledFrom = { scale, description: normalized(chosen).description };
  return { duration: raised, ...normalized(raised), scaledFrom };
}

/** `{calendar_interval}` or `{fixed_interval}` for an expression; nothing for the empty range's `0ms`. */
export function intervalParams(expression: string): Record<string, string> {
  if (expression === '0ms') return {};
  const { count, unit } = split(expression);
  const calendarOnly = unit === 'w' || unit === 'M' || unit === 'y';
  if (calendarOnly && count !== 1) throw new Refusal(`Invalid calendar interval: ${expression}, value must be 1`);
  const calendar = count === 1 && unit !== 's' && unit !== 'ms';
  return calendar ? { calendar_interval: expression } : { fixed_interval: expression };
}

/** ms; a month counts 30 days, a year 365. */
function milliseconds({ months, days, ms }: Duration): number {
  return ms + days * DAY + (months % 12) * 30 * DAY + Math.trunc(months / 12) * 365 * DAY;
}

function parse(text: string): Duration {
  const match = /^([\d.]*)\s*(ms|[yMwdhms])$/.exec(text.trim());
  if (match === null) throw new Refusal(`"${text}" is not a valid interval.`);
  const unit = match[2] as Unit;
  const written = of(Number.parseFloat(match[1] ?? '') || 1, unit);
  // A fraction of a day is spelled in hours, and so on; never the other way.
  const largest = UNITS.find((candidate) => Math.abs(as(written, candidate)) >= 1) ?? 'ms';
  return UNITS.indexOf(largest) < UNITS.indexOf(unit) ? written : of(as(written, largest), largest);
}

function of(count: number, unit: Unit): Duration {
  if (unit === 'y' || unit === 'M') return { months: unit === 'y' ? 12 * count : count, days: 0, ms: 0 };
  if (unit === 'w' || unit === 'd') return { months: 0, days: unit === 'w' ? 7 * count : count, ms: 0 };
  return fixed(count * { h: HOUR, m: MINUTE, s: SECOND, ms: 1 }[unit]);
}

function fixed(ms: number): Duration {
  return { months: 0, days: 0, ms };
}

function as({ months, days, ms }: Duration, unit: Unit): number {
  if (unit === 'y' || unit === 'M') {
    const all = months + (days + ms / DAY) / MONTH_DAYS;
    return unit === 'M' ? all : all / 12;
  }
  const wholeDays = days + Math.round(months * MONTH_DAYS);
  if (unit === 'w') return wholeDays / 7 + ms / (7 * DAY);
  return (wholeDays * DAY + ms) / { d: DAY, h: HOUR, m: MINUTE, s: SECOND, ms: 1 }[unit];
}

/** The largest unit that divides evenly. Several years or months are spelled in something smaller. */
function normalized(duration: Duration): { expression: string; description: string } {
  for (const unit of UNITS) {
    const count = as(duration, unit);
    if (count < 1 || !Number.isInteger(count) || ((unit === 'y' || unit === 'M') && count !== 1)) continue;
    return described(count, unit);
  }
  return described(as(duration, 'ms'), 'ms');
}

function asWritten(expression: string): { expression: string; description: string } {
  const { count, unit } = split(expression);
  return { ...described(count, unit), expression };
}

function described(count: number, unit: Unit): { expression: string; description: string } {
  return { expression: `${count}${unit}`, description: count === 1 ? NAMES[unit] : `${count} ${NAMES[unit]}s` };
}

function split(expression: string): { count: number; unit: Unit } {
  const match = /^([1-9]\d*)\s*(ms|[yMwdhms])$/.exec(expression.trim());
  if (match === null) throw new Refusal(`Invalid interval format: ${expression}`);
  return { count: Number(match[1]), unit: match[2] as Unit };
}

function near(range: number | undefined, buckets: number): number {
  if (range === undefined) return 0;
  const each = range / buckets;
  return STEPS.find(([atLeast]) => atLeast <= each)?.[1] ?? whole(each);
}

function lessThan(range: number, buckets: number): number {
  const each = range / buckets;
  // The finest interval of the list is only reached here: between half a second and none.
  return [...STEPS.map(([, interval]) => interval), 100].find((interval) => interval <= each) ?? whole(each);
}

function whole(ms: number): number {
  return Math.max(Math.floor(ms), 1);
}
