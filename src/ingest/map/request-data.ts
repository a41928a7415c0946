import type { Flat } from './flat.ts';
import type { JsonObject } from './json.ts';

/** Lists inside lists that are rebuilt; a hostile path may have any number. */
const MAX_LISTS = 8;

/** Names whose values are numbers in AWS's APIs; any other run of digits may be an id. */
const NUMERIC =
  /(seconds|minutes|hours|days|count|size|limit|results|items|keys|port|weight|threshold|length|timeout|ttl)$/i;

/**
 * Rebuilds what a source flattened into `unmapped` under a prefix such as `requestParameters.`. Types and the borders of
 * list elements are lost in the flat form and guessed here; the flat form stays where it is.
 */
export function unflatten(flat: Flat, prefix: string): JsonObject | undefined {
  let root: JsonObject | undefined;
  const lists = new Map<string, Map<string, string>>();
  for (const key in flat) {
    if (!key.startsWith(prefix) || key.length === prefix.length) continue;
    root ??= {};
    const path = key.slice(prefix.length);
    const end = path.indexOf('[]');
    if (end < 0) set(root, path.split('.'), typed(flat[key]!, path));
    else {
      const list = path.slice(0, end);
      let members = lists.get(list);
      if (members === undefined) lists.set(list, (members = new Map<string, string>()));
      const member = path.slice(end).replace(/^(?:\[\])+\.?/, '');
      const isTooDeep = member.split('[]').length > MAX_LISTS;
      members.set(isTooDeep ? member.replaceAll('[]', '') : member, flat[key]!);
    }
  }
  if (root !== undefined) for (const [list, members] of lists) set(root, list.split('.'), elements(members, list));
  return root;
}

/**
 * `a[].b` = "1,2" and `a[].c` = "3,4" are two elements where the counts agree, else one with the values as they are.
 * A list inside, `a[].d[].e`, may have any number of values for each element, so it does not say how many these are.
 */
function elements(members: ReadonlyMap<string, string>, path: string): unknown[] {
  const columns = [...members].map(([name, value]) => ({ name, values: split(value) }));
  const count = columns.find(({ name }) => !name.includes('[]'))?.values.length ?? 1;
  const even = columns.every(({ values }) => values.length === count);
  return Array.from({ length: even ? count : 1 }, (_, row) => {
    const element: Flat = {};
    for (const { name, values } of columns) {
      const value = even ? values[row]! : members.get(name)!;
      if (name === '') return typed(value, path);
      element[name] = value;
    }
    return unflatten(element, '') ?? {};
  });
}

/** Text with commas of its own, such as a policy, is one value. */
function split(value: string): string[] {
  return value.includes('{') || value.includes('"') ? [value] : value.split(',');
}

function set(root: JsonObject, names: readonly string[], value: unknown): void {
  if (names.includes('__proto__')) return;
  let at = root;
  for (const name of names.slice(0, -1)) {
    let next = at[name];
    if (!Object.hasOwn(at, name) || typeof next !== 'object' || next === null) at[name] = next = {};
    at = next as JsonObject;
  }
  const last = names.at(-1)!;
  // A scalar never takes the place of what has members.
  if (!Object.hasOwn(at, last) || typeof at[last] !== 'object') at[last] = value;
}

function typed(value: string, path: string): unknown {
  if (value === 'true') return true;
  if (value === 'false') return false;
  if (/^(0|-?[1-9]\d{0,14})$/.test(value) && NUMERIC.test(path) && !/tags/i.test(path)) return Number(value);
  return value;
}
