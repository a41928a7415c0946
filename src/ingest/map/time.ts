const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
/** Extended or basic notation, `T` or a space, with or without seconds, fraction and zone (UTC when absent). */
const LOOSE =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i;
const MAX_MS = 8.64e15;

/**
 * Epoch milliseconds of anything that sources write for an instant: ISO 8601 in its variants, epoch seconds,
 * milliseconds, microseconds or nanoseconds (as number, bigint or digits), or a Date. Undefined when it is none of them.
 */
export function parseInstant(value: unknown): number | undefined {
  switch (typeof value) {
    case 'string':
      return parseText(value);
    case 'number':
      return fromEpoch(value);
    case 'bigint':
      return fromEpoch(Number(value));
    case 'object':
      return value instanceof Date ? valid(value.getTime()) : undefined;
    default:
      return undefined;
  }
}

/** ISO 8601 in UTC with milliseconds. The argument must be an instant from `parseInstant`. */
export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

function parseText(value: string): number | undefined {
  if (ISO.test(value)) {
    const ms = Date.parse(value);
    if (!Number.isNaN(ms)) return ms;
  }
  if (/^-?\d{9,19}(\.\d+)?$/.test(value)) return fromEpoch(Number(value));
  const parts = LOOSE.exec(value.trim());
  if (parts === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = parts;
  const offset = /^(z|utc)$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
  const millis = fraction.slice(0, 3).padEnd(3, '0');
  return valid(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}${offset}`));
}

/**
 * The unit is told by the size: what is a plausible instant in one unit is tens of thousands of years away in another.
 * OpenSearch would silently take microseconds for milliseconds.
 */
function fromEpoch(value: number): number | undefined {
  const size = Math.abs(value);
  if (!(size < 1e20)) return undefined;
  if (size < 1e11) return valid(Math.round(value * 1000));
  if (size < 1e14) return valid(Math.trunc(value));
  if (size < 1e17) return valid(Math.trunc(value / 1e3));
  return valid(Math.trunc(value / 1e6));
}

function valid(ms: number): number | undefined {
  return Math.abs(ms) <= MAX_MS ? ms : undefined;
}
