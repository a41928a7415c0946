/** The parts of `integration/ocsf/ocsf-1.1.0.json` that validation reads. */
export interface Extract {
  readonly classes: Readonly<Record<string, Definition & { readonly uid: number }>>;
  readonly objects: Readonly<Record<string, Definition>>;
  readonly types: Readonly<Record<string, Type>>;
}

interface Definition {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly constraints?: { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] } | null;
}

interface Attribute {
  readonly type: string;
  readonly object_type?: string;
  readonly is_array?: boolean;
  readonly requirement?: string;
  readonly enum?: Readonly<Record<string, unknown>>;
}

interface Type {
  readonly type?: string;
  readonly regex?: string;
  readonly max_len?: number;
  readonly range?: readonly [number, number];
}

type Schema = Record<string, unknown>;

/** What has no attributes in the schema, such as `unmapped`, may have any. */
const FREE = 'object';

/**
 * JSON Schemas of OCSF classes: by class number, and `common`, which holds what all classes of the extract have alike and
 * allows everything else. They refer to `definitions`, which is to be known as `ocsf`.
 */
export function classSchemas(extract: Extract): {
  definitions: Schema;
  classes: ReadonlyMap<number, Schema>;
  common: Schema;
} {
  const { types } = extract;
  const $defs = Object.fromEntries(
    Object.entries(extract.objects).map(([name, object]) => [name, definition(object, types, name === FREE)]),
  );
  const all = Object.values(extract.classes);
  const shared = Object.entries(all[0]?.attributes ?? {}).filter(([name, attribute]) =>
    all.every(({ attributes }) => {
      const other = attributes[name];
      return other?.type === attribute.type && other.object_type === attribute.object_type;
    }),
  );
  // Numbers of class, category, type and activity are each class's own.
  const common = Object.fromEntries(shared.map(([name, { enum: _, ...attribute }]) => [name, attribute]));
  return {
    definitions: { $defs },
    classes: new Map(all.map((of) => [of.uid, definition(of, types, false)])),
    common: definition({ attributes: common }, types, true),
  };
}

function definition(of: Definition, types: Extract['types'], open: boolean): Schema {
  const attributes = Object.entries(of.attributes);
  const schema: Schema = {
    type: 'object',
    properties: Object.fromEntries(attributes.map(([name, attribute]) => [name, attributeSchema(attribute, types)])),
    required: attributes.filter(([, attribute]) => attribute.requirement === 'required').map(([name]) => name),
    additionalProperties: open,
  };
  const anyOf = of.constraints?.at_least_one;
  if (anyOf !== undefined) schema['anyOf'] = anyOf.map((name) => ({ required: [name] }));
  return schema;
}

function attributeSchema(attribute: Attribute, types: Extract['types']): Schema {
  const one =
    attribute.object_type === undefined
      ? scalarSchema(attribute, types)
      : { $ref: `ocsf#/$defs/${attribute.object_type}` };
  return attribute.is_array === true ? { type: 'array', items: one } : one;
}

function scalarSchema(attribute: Attribute, types: Extract['types']): Schema {
  const type = types[attribute.type] ?? {};
  const base = type.type ?? attribute.type;
  const schema: Schema = {};
  if (base === 'string_t') {
    schema['type'] = 'string';
    const maxLength = type.max_len ?? types['string_t']?.max_len;
    if (maxLength !== undefined) schema['maxLength'] = maxLength;
    if (type.regex !== undefined) schema['pattern'] = type.regex;
  } else if (base === 'integer_t' || base === 'long_t') {
    schema['type'] = 'integer';
    if (type.range !== undefined) [schema['minimum'], schema['maximum']] = type.range;
    if (attribute.enum !== undefined) schema['enum'] = Object.keys(attribute.enum).map(Number);
  } else if (base === 'float_t') {
    schema['type'] = 'number';
  } else if (base === 'boolean_t') {
    schema['type'] = 'boolean';
  }
  // json_t is any value.
  return schema;
}
