/** Anything that `JSON.parse` gives for an object; readers add `Date` values, and bigints for integers that no double holds. */
export interface JsonObject {
  [key: string]: unknown;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The value when it is an object, else undefined. */
export function object(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

/** Request or response data as an object: some writers hold it as JSON text. */
export function dataOf(value: unknown): JsonObject | undefined {
  if (typeof value !== 'string' || !value.startsWith('{')) return object(value);
  try {
    return object(JSON.parse(value));
  } catch {
    return undefined;
  }
}

/** A value as OCSF text: a string as it is, null and undefined as absent, anything else as its JSON. */
export function text(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return value === null || value === undefined ? undefined : toJson(value);
  }
}

/** Sets a member that is absent. Nothing is set to undefined: every needless member costs when the object is written. */
export function fill(holder: JsonObject, name: string, value: unknown): void {
  if (value !== undefined && holder[name] === undefined) holder[name] = value;
}

/** The object when it has a member that is not undefined, else undefined: OCSF has no empty objects. */
export function whole<T extends object>(value: T): T | undefined {
  for (const key in value) if (value[key] !== undefined) return value;
  return undefined;
}

/** A string that is not empty, else undefined. */
export function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** JSON text of anything that came from JSON or Parquet, however deep; keys in their own order. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    // A bigint, or nesting that exhausts the stack: rare, so the slow writer may take its time.
    return writeJson(value, false);
  }
}

/** JSON text that is equal for records that differ only in the order of their keys. */
export function canonicalJson(value: unknown): string {
  return writeJson(value, true);
}

interface Frame {
  /** Undefined for an array. */
  readonly keys: readonly string[] | undefined;
  readonly values: JsonObject | readonly unknown[];
  readonly length: number;
  next: number;
}

/** Writes JSON without recursion, because `JSON.stringify` gives up on nesting of some thousands. */
function writeJson(root: unknown, sortKeys: boolean): string {
  let out = '';
  const stack: Frame[] = [];
  let value = root;
  for (;;) {
    if (Array.isArray(value)) {
      out += '[';
      stack.push({ keys: undefined, values: value, length: value.length, next: 0 });
    } else if (isObject(value)) {
      const keys = Object.keys(value);
      if (sortKeys) keys.sort();
      out += '{';
      stack.push({ keys, values: value, length: keys.length, next: 0 });
    } else {
      out += scalarJson(value);
    }
    let frame = stack.at(-1);
    while (frame !== undefined && frame.next === frame.length) {
      out += frame.keys === undefined ? ']' : '}';
      stack.pop();
      frame = stack.at(-1);
    }
    if (frame === undefined) return out;
    const at = frame.next++;
    if (at > 0) out += ',';
    const key = frame.keys?.[at];
    if (key !== undefined) out += `${JSON.stringify(key)}:`;
    value = key === undefined ? (frame.values as readonly unknown[])[at] : (frame.values as JsonObject)[key];
  }
}

function scalarJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  return JSON.stringify(value) ?? 'null';
}
