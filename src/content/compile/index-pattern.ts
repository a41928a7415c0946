import { isAggregatable, type Field, type FieldType, type Mapping } from './field.ts';
import { sorted } from './mappings.ts';

/** One entry of the `fields` attribute of an index pattern of OpenSearch Dashboards. */
export interface IndexPatternField {
  readonly count: 0;
  readonly name: string;
  readonly type: string;
  readonly esTypes?: readonly string[];
  readonly scripted: false;
  readonly searchable: boolean;
  readonly aggregatable: boolean;
  readonly readFromDocValues: boolean;
}

/** OpenSearch Dashboards' own words for types; what it does not know is `unknown` and cannot be used in panels. */
const DASHBOARDS_TYPES: Readonly<Record<FieldType | 'double', string>> = {
  keyword: 'string',
  text: 'string',
  ip: 'ip',
  date: 'date',
  integer: 'number',
  long: 'number',
  double: 'number',
  boolean: 'boolean',
  flat_object: 'unknown',
};

function dashboardsType(type: string): string {
  return Object.hasOwn(DASHBOARDS_TYPES, type) ? DASHBOARDS_TYPES[type as FieldType] : 'unknown';
}

/** Metadata fields that OpenSearch Dashboards adds to every index pattern (its setting `metaFields`). */
const META_FIELDS: readonly IndexPatternField[] = [
  meta('_id', 'string', { esTypes: ['_id'], searchable: true, aggregatable: true }),
  meta('_index', 'string', { esTypes: ['_index'], searchable: true, aggregatable: true }),
  meta('_score', 'number', {}),
  meta('_source', '_source', { esTypes: ['_source'] }),
  meta('_type', 'string', {}),
];

/**
 * The field list that OpenSearch Dashboards would make of `_field_caps`. Shipped, because without it the first
 * viewer's browser writes the list back, which needs a privilege and races between panels.
 */
export function indexPatternFields(fields: readonly Field[]): IndexPatternField[] {
  const ours = sorted(fields).map((field): IndexPatternField => {
    const aggregatable = isAggregatable(field);
    return {
      count: 0,
      name: field.path,
      type: DASHBOARDS_TYPES[field.type],
      esTypes: [field.type],
      scripted: false,
      searchable: true,
      aggregatable,
      readFromDocValues: aggregatable,
    };
  });
  return [...META_FIELDS, ...ours];
}

/** The same for a mapping that is written as such: the ledger's and the dead letters'. */
export function mappingFields(mapping: Mapping): IndexPatternField[] {
  return [...META_FIELDS, ...leavesOf(mapping).sort((a, b) => (a.name < b.name ? -1 : 1))];
}

function leavesOf({ properties = {} }: Mapping, prefix = ''): IndexPatternField[] {
  return Object.entries(properties).flatMap(([key, child]): IndexPatternField[] => {
    const name = prefix + key;
    const { type } = child;
    if (type === undefined) return leavesOf(child, `${name}.`);
    const searchable = child['index'] !== false;
    const aggregatable = type !== 'text' && child['doc_values'] !== false;
    return [
      {
        count: 0,
        name,
        type: dashboardsType(type),
        esTypes: [type],
        scripted: false,
        searchable,
        aggregatable,
        readFromDocValues: aggregatable,
      },
    ];
  });
}

function meta(
  name: string,
  type: string,
  { esTypes, searchable = false, aggregatable = false }: Partial<IndexPatternField>,
): IndexPatternField {
  return {
    count: 0,
    name,
    type,
    ...(esTypes === undefined ? {} : { esTypes }),
    scripted: false,
    searchable,
    aggregatable,
    readFromDocValues: false,
  };
}
