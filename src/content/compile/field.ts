/** An OpenSearch mapping: an object with properties, or one property. */
export interface Mapping {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Mapping>>;
  readonly [parameter: string]: unknown;
}

/** How a field is indexed; `mappings/fields.yml` says what each word means. */
export type FieldType = 'keyword' | 'text' | 'ip' | 'date' | 'integer' | 'long' | 'boolean' | 'flat_object';

/** One entry of `mappings/fields.yml`. */
export interface Field {
  /** OCSF 1.1.0 attribute, with dots. */
  readonly path: string;
  readonly type: FieldType;
  readonly caption: string;
  readonly why: string;
  /** OCSF class that defines it, where CloudTrail's own classes do not. */
  readonly class?: string;
  /** False: found by value, never grouped or sorted by. Default: whatever the type allows. */
  readonly aggregatable?: false;
}

/**
 * The OpenSearch mapping of each type.
 *
 * What the mapping leaves to the encoder (`ingest/encode.ts`), because no parameter of the server forgives it:
 * an object where a keyword, text or boolean is mapped; a scalar where an object or flat_object is mapped; a boolean
 * that is not true or false (`ignore_malformed` does not exist for it); keys that are empty, or are a metadata field
 * of the server; dotted keys that cross a mapped path; a key or value of `unmapped` near Lucene's term limit of
 * 32,766 bytes. Everything else is forgiven here: `ignore_above` for long strings, `ignore_malformed` for numbers,
 * dates and addresses. The value then stays in `_source` and its field is listed in `_ignored`.
 */
const PROPERTIES: Readonly<Record<FieldType, Mapping>> = {
  // 8,191 characters of at most 4 bytes stay below the limit of a Lucene term.
  keyword: { type: 'keyword', ignore_above: 8191 },
  // Relevance scores mean nothing for logs, so lengths are not kept.
  text: { type: 'text', norms: false },
  ip: { type: 'ip', ignore_malformed: true },
  date: {
    type: 'date',
    // ISO 8601 in its common forms, epoch milliseconds, the basic form, and the space that SQL engines write.
    format:
      'strict_date_optional_time||epoch_millis||basic_date_time_no_millis||basic_date_time||yyyy-MM-dd HH:mm:ss[.SSSSSSSSS][.SSSSSS][.SSS][XXX][ z]',
    ignore_malformed: true,
  },
  integer: { type: 'integer', ignore_malformed: true },
  long: { type: 'long', ignore_malformed: true },
  boolean: { type: 'boolean' },
  flat_object: { type: 'flat_object' },
};

export function propertyOf(field: Field): Mapping {
  return field.aggregatable === false
    ? { ...PROPERTIES[field.type], doc_values: false }
    : { ...PROPERTIES[field.type] };
}

/** Whether OpenSearch can group and sort by the field. */
export function isAggregatable(field: Field): boolean {
  return field.aggregatable !== false && field.type !== 'text' && field.type !== 'flat_object';
}
