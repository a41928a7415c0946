/** Calendar arithmetic in an IANA time zone, by the tables that `Intl` carries. */

/** A wall-clock time; months count from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const number = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
    const clock = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone, era: 'short', ...number, ...clock });
    formats.set(timeZone, format);
  }
  return format;
}

/** The wall-clock time of an instant (epoch ms). */
export function wallTime(time: number, timeZone: string): WallTime {
  const parts = Object.fromEntries(
    formatFor(timeZone)
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const number = (type: string) => Number(parts[type]);
  const year = parts['era'] === 'BC' ? 1 - number('year') : number('year');
  const ms = ((time % 1000) + 1000) % 1000;
  const clock = { hour: number('hour'), minute: number('minute'), second: number('second'), ms };
  return { year, month: number('month'), day: number('day'), ...clock };
}

/** The instant of a wall-clock time. Overflowing parts carry (month 13 is next January); a skipped hour means the one after. */
export function instantOf(wall: WallTime, timeZone: string): number {
  const utc = asUtc(wall);
  const offset = offsetAt(utc, timeZone);
  const guess = utc - offset;
  const other = offsetAt(guess, timeZone);
  if (other === offset) return guess;
  const second = utc - other;
  // In the hour that a clock change skips, no offset fits: the earlier offset moves the time past the gap.
  return offsetAt(second, timeZone) === other ? second : utc - Math.min(offset, other);
}

/** Moves an instant by calendar months and days, keeping the time of day; the last day of a month stays in its month. */
export function addCalendar(time: number, months: number, days: number, timeZone: string): number {
  const wall = wallTime(time, timeZone);
  const first = new Date(Date.UTC(wall.year, wall.month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const day = Math.min(wall.day, last) + days;
  return instantOf({ ...wall, year: first.getUTCFullYear(), month: first.getUTCMonth() + 1, day }, timeZone);
}

/** Day of the week, Sunday is 0. */
export function weekday(wall: WallTime): number {
  return new Date(asUtc(wall)).getUTCDay();
}

function asUtc(wall: WallTime): number {
  const date = new Date(0);
  date.setUTCFullYear(wall.year, wall.month - 1, wall.day);
  date.setUTCHours(wall.hour, wall.minute, wall.second, wall.ms);
  return date.getTime();
}

function offsetAt(time: number, timeZone: string): number {
  return asUtc(wallTime(time, timeZone)) - time;
}
