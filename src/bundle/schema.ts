/**
 * What the integration's manifest may hold, and what the integration catalog of OpenSearch Dashboards takes: its key list is
 * closed, and a file that it cannot read is only noticed when somebody installs.
 */

const text = { type: 'string', minLength: 1 } as const;
const texts = { type: 'array', items: text, uniqueItems: true } as const;
const version = { type: 'string', pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$' } as const;
/** Goes into names of files, templates and indices. */
const name = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' } as const;
/** A file of the static folder, and nothing outside of it. */
const fileName = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' } as const;
const strict = <P extends object>(required: readonly string[], properties: P) =>
  ({ type: 'object', additionalProperties: false, required, properties }) as const;
const listOf = <I extends object>(items: I) => ({ type: 'array', minItems: 1, items }) as const;

const picture = strict(['path'], { path: fileName, annotation: text });
const statics = strict(['logo'], {
  logo: picture,
  gallery: { type: 'array', items: picture },
  darkModeLogo: picture,
  darkModeGallery: { type: 'array', items: picture },
});
const described = {
  name,
  version,
  license: text,
  type: name,
  displayName: text,
  labels: texts,
  tags: texts,
  author: text,
  description: text,
  sourceUrl: { type: 'string', pattern: '^https://' },
  statics,
} as const;

/** `integration/manifest.yml`. */
export const MANIFEST_SCHEMA = strict(
  [
    'name',
    'version',
    'displayName',
    'description',
    'license',
    'author',
    'ocsf',
    'opensearch',
    'labels',
    'tags',
    'type',
    'components',
    'assets',
    'statics',
    'samples',
  ],
  {
    ...described,
    ocsf: version,
    opensearch: { type: 'string', pattern: '^>=[0-9.]+ <[0-9.]+$' },
    components: listOf(strict(['name', 'mapping'], { name, mapping: text })),
    assets: listOf(strict(['name', 'objects'], { name, objects: text })),
    samples: listOf(name),
  },
);

/** `<name>-<version>.json` of the catalog. `type` must be the name of a component, which no JSON Schema can say. */
export const CONFIG_SCHEMA = strict(['name', 'version', 'license', 'type', 'components', 'assets'], {
  ...described,
  components: listOf(strict(['name', 'version'], { name, version })),
  assets: listOf(
    strict(['name', 'version', 'extension', 'type'], {
      name,
      version,
      extension: { enum: ['ndjson', 'sql'] },
      type: { enum: ['savedObjectBundle', 'query'] },
      workflows: texts,
    }),
  ),
  workflows: listOf(
    strict(['name', 'label', 'description', 'enabled_by_default'], {
      name,
      label: text,
      description: text,
      enabled_by_default: { type: 'boolean' },
      applicable_data_sources: texts,
    }),
  ),
  sampleData: strict(['path'], { path: fileName }),
});

/** `schemas/<component>-<version>.mapping.json`: an index template, its version where the catalog looks for it. */
export const MAPPING_SCHEMA = {
  type: 'object',
  required: ['template'],
  properties: {
    template: {
      type: 'object',
      required: ['mappings'],
      properties: {
        mappings: {
          type: 'object',
          required: ['_meta', 'properties'],
          properties: {
            _meta: { type: 'object', required: ['version'], properties: { version } },
            properties: { type: 'object', minProperties: 1 },
          },
        },
      },
    },
  },
} as const;

/** One line of `assets/*.ndjson`. An id with `_` is cut there by an import with a data source. */
export const SAVED_OBJECT_SCHEMA = strict(['type', 'id', 'attributes', 'references'], {
  type: { enum: ['index-pattern', 'visualization', 'search', 'dashboard', 'query'] },
  id: { type: 'string', pattern: '^[^_]+$' },
  attributes: { type: 'object', required: ['title'], properties: { title: text } },
  references: { type: 'array', items: strict(['name', 'type', 'id'], { name: text, type: text, id: text }) },
  migrationVersion: { type: 'object', additionalProperties: { type: 'string' } },
});
