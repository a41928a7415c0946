import { isObject, text, type JsonObject } from './json.ts';

/** OCSF `unmapped` as Security Lake writes it: dotted paths, every value a string. */
export type Flat = Record<string, string>;

/** Deeper values are kept as JSON text: no reader wants a path of a hundred names. */
const MAX_DEPTH = 100;

const NONE: ReadonlySet<string> = new Set();

/**
 * Adds the leaves of a value under a path: `a.b` for objects, `a[].b` for arrays of objects, `a[]` for arrays of
 * scalars, their values joined by commas. Nulls and empty containers leave nothing. Paths in `mapped` are left out.
 */
export function flatten(out: Flat, path: string, value: unknown, mapped: ReadonlySet<string> = NONE, depth = 0): void {
  if (typeof value === 'string') put(out, path, value);
  else if (typeof value !== 'object' || depth > MAX_DEPTH || value instanceof Date) {
    const scalar = text(value);
    if (scalar !== undefined) put(out, path, scalar);
  } else if (Array.isArray(value)) {
    for (const element of value) flatten(out, `${path}[]`, element, mapped, depth + 1);
  } else if (value !== null) {
    flattenObject(out, `${path}.`, value as JsonObject, mapped, depth + 1);
  }
}

/** As `flatten`, for the members of an object; the prefix ends in a dot, or is empty. */
export function flattenObject(
  out: Flat,
  prefix: string,
  value: JsonObject,
  mapped: ReadonlySet<string> = NONE,
  depth = 0,
): void {
  for (const key of Object.keys(value)) {
    const path = prefix + key;
    if (!mapped.has(path)) flatten(out, path, value[key], mapped, depth);
  }
}

function put(out: Flat, path: string, value: string): void {
  const before: unknown = out[path];
  const joined = typeof before === 'string' ? `${before},${value}` : value;
  // An assignment to __proto__ would be lost.
  if (path === '__proto__') Object.defineProperty(out, path, { value: joined, enumerable: true, configurable: true });
  else out[path] = joined;
}

/** Whether a value is already what `flatten` makes. */
export function isFlat(value: unknown): value is Flat {
  if (!isObject(value)) return false;
  for (const key in value) if (typeof value[key] !== 'string') return false;
  return true;
}
