/** A saved object of OpenSearch Dashboards, as one line of an ndjson file. Structured attributes are JSON strings. */
export interface SavedObject {
  readonly type: 'index-pattern' | 'visualization' | 'search' | 'dashboard' | 'query';
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
  readonly migrationVersion?: Readonly<Record<string, string>>;
}

export interface Reference {
  readonly name: string;
  readonly type: string;
  readonly id: string;
}

/**
 * The versions after which no migration of 2.x or 3.x changes an object. A newer value than the server knows fails the
 * whole import, an absent one runs every migration since 6.5; saved queries have none.
 */
const MIGRATION_VERSIONS: Partial<Record<SavedObject['type'], string>> = {
  'index-pattern': '7.6.0',
  visualization: '7.10.0',
  dashboard: '7.9.3',
  search: '7.9.3',
};

export const SEARCH_SOURCE_INDEX = 'kibanaSavedObjectMeta.searchSourceJSON.index';

export function savedObject(
  type: SavedObject['type'],
  id: string,
  attributes: Record<string, unknown>,
  references: readonly Reference[] = [],
): SavedObject {
  const version = MIGRATION_VERSIONS[type];
  return {
    type,
    id,
    attributes,
    references,
    ...(version === undefined ? {} : { migrationVersion: { [type]: version } }),
  };
}

/** JSON with sorted keys at every level, so that the same content is the same bytes. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

/** One object a line, in the given order. */
export function toNdjson(objects: readonly SavedObject[]): string {
  return objects.map((object) => `${stableJson(object)}\n`).join('');
}
