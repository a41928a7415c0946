import type { JsonObject } from './json.ts';

/** What the compiler knows of an index pattern: its saved object, with `fields` read. */
export interface IndexPattern {
  readonly id: string;
  /** The index expression to search. */
  readonly title: string;
  readonly timeFieldName?: string;
  readonly fields: readonly Field[];
  /** Nothing is known of the fields beyond `fields`: any name is taken for a field of whatever type is needed. */
  readonly guessFields?: boolean;
  /** How values are shown, by field name: links, lookups, number patterns. */
  readonly fieldFormats?: Readonly<Record<string, { readonly id?: string; readonly params?: JsonObject }>>;
  /** Names and wildcards of fields left out of shown documents. */
  readonly sourceExcludes?: readonly string[];
}

/** One entry of an index pattern's field list. */
export interface Field {
  readonly name: string;
  /** As OpenSearch Dashboards groups types: `string`, `number`, `date`, `boolean`, `ip`, `geo_point`, `unknown`, … */
  readonly type: string;
  readonly esTypes?: readonly string[];
  readonly searchable?: boolean;
  readonly aggregatable?: boolean;
  readonly readFromDocValues?: boolean;
  readonly scripted?: boolean;
  readonly script?: string;
  readonly lang?: string;
  readonly subType?: { readonly nested?: { readonly path: string }; readonly multi?: { readonly parent: string } };
}

const byName = new WeakMap<readonly Field[], ReadonlyMap<string, Field>>();

/** The field of that name; the list is indexed once. */
export function findField(pattern: IndexPattern, name: string): Field | undefined {
  let index = byName.get(pattern.fields);
  if (index === undefined) {
    index = new Map(pattern.fields.map((field) => [field.name, field]));
    byName.set(pattern.fields, index);
  }
  return index.get(name) ?? (pattern.guessFields === true ? guessed(name, pattern) : undefined);
}

function guessed(name: string, pattern: IndexPattern): Field {
  const type = name === pattern.timeFieldName ? 'date' : 'string';
  return { name, type, searchable: true, aggregatable: true, readFromDocValues: true };
}
