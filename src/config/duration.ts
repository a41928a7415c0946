import { AppError } from '../errors.ts';

/** What four digits of a year can name. */
const EARLIEST = Date.parse('0000-01-01');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `30s`, `5m`, `2h`, `400d` → milliseconds. Throws USAGE. */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined)
    throw new AppError('USAGE', `"${text}" is not a duration.`, {
      hint: 'Write a number and a unit: 30s, 5m, 2h, 400d.',
    });
  return Number(amount) * (UNITS[unit] ?? 0);
}

/** What Node's timers can wait; they would take what is longer for no time at all. */
const LONGEST_PAUSE = 2 ** 31 - 1;

/** The same for something to wait for, at most 24 days. Throws USAGE. */
export function parsePause(text: string): number {
  const ms = parseDuration(text);
  if (ms > LONGEST_PAUSE)
    throw new AppError('USAGE', `"${text}" is too long to wait for.`, { hint: 'Write 24d or less.' });
  return ms;
}

/**
 * A day (UTC), an instant or an age before `now` → epoch ms. As `until`, a whole day counts as included:
 * its end is meant. Throws USAGE.
 */
export function parseInstant(text: string, now: number, as: 'since' | 'until' = 'since'): number {
  const instant = /^\d+(m|h|d)$/.test(text) ? now - parseDuration(text) : parseTime(text);
  // Also what is no number.
  if (!(instant >= EARLIEST && instant <= LATEST))
    throw new AppError('USAGE', `"${text}" is not a day, an instant or an age.`, {
      hint: 'Write 2026-11-01, 2026-11-01T06:00:00Z, or an age such as 7d.',
    });
  return isDay(text) && as === 'until' ? instant + (UNITS['d'] ?? 0) : instant;
}

function parseTime(text: string): number {
  const day = text.slice(0, 10);
  // The 31st of February would be the 3rd of March.
  if (!isDay(day) || !new Date(day).toJSON()?.startsWith(day)) return NaN;
  return Date.parse(isDay(text) || /(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`);
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}
