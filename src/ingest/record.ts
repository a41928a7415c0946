import { messageOf } from '../errors.ts';
import { cloudTrailId, indexNamer, ocsfId, timeFault } from './document.ts';
import { encode, fit } from './encode.ts';
import { compileFilter, filterKey } from './filter.ts';
import { isCloudTrailRecord } from './map/cloudtrail.ts';
import { isObject, object, type JsonObject } from './map/json.ts';
import { mapCloudTrail } from './map/map.ts';
import { isOcsf, normalise } from './map/normalise.ts';
import type { EncodeOptions } from './ports.ts';
import { splitUnmapped } from './fit-unmapped.ts';

/** What became of one record. */
export type RecordResult =
  | {
      readonly kind: 'document';
      readonly id: string;
      readonly index: string;
      /** JSON text of the document, at most 10 MiB of UTF-8. */
      readonly source: string;
    }
  /** Left out by a filter. */
  | { readonly kind: 'skipped' }
  /** Can never become a document. The reason is one of the words of `Rejected.reason`. */
  | { readonly kind: 'rejected'; readonly reason: string; readonly message: string };

/** Bytes. OpenSearch takes 100 MB a request; one document must leave room for its neighbours. */
export const MAX_DOCUMENT_BYTES = 10 * 1024 * 1024;

const SKIPPED: RecordResult = { kind: 'skipped' };

/**
 * Makes the function that turns one record, as read, into one document: a raw CloudTrail record, an Insights or aggregated
 * event, or an OCSF event of any version and class. It owns the record and may change it. It never throws.
 */
export function createRecordProcessor(options: EncodeOptions): (record: unknown) => RecordResult {
  const keep = compileFilter(options.filters);
  const indexOf = indexNamer(options.indexPrefix, options.period);

  function process(record: unknown): RecordResult {
    const found = mapRecord(record);
    if (found === undefined) return rejected('not_an_event', 'neither a CloudTrail record nor an OCSF event');
    const { event, id } = found;
    const time = event['time'] as number | undefined;
    const fault = timeFault(time, options.now);
    if (fault !== undefined) return rejected(fault.reason, fault.message);
    if (!keep(filterKey(event, time!))) return SKIPPED;
    splitUnmapped(event);
    const source = encode(event);
    if (source.length * 3 > MAX_DOCUMENT_BYTES && Buffer.byteLength(source) > MAX_DOCUMENT_BYTES)
      return rejected(
        'too_large',
        `the document has ${Buffer.byteLength(source)} bytes, more than ${MAX_DOCUMENT_BYTES}`,
      );
    return { kind: 'document', id, index: indexOf(time!), source };
  }

  return (record) => {
    try {
      return process(record);
    } catch (error) {
      // A record that the mapping did not foresee must not take its neighbours with it.
      return rejected('mapping_failed', messageOf(error));
    }
  };
}

function mapRecord(record: unknown): { event: JsonObject; id: string } | undefined {
  if (!isObject(record)) return undefined;
  if (isOcsf(record)) {
    const id = ocsfId(record);
    return { event: normalise(fit(record)), id };
  }
  const raw = unwrap(record);
  if (!isCloudTrailRecord(raw)) return undefined;
  return { event: mapCloudTrail(raw), id: cloudTrailId(raw) };
}

/** EventBridge delivers CloudTrail records as the `detail` of an event of its own. */
function unwrap(record: JsonObject): JsonObject {
  const type = record['detail-type'];
  if (typeof type !== 'string' || !type.endsWith('via CloudTrail')) return record;
  return object(record['detail']) ?? record;
}

function rejected(reason: string, message: string): RecordResult {
  return { kind: 'rejected', reason, message };
}
