import { isObject, text, toJson, type JsonObject } from './map/json.ts';

const MAX_DEPTH = 100;
const MAX_ARRAYS = 20;
/** Characters. The server takes 50,000, no reader does. */
export const MAX_NAME = 1000;

/** A value of an unknown attribute as JSON can write it and the server can read it. Undefined when nothing is left of it. */
export function plain(value: unknown, depth: number, arrays: number): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  // JSON has no NaN and no Infinity.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return text(value.toJSON());
  if (depth > MAX_DEPTH || arrays >= MAX_ARRAYS) return toJson(value);
  const list = asList(value);
  if (list !== undefined)
    return list.map((item) => unwrap(plain(unwrap(item, 'element'), depth + 1, arrays + 1), 'element') ?? null);
  const members = value as JsonObject;
  let left = false;
  for (const key in members) {
    const before = members[key];
    const after = before === null ? undefined : plain(before, depth + 1, 0);
    const name = key.length > MAX_NAME ? key.slice(0, MAX_NAME) : key;
    if (name !== key) members[key] = undefined;
    if (after !== before || name !== key) members[name] = after;
    if (after !== undefined) left = true;
  }
  // What was left may be a wrapper now.
  return left ? (asList(members) ?? members) : undefined;
}

/** Parquet's older lists arrive as an object around the list: `{array: […]}`, `{list: [{element: …}]}`. */
export function asList(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  if (!isObject(value)) return undefined;
  // Asked of every object: most are known not to wrap anything by their first member.
  for (const key in value) {
    if (key === 'array' || key === 'list' || key === 'bag') break;
    if (value[key] !== null && value[key] !== undefined) return undefined;
  }
  const inner = unwrap(value, 'array', 'list', 'bag');
  return Array.isArray(inner) ? (inner as unknown[]) : undefined;
}

/** What is inside objects whose only member that is not null has one of these names; else the value itself. */
export function unwrap(value: unknown, ...names: readonly string[]): unknown {
  let at = value;
  while (isObject(at)) {
    const members: string[] = [];
    for (const key in at) {
      if (at[key] === null || at[key] === undefined) continue;
      members.push(key);
      if (members.length > 1) break;
    }
    const [only] = members;
    if (only === undefined || members.length > 1 || !names.includes(only)) return at;
    at = at[only];
  }
  return at;
}

/** A copy in which no name has half a surrogate pair. */
export function wellFormedNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wellFormedNames);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.replaceAll(/\p{Surrogate}/gu, '\ufffd'),
      wellFormedNames(member),
    ]),
  );
}
