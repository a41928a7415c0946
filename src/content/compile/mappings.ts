import { propertyOf, type Field, type FieldType, type Mapping } from './field.ts';

/** An object of the mapping, while it is being filled. */
interface ObjectMapping {
  readonly dynamic: false;
  readonly properties: Record<string, Mapping>;
  readonly [parameter: string]: unknown;
}

/** The fields as one mapping. `dynamic: false` at every level: no event can add a field. */
export function compileMapping(fields: readonly Field[]): Mapping {
  const root: ObjectMapping = { dynamic: false, properties: {} };
  for (const field of sorted(fields)) {
    const parts = field.path.split('.');
    const leaf = parts.pop() ?? '';
    let node = root;
    for (const part of parts) {
      const next = (node.properties[part] ??= { dynamic: false, properties: {} });
      if (next.properties === undefined) throw new Error(`${field.path} is below a field that is not an object`);
      node = next as ObjectMapping;
    }
    if (leaf in node.properties) throw new Error(`${field.path} is listed twice, or is an object of other fields`);
    node.properties[leaf] = propertyOf(field);
  }
  return root;
}

/** What the mapping expects at each path, objects included: the encoder makes documents fit it. */
export function mappedPaths(fields: readonly Field[]): Record<string, FieldType | 'object'> {
  const paths = new Map<string, FieldType | 'object'>();
  for (const { path, type } of sorted(fields)) {
    const parts = path.split('.');
    for (let length = 1; length < parts.length; length += 1) paths.set(parts.slice(0, length).join('.'), 'object');
    paths.set(path, type);
  }
  return Object.fromEntries(paths);
}

export function sorted(fields: readonly Field[]): Field[] {
  return [...fields].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Settings of every event index, shards and replicas aside. */
export const EVENT_INDEX_SETTINGS = {
  // Events are looked at minutes after they happened; ten seconds of delay save the merges of tiny segments.
  refresh_interval: '10s',
  // A third less disk for an eighth more CPU while indexing; zstd needs a plugin that not every cluster has.
  codec: 'best_compression',
} as const;
