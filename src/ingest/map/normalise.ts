import { isObject, object, type JsonObject } from './json.ts';
import { OCSF_VERSION } from './metadata.ts';
import { parseInstant, toIso } from './time.ts';

/** Whether an object is an OCSF event, of any version and class. */
export function isOcsf(record: JsonObject): boolean {
  if (record['class_uid'] !== undefined && record['class_uid'] !== null) return true;
  return isObject(record['metadata']) && (record['time'] !== undefined || record['time_dt'] !== undefined);
}

/** Brings an OCSF event to the 1.1.0 shape, in place. */
export function normalise(event: JsonObject): JsonObject {
  const time = parseInstant(event['time']) ?? parseInstant(event['time_dt']);
  event['time'] = time;
  if (time !== undefined) event['time_dt'] = toIso(time);
  const metadata = object(event['metadata']);
  if (metadata !== undefined) {
    metadata['log_version'] ??= metadata['version'];
    metadata['version'] = OCSF_VERSION;
  }
  return event;
}
