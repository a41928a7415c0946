/** The date math of time pickers: `now-24h`, `now/d`, `2026-11-01||+1M/d`, ISO 8601. */
import { Refusal, type CompileContext, type TimeRange } from './types.ts';
import { addCalendar, instantOf, wallTime, weekday, type WallTime } from './zone.ts';

export type Unit = 'y' | 'M' | 'w' | 'd' | 'h' | 'm' | 's' | 'ms';
const FIXED_MS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

export interface DateMathOptions {
  readonly now: number;
  readonly timeZone: string;
  /** Rounding (`/d`) goes to the end of the unit: for the end of a range. */
  readonly roundUp?: boolean;
}

/** Epoch ms of an expression; undefined when it is none. Weeks begin on Sunday, as in OpenSearch Dashboards. */
export function parseDateMath(text: string, options: DateMathOptions): number | undefined {
  const [anchor, math] = split(text.trim());
  const start = anchor === 'now' ? options.now : parseIso(anchor, options.timeZone);
  if (start === undefined || Number.isNaN(start)) return undefined;
  const step = /([+\-/])(\d*)(ms|[yMwdhms])/y;
  let time = start;
  while (step.lastIndex < math.length) {
    const match = step.exec(math);
    if (match === null) return undefined;
    const [, operator, digits, unit] = match;
    const count = digits === '' ? 1 : Number(digits);
    if (operator === '/' && count !== 1) return undefined;
    if (operator === '/') time = round(time, unit as Unit, options);
    else time = add(time, operator === '-' ? -count : count, unit as Unit, options.timeZone);
  }
  return time;
}

/** Both ends of a range as epoch ms. A `to` such as `now/d` means the end of the day. */
export function rangeBounds(
  range: TimeRange,
  context: Pick<CompileContext, 'now' | 'timeZone'>,
): { min: number; max: number } {
  const { now, timeZone } = context;
  const min = parseDateMath(range.from, { now, timeZone });
  const max = parseDateMath(range.to, { now, timeZone, roundUp: true });
  if (min === undefined || max === undefined) {
    throw new Refusal(`Not a time: "${min === undefined ? range.from : range.to}"`);
  }
  return { min, max };
}

/** Moves an instant by whole units; years to days by the calendar, hours and less by the clock. */
export function add(time: number, count: number, unit: Unit, timeZone: string): number {
  if (unit === 'y' || unit === 'M') return addCalendar(time, unit === 'y' ? 12 * count : count, 0, timeZone);
  if (unit === 'w' || unit === 'd') return addCalendar(time, 0, unit === 'w' ? 7 * count : count, timeZone);
  return time + count * FIXED_MS[unit];
}

function split(text: string): [string, string] {
  if (text.startsWith('now')) return ['now', text.slice(3)];
  const at = text.indexOf('||');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 2)];
}

function parseIso(text: string, timeZone: string): number | undefined {
  const match =
    /^(\d{4})-(\d{2})(?:-(\d{2}))?(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
      text,
    );
  if (match === null) return undefined;
  const [, year, month, day = '1', hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  const clock = { hour: Number(hour), minute: Number(minute), second: Number(second) };
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  const wall = { year: Number(year), month: Number(month), day: Number(day), ...clock, ms };
  if (wall.month > 12 || wall.day > 31 || wall.hour > 24 || wall.minute > 59 || wall.second > 59) return undefined;
  if (zone === undefined) return instantOf(wall, timeZone);
  const offset = /^[+-]/.test(zone) ? Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)) : 0;
  return instantOf(wall, 'UTC') - (zone.startsWith('-') ? -offset : offset) * 60_000;
}

function round(time: number, unit: Unit, options: DateMathOptions): number {
  const start = startOf(time, unit, options.timeZone);
  return options.roundUp === true ? add(start, 1, unit, options.timeZone) - 1 : start;
}

function startOf(time: number, unit: Unit, timeZone: string): number {
  if (unit === 'ms') return time;
  if (unit === 's') return Math.floor(time / 1000) * 1000;
  const wall = wallTime(time, timeZone);
  const cut: Partial<WallTime> = { second: 0, ms: 0 };
  // Within the hour the offset does not change, so minutes and hours are cut on the clock without asking the zone back.
  if (unit === 'm' || unit === 'h') {
    const past = wall.second * 1000 + wall.ms + (unit === 'h' ? wall.minute * 60_000 : 0);
    return time - past;
  }
  const midnight = { ...wall, ...cut, minute: 0, hour: 0 };
  if (unit === 'd') return instantOf(midnight, timeZone);
  if (unit === 'w') return instantOf({ ...midnight, day: wall.day - weekday(wall) }, timeZone);
  return instantOf({ ...midnight, day: 1, month: unit === 'y' ? 1 : wall.month }, timeZone);
}
