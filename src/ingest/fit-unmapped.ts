import { flatten, flattenObject, isFlat, type Flat } from './map/flat.ts';
import { isObject, object, type JsonObject } from './map/json.ts';
import { asList, MAX_NAME, unwrap } from './plain.ts';

/** Characters of path and value; at most three bytes each, which stays below a Lucene term's 32,766 bytes. */
const MAX_UNMAPPED = 8192;

/** Makes `unmapped` a flat object of strings, and adds what found no other place. */
export function fitUnmapped(event: JsonObject, aside: Flat): void {
  const before = event['unmapped'];
  const flat = flatUnmapped(before);
  flattenObject(flat, '', aside);
  const after = isEmpty(flat) ? undefined : flat;
  if (after !== before) event['unmapped'] = after;
}

function isEmpty(flat: Flat): boolean {
  for (const _ in flat) return false;
  return true;
}

/** `unmapped` in any form: an object, nested or flat, Parquet's list of pairs, or JSON text of one of them. */
function flatUnmapped(value: unknown): Flat {
  if (isFlat(value)) return value;
  const flat: Flat = {};
  const pairs = typeof value === 'object' && value !== null ? asPairs(value) : undefined;
  if (pairs !== undefined) for (const [key, member] of pairs) flatten(flat, key, member);
  else if (isObject(value)) flattenObject(flat, '', value);
  else if (typeof value === 'string') return textUnmapped(value);
  else flatten(flat, 'unmapped', value);
  return flat;
}

function textUnmapped(value: string): Flat {
  if (value === '') return {};
  try {
    const parsed: unknown = JSON.parse(value);
    if (isObject(parsed)) return flatUnmapped(parsed);
  } catch {
    // Not JSON: kept as the text it is.
  }
  return { unmapped: value };
}

function asPairs(value: object): [string, unknown][] | undefined {
  const list = asList(unwrap(value, 'key_value', 'entries'));
  if (list === undefined || list.length === 0) return undefined;
  const pairs: [string, unknown][] = [];
  for (const item of list) {
    if (!isObject(item) || typeof item['key'] !== 'string') return undefined;
    pairs.push([item['key'], item['value']]);
  }
  return pairs;
}

/** Moves what is too long for the index out of `unmapped`. */
export function splitUnmapped(event: JsonObject): void {
  const unmapped = event['unmapped'] as Flat | undefined;
  if (unmapped === undefined) return;
  let large: Flat | undefined;
  for (const key in unmapped) {
    const value = unmapped[key]!;
    if (value.length + key.length <= MAX_UNMAPPED) continue;
    large ??= (object(event['unmapped_large']) ?? {}) as Flat;
    // Names that are one when cut are joined, and `__proto__` is a name: an assignment would lose values.
    flatten(large, key.slice(0, MAX_NAME), value);
  }
  if (large === undefined) return;
  event['unmapped'] = Object.fromEntries(
    Object.entries(unmapped).filter(([key, value]) => value.length + key.length <= MAX_UNMAPPED),
  );
  event['unmapped_large'] = large;
}
