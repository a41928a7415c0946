/** `_field_caps` → the field list that OpenSearch Dashboards would make of it. */
import type { Field } from '../content/index-pattern.ts';

/** Of one field, by OpenSearch type. */
export type FieldCaps = Readonly<
  Record<string, { readonly type: string; readonly searchable: boolean; readonly aggregatable: boolean }>
>;

const NUMBERS = ['byte', 'short', 'integer', 'long', 'unsigned_long', 'half_float', 'float', 'double', 'scaled_float'];
const TYPES: ReadonlyMap<string, string> = new Map([
  ...[...NUMBERS, 'token_count'].map((type) => [type, 'number'] as const),
  ...['text', 'keyword', '_id', '_type', '_index'].map((type) => [type, 'string'] as const),
  ...['date', 'date_nanos'].map((type) => [type, 'date'] as const),
  ...['boolean', 'ip', 'geo_point', 'geo_shape', 'object', 'nested', 'histogram', 'murmur3'].map(
    (type) => [type, type] as const,
  ),
]);

export function fieldsFromCaps(caps: Readonly<Record<string, FieldCaps>>): Field[] {
  const nested = Object.entries(caps).flatMap(([name, types]) => ('nested' in types ? [name] : []));
  return Object.entries(caps)
    .filter(([, types]) => !('object' in types) && !('nested' in types))
    .map(([name, types]) => toField(name, Object.values(types), nested));
}

function toField(name: string, caps: readonly FieldCaps[string][], nested: readonly string[]): Field {
  const esTypes = caps.map(({ type }) => type);
  const types = new Set(esTypes.map((type) => TYPES.get(type) ?? 'unknown'));
  const [type = 'unknown'] = types;
  const aggregatable = caps.every((one) => one.aggregatable);
  const inText = esTypes.some((one) => one === 'text' || one === 'geo_shape');
  // The innermost nested object that holds the field.
  const path = nested.filter((outer) => name.startsWith(`${outer}.`)).sort((a, b) => b.length - a.length)[0];
  return {
    name,
    type: types.size > 1 ? 'conflict' : type,
    esTypes,
    searchable: caps.every((one) => one.searchable),
    aggregatable,
    readFromDocValues: aggregatable && !inText && !name.startsWith('_'),
    ...(path === undefined ? {} : { subType: { nested: { path } } }),
  };
}
