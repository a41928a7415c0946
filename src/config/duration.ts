import { AppError } from '../errors.ts';

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

/**
 * A day (UTC), an instant or an age before `now` → epoch ms. As `until`, a whole day counts as included:
 * its end is meant. Throws USAGE.
 */
export function parseInstant(text: string, now: number, as: 'since' | 'until' = 'since'): number {
  if (/^\d+(m|h|d)$/.test(text)) return now - parseDuration(text);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const instant = /^\d{4}-\d{2}-\d{2}/.test(text)
    ? Date.parse(day || /(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`)
    : NaN;
  if (Number.isNaN(instant))
    throw new AppError('USAGE', `"${text}" is not a day, an instant or an age.`, {
      hint: 'Write 2026-11-01, 2026-11-01T06:00:00Z, or an age such as 7d.',
    });
  return day && as === 'until' ? instant + (UNITS['d'] ?? 0) : instant;
}
