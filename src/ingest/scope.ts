import { createHash } from 'node:crypto';
import type { Filters } from './filter.ts';
import { canonicalJson, isObject } from './map/json.ts';
import type { ObjectRef } from './ports.ts';

/**
 * What filters let through of one object. The ledger keeps it where they left events out: who asks for more than that later
 * finds the object unsettled, and who asks for less does not, such as a run whose `since` is an age and moves on with each run.
 */
export interface Scope {
  /** Epoch ms, as in `Filters`. Absent: nothing was left out for being early. */
  readonly since?: number;
  /** Absent: nothing was left out for being late. */
  readonly until?: number;
  /** Tells one set of the other filters from another. Absent: there were none. */
  readonly others?: string;
}

const DAY_MS = 86_400_000;

/** Readings under different filters that a row remembers: as many sources as may sensibly share a bucket. */
const MAX_SCOPES = 16;

/** Undefined where the filters let everything of the object through, whatever is in it. */
export function scopeOf(filters: Filters, { bucket, lastModified = '' }: ObjectRef): Scope | undefined {
  const { since, until, ...others } = filters;
  const words = canonicalJson(sorted(others));
  // Its events are older than an object in S3: an `until` that moves on leaves none of them out. A file may have any time.
  const latest = bucket.startsWith('file://') ? NaN : Date.parse(lastModified) + DAY_MS;
  const scope: Scope = {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined || latest <= until ? {} : { until }),
    ...(words === '{}' ? {} : { others: createHash('sha256').update(words).digest('hex').slice(0, 16) }),
  };
  return Object.keys(scope).length === 0 ? undefined : scope;
}

/** Whether one of the readings, or any where none left an event out, kept all that is asked for now. */
export function isCovered(readings: readonly Scope[] | undefined, asked: Scope | undefined): boolean {
  return readings === undefined || readings.some((reading) => covers(reading, asked ?? {}));
}

/** The readings to remember after another one; undefined when that was of the whole object. */
export function withReading(
  readings: readonly Scope[] | undefined,
  reading: Scope | undefined,
): readonly Scope[] | undefined {
  if (reading === undefined) return undefined;
  const more = (readings ?? []).filter((earlier) => !covers(reading, earlier));
  return [...more, reading].slice(-MAX_SCOPES);
}

/** In which order words are given changes nothing. */
function sorted(filters: object): object {
  return Object.fromEntries(
    Object.entries(filters).map(([name, value]: [string, unknown]) => [
      name,
      Array.isArray(value) ? [...(value as unknown[])].sort() : isObject(value) ? sorted(value) : value,
    ]),
  );
}

function covers(wide: Scope, narrow: Scope): boolean {
  const { since = -Infinity, until = Infinity } = narrow;
  return (
    (wide.since ?? -Infinity) <= since &&
    (wide.until ?? Infinity) >= until &&
    (wide.others === undefined || wide.others === narrow.others)
  );
}
