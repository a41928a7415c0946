/** What `_field_caps` says of one field, by type. */
export type FieldCaps = Readonly<
  Record<string, Readonly<Record<string, { searchable: boolean; aggregatable: boolean }>>>
>;

interface DashboardsField {
  readonly name: string;
  readonly type: string;
  readonly esTypes?: readonly string[];
  readonly searchable: boolean;
  readonly aggregatable: boolean;
  readonly readFromDocValues: boolean;
}

const META_FIELDS = ['_source', '_id', '_type', '_index', '_score'];
const TYPES: Readonly<Record<string, string>> = {
  text: 'string',
  keyword: 'string',
  _id: 'string',
  _type: 'string',
  integer: 'number',
  long: 'number',
  short: 'number',
  byte: 'number',
  float: 'number',
  double: 'number',
  date: 'date',
  boolean: 'boolean',
  ip: 'ip',
  object: 'object',
  nested: 'nested',
};
const OVERRIDES: Readonly<Record<string, string>> = {
  _source: '_source',
  _index: 'string',
  _type: 'string',
  _id: 'string',
  _score: 'number',
};

/** The field list that OpenSearch Dashboards makes of `_field_caps`, rule for rule (its `field_capabilities.ts`). */
export function dashboardsFields(caps: FieldCaps): DashboardsField[] {
  const known = new Map<string, DashboardsField>();
  for (const [name, byType] of Object.entries(caps)) {
    const esTypes = Object.keys(byType);
    const type = TYPES[esTypes[0] ?? ''] ?? 'unknown';
    if (type === 'object' || type === 'nested') continue;
    const some = (key: 'searchable' | 'aggregatable') => Object.values(byType).some((cap) => cap[key]);
    const aggregatable = some('aggregatable');
    const fromDocValues = aggregatable && esTypes[0] !== 'text' && esTypes[0]?.startsWith('_') !== true;
    known.set(name, {
      name,
      type,
      esTypes,
      searchable: some('searchable'),
      aggregatable,
      readFromDocValues: fromDocValues,
    });
  }
  const absent = (name: string): DashboardsField => ({
    name,
    type: 'string',
    searchable: false,
    aggregatable: false,
    readFromDocValues: false,
  });
  return [...[...known.keys()].filter((name) => !name.startsWith('_')), ...META_FIELDS]
    .map((name) => known.get(name) ?? absent(name))
    .map((field) => ({ ...field, type: OVERRIDES[field.name] ?? field.type }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
