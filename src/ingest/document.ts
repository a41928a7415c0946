import { createHash } from 'node:crypto';
import { isAggregated } from './map/cloudtrail.ts';
import { canonicalJson, object, text, type JsonObject } from './map/json.ts';
import { isCloudTrail } from './map/metadata.ts';
import { periodOf } from '../names.ts';
import type { Period } from './ports.ts';

/** OpenSearch refuses longer ids. */
const MAX_ID_BYTES = 512;
/** Nothing in CloudTrail is older: the service started in November 2013. */
const EARLIEST = Date.UTC(2013, 0, 1);
const DAY = 86_400_000;

/**
 * The document id of a CloudTrail record: its eventID. Without a usable one, a hash of the record as it was read,
 * never of the mapped event, so that a better mapping gives no event a second id.
 */
export function cloudTrailId(record: JsonObject): string {
  const id = isAggregated(record) ? record['eventId'] : record['eventID'];
  return isUsable(id) ? id : hash('record', canonicalJson(record));
}

/** As `cloudTrailId`, for an OCSF event as it was read: uids of other products are told apart by product and class. */
export function ocsfId(event: JsonObject): string {
  const metadata = object(event['metadata']);
  const uid = metadata?.['uid'];
  if (!isUsable(uid)) return hash('record', canonicalJson(event));
  const product = object(metadata?.['product']);
  if (isCloudTrail(product)) return uid;
  // A number and the bigint that Parquet gives are one class; what is neither may have a `toString` of its own.
  const classUid = text(event['class_uid']) ?? 'undefined';
  return hash('event', canonicalJson([product?.['vendor_name'], product?.['name'], classUid, uid]));
}

/** Why an event of this time has no index, or undefined when it has one. */
export function timeFault(
  time: number | undefined,
  now: number,
): { reason: 'no_time' | 'time_out_of_range'; message: string } | undefined {
  if (time === undefined) return { reason: 'no_time', message: 'the event has no time that can be read' };
  if (time >= EARLIEST && time <= now + DAY) return undefined;
  return {
    reason: 'time_out_of_range',
    message: `the event's time ${new Date(time).toISOString()} is before 2013 or more than a day ahead of the clock`,
  };
}

/** Names the index of an instant; remembers the last answer, because events of one object are of one day. */
export function indexNamer(prefix: string, period: Period): (time: number) => string {
  let day = NaN;
  let name = '';
  return (time) => {
    const current = Math.floor(time / DAY);
    if (current !== day) {
      day = current;
      name = prefix + periodOf(time, period);
    }
    return name;
  };
}

function isUsable(uid: unknown): uid is string {
  // A lone surrogate has no UTF-8.
  if (typeof uid !== 'string' || uid === '' || /\p{Surrogate}/u.test(uid)) return false;
  return uid.length * 3 <= MAX_ID_BYTES || Buffer.byteLength(uid) <= MAX_ID_BYTES;
}

/** 43 characters. The kind keeps hashes of different things apart. */
function hash(kind: string, value: string): string {
  return createHash('sha256').update(`${kind}\n`).update(value).digest('base64url');
}
