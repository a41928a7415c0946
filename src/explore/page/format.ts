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

/** As short as the interval allows: a day needs no seconds. */
export function formatBucketTime(value: number, intervalMs: number): string {
  const date = new Date(value);
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (intervalMs >= 86_400_000) return day;
  if (intervalMs >= 60_000) return `${day} ${time}`;
  return `${time}:${two(date.getSeconds())}`;
}

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

/** RFC 4180; a leading formula character is quoted away, because spreadsheets run it. */
export function toCsv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => {
    const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [header, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
}
