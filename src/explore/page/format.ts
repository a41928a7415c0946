import type { EventHit } from '../protocol.ts';

const NUMBER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** `1,234`. */
export const formatNumber = (value: number): string => NUMBER.format(value);
/** `1.2K`, for axes. */
export const formatCompact = (value: number): string => COMPACT.format(value);

const two = (value: number): string => String(value).padStart(2, '0');

/** Local time, sortable at a glance: `2026-11-21 14:03:07`. */
export function formatTime(value: number | string): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return String(value);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** A time in UTC, as events have it. */
export const isInstant = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text);

/** Labels of a time axis, as short as its interval and its ends allow: a day needs no seconds, a single year is not named. */
export function formatBucketTimes(times: readonly number[], intervalMs: number): string[] {
  const [first, last] = [times[0], times.at(-1)].map((time) => new Date(time ?? 0).getFullYear());
  return times.map((value) => {
    const date = new Date(value);
    const month = `${date.getFullYear()}-${two(date.getMonth() + 1)}`;
    if (intervalMs >= 28 * DAY) return month;
    const day = `${first === last ? two(date.getMonth() + 1) : month}-${two(date.getDate())}`;
    const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
    if (intervalMs >= DAY) return day;
    if (intervalMs >= 60_000) return `${day} ${time}`;
    return `${time}:${two(date.getSeconds())}`;
  });
}
const DAY = 86_400_000;

/** Any value of an event as text; objects as JSON. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.map(String).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The values at a dotted path of an event, through arrays, dotted keys included. */
export function valuesAt(source: unknown, path: string): unknown[] {
  if (Array.isArray(source)) return source.flatMap((item) => valuesAt(item, path));
  if (source === null || typeof source !== 'object') return [];
  const object = source as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(object, path)) {
    const value = object[path];
    return Array.isArray(value) ? value : [value];
  }
  const dot = path.indexOf('.');
  if (dot === -1) return [];
  const head = path.slice(0, dot);
  return Object.hasOwn(object, head) ? valuesAt(object[head], path.slice(dot + 1)) : [];
}

/** What an event has in a column of a list: one value as it is, several together; under `_source` all of it. */
export function columnValue(source: EventHit['source'], column: string): unknown {
  if (column === '_source') return source;
  const values = valuesAt(source, column);
  return values.length <= 1 ? values[0] : values;
}

/** Every leaf of an event as `[path, value]`, arrays of plain values as one. */
export function leaves(source: unknown, path = ''): [string, unknown][] {
  if (source === null || typeof source !== 'object') return [[path, source]];
  if (Array.isArray(source)) {
    if (source.every((item) => item === null || typeof item !== 'object')) return [[path, source]];
    return mergeLeaves(source.flatMap((item) => leaves(item, path)));
  }
  return Object.entries(source).flatMap(([key, value]) => leaves(value, path === '' ? key : `${path}.${key}`));
}

function mergeLeaves(entries: [string, unknown][]): [string, unknown][] {
  const merged = new Map<string, unknown[]>();
  for (const [path, value] of entries)
    merged.set(path, [...(merged.get(path) ?? []), ...(Array.isArray(value) ? (value as unknown[]) : [value])]);
  return [...merged].map(([path, values]) => [path, values.length === 1 ? values[0] : values]);
}
