/** What a dashboard, query or style source may hold; ajv checks the files, so that a typo is named and not ignored. */

const text = { type: 'string', minLength: 1 } as const;
const strict = <P extends object>(required: readonly string[], properties: P) =>
  ({ type: 'object', additionalProperties: false, required, properties }) as const;

const bucket = {
  type: 'object',
  additionalProperties: false,
  properties: {
    terms: text,
    size: { type: 'integer', minimum: 1, maximum: 100 },
    order: { enum: ['asc', 'desc'] },
    orderBy: { type: 'integer', minimum: 1 },
    other: { type: 'boolean' },
    missing: { type: 'boolean' },
    exclude: text,
    time: text,
    field: text,
    filters: { type: 'object', additionalProperties: text, minProperties: 1 },
    significant: text,
    label: text,
  },
  oneOf: [
    { required: ['terms', 'size'] },
    { required: ['time'] },
    { required: ['filters'] },
    { required: ['significant', 'size'] },
  ],
} as const;

const metric = {
  oneOf: [
    { const: 'count' },
    {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: {
        count: { const: true },
        cardinality: text,
        max: text,
        min: text,
        avg: text,
        sum: text,
        top: text,
        label: text,
      },
    },
  ],
} as const;

const panel = strict(['id', 'title', 'question', 'width', 'type'], {
  id: { type: 'string', pattern: '^[a-z0-9-]+$' },
  title: text,
  question: { ...text, minLength: 15 },
  width: { type: 'integer', minimum: 6, maximum: 48 },
  type: { enum: ['metric', 'pie', 'bars', 'line', 'area', 'hbars', 'table', 'heatmap', 'events', 'markdown'] },
  query: text,
  index: text,
  metrics: { type: 'array', items: metric, minItems: 1 },
  by: { type: 'array', items: bucket, minItems: 1 },
  series: bucket,
  page: { type: 'integer', minimum: 1 },
  widths: { type: 'array', items: { type: 'integer', minimum: 40 } },
  columns: { type: 'array', items: text, minItems: 1 },
  markdown: text,
  stacked: { type: 'boolean' },
  meaning: { enum: ['neutral', 'bad'] },
});

export const DASHBOARD_SCHEMA = strict(['title', 'question', 'index', 'bundle', 'link', 'time', 'controls', 'rows'], {
  title: text,
  question: text,
  index: text,
  bundle: { enum: ['core', 'ingest-health'] },
  link: text,
  time: strict(['from', 'to'], { from: text, to: text }),
  controls: { type: 'array', items: strict(['field', 'label'], { field: text, label: text }) },
  rows: {
    type: 'array',
    minItems: 1,
    items: strict(['height', 'panels'], {
      height: { type: 'integer', minimum: 3, maximum: 40 },
      panels: { type: 'array', minItems: 1, items: panel },
    }),
  },
});

const sample = { type: 'array', minItems: 1, items: { type: 'object', minProperties: 1 } } as const;
export const QUERY_SCHEMA = strict(['title', 'why', 'query', 'fields', 'samples'], {
  title: { type: 'string', pattern: '^CloudTrail: ' },
  why: { ...text, minLength: 20 },
  query: text,
  fields: { type: 'array', minItems: 1, uniqueItems: true, items: text },
  attack: { type: 'array', items: { type: 'string', pattern: '^T[0-9]{4}(\\.[0-9]{3})?$' } },
  references: { type: 'array', items: text },
  samples: strict(['match', 'no_match'], { match: sample, no_match: sample }),
});

export const STYLE_SCHEMA = strict(['colors', 'bad', 'neutral'], {
  colors: { type: 'object', additionalProperties: { type: 'string', pattern: '^#[0-9A-F]{6}$' } },
  bad: text,
  neutral: text,
});
