import type { Origin, RecordSink } from './decode/record-sink.ts';
import { isObject, object, toJson, type JsonObject } from './map/json.ts';
import { isOcsf } from './map/normalise.ts';
import type { EncodeOptions } from './ports.ts';
import { createRecordProcessor } from './record.ts';
import { createValidator, type Violation } from './validate.ts';

/** What validation says of one record. Valid where `violations` is empty and there is no `rejected`. */
export interface Verdict {
  /** 1-based number of the record in its file. */
  readonly position: number;
  readonly uid?: string;
  readonly class_uid?: number;
  readonly violations: readonly Violation[];
  /** Why the record is no event that could be checked; a reason of `Rejected`. */
  readonly rejected?: { readonly reason: string; readonly message: string };
}

const AS_INGESTED: Omit<EncodeOptions, 'now'> = { indexPrefix: '', period: 'year', filters: {} };

/**
 * A sink that checks each record and tells the verdict. OCSF events are checked as they are; raw CloudTrail records, and with
 * `mapped` all, as `ingest` would index them.
 */
export function validatingSink(
  options: { mapped: boolean; now: number },
  tell: (verdict: Verdict) => void,
): RecordSink {
  const validate = createValidator();
  const toDocument = createRecordProcessor({ ...AS_INGESTED, now: options.now });
  let position = 0;

  function check(value: unknown): Verdict {
    // Long integers were read as bigints, which the schema does not know.
    if (!options.mapped && isObject(value) && isOcsf(value)) return verdict(JSON.parse(toJson(value)) as JsonObject);
    const result = toDocument(value);
    if (result.kind === 'document') return verdict(JSON.parse(result.source) as JsonObject);
    const rejected =
      result.kind === 'rejected'
        ? { reason: result.reason, message: result.message }
        : { reason: 'filtered', message: '' };
    return { position, violations: [], rejected };
  }

  function verdict(event: JsonObject): Verdict {
    const uid = object(event['metadata'])?.['uid'];
    const { class_uid } = event;
    return {
      position,
      ...(typeof uid === 'string' ? { uid } : {}),
      ...(typeof class_uid === 'number' ? { class_uid } : {}),
      violations: validate(event),
    };
  }

  return {
    record(value: unknown, _origin: Origin) {
      position += 1;
      tell(check(value));
    },
    reject(reason, message) {
      position += 1;
      tell({ position, violations: [], rejected: { reason, message } });
    },
  };
}
