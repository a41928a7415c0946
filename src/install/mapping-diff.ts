import type { Mapping } from '../content/compile/field.ts';

/** Parameters that the server changes in place; any other difference needs a reindex. */
const UPDATABLE: ReadonlySet<string> = new Set(['ignore_above', 'ignore_malformed']);

export interface MappingDiff {
  /** The part of the mapping to send: new fields, and parameters that may change. Absent: nothing to send. */
  readonly update?: Mapping;
  readonly added: readonly string[];
  readonly adjusted: readonly string[];
  /** Fields that cannot be changed in place, as `path: was keyword, is long`. */
  readonly changed: readonly string[];
}

/** What `PUT _mapping` can bring from `actual` to `wanted`, and what it cannot. Extra fields of the index are left alone. */
export function diffMappings(actual: Mapping, wanted: Mapping): MappingDiff {
  const found = { added: [] as string[], adjusted: [] as string[], changed: [] as string[] };
  const properties = walk(actual.properties ?? {}, wanted.properties ?? {}, '', found);
  const metaDiffers = !same(actual['_meta'], wanted['_meta']);
  if (properties === undefined && !metaDiffers) return found;
  return {
    ...found,
    update: {
      ...(wanted['_meta'] === undefined ? {} : { _meta: wanted['_meta'] }),
      ...(properties === undefined ? {} : { properties }),
    },
  };
}

type Properties = Readonly<Record<string, Mapping>>;
type Found = Record<'added' | 'adjusted' | 'changed', string[]>;

function walk(actual: Properties, wanted: Properties, prefix: string, found: Found): Properties | undefined {
  const update: Record<string, Mapping> = {};
  for (const [name, want] of Object.entries(wanted)) {
    const path = prefix + name;
    const have = actual[name];
    if (have === undefined) {
      found.added.push(...leaves(want, path));
      update[name] = want;
    } else if (want.properties !== undefined && have.properties !== undefined && have.type === undefined) {
      const below = walk(have.properties, want.properties, `${path}.`, found);
      if (below !== undefined) update[name] = { properties: below };
    } else if (!same(have, want)) {
      if (canUpdate(have, want)) {
        found.adjusted.push(path);
        update[name] = want;
      } else {
        found.changed.push(`${path}: is ${typeOf(have)}, should be ${typeOf(want)}`);
      }
    }
  }
  return Object.keys(update).length === 0 ? undefined : update;
}

function canUpdate(have: Mapping, want: Mapping): boolean {
  return [...new Set([...Object.keys(have), ...Object.keys(want)])].every(
    (key) => UPDATABLE.has(key) || same(have[key], want[key]),
  );
}

function leaves(mapping: Mapping, path: string): string[] {
  if (mapping.properties === undefined) return [path];
  return Object.entries(mapping.properties).flatMap(([name, below]) => leaves(below, `${path}.${name}`));
}

function typeOf(mapping: Mapping): string {
  if (mapping.properties !== undefined) return mapping.type ?? 'object';
  const { type = 'object', ...parameters } = mapping;
  const rest = Object.entries(parameters).map(([key, value]) => `${key}=${String(value)}`);
  return rest.length === 0 ? type : `${type} (${rest.join(', ')})`;
}

/** Equality that forgives what the server rewrites: the order of keys, and scalars that come back as strings. */
export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).map(([key, below]) => `${JSON.stringify(key)}:${canonical(below)}`);
    return `{${entries.sort().join(',')}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : `"${String(value)}"`;
}
