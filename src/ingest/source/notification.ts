/** One object that a message says is there to read. */
export interface NotifiedObject {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  readonly etag?: string;
  /** Bytes. */
  readonly size?: number;
  /** ISO 8601. */
  readonly time?: string;
}

/**
 * What the body of a queue's message says. `objects` may be empty: removals and the like name nothing to read.
 * `unknown` is no notification that we know; such a message is not ours to delete.
 */
export type Notification =
  | { readonly kind: 'objects'; readonly objects: readonly NotifiedObject[] }
  | { readonly kind: 'test' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The whole text of what CloudTrail publishes to a topic to see whether it may. */
const CLOUDTRAIL_TEST = 'CloudTrail validation message.';

/** S3's operations after which there is an object to read. */
const MAKING_CALLS: ReadonlySet<unknown> = new Set(['PutObject', 'CompleteMultipartUpload', 'CopyObject']);

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads every shape in which a queue learns of objects: S3 event notifications (2.x), the same inside SNS or raw from
 * SNS, EventBridge, Security Lake's subscriber notification, CloudTrail's own SNS message, and what S3 and
 * CloudTrail send as a test.
 */
export function parseNotification(body: string): Notification {
  if (body === CLOUDTRAIL_TEST) return { kind: 'test' };
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return { kind: 'unknown', reason: 'not JSON' };
  }
  if (!isObject(message)) return { kind: 'unknown', reason: 'not a JSON object' };

  if (message['Type'] === 'Notification' && typeof message['Message'] === 'string')
    return parseNotification(message['Message']);
  if (message['Event'] === 's3:TestEvent') return { kind: 'test' };
  if (Array.isArray(message['Records'])) return fromRecords(message['Records']);
  if (message['source'] === 'aws.s3' && isObject(message['detail'])) return fromEventBridge(message, message['detail']);
  if (typeof message['s3Bucket'] === 'string' && isStrings(message['s3ObjectKey']))
    return fromCloudTrail(message['s3Bucket'], message['s3ObjectKey']);
  return { kind: 'unknown', reason: `neither S3, SNS, EventBridge nor Security Lake: ${keysOf(message)}` };
}

/** S3's own notification, versions 2.0 to 2.x. Keys are form-urlencoded. */
function fromRecords(records: readonly unknown[]): Notification {
  const objects: NotifiedObject[] = [];
  for (const record of records) {
    if (!isObject(record) || record['eventSource'] !== 'aws:s3' || typeof record['eventName'] !== 'string')
      return { kind: 'unknown', reason: 'a record that is not of S3' };
    if (!/^(s3:)?Object(Created:|Restore:Completed)/.test(record['eventName'])) continue;
    const object = notified(record['s3'], record['eventTime'], decodeKey);
    if (object === undefined) return { kind: 'unknown', reason: 'a record without bucket and key' };
    objects.push(object);
  }
  return records.length === 0 ? { kind: 'unknown', reason: 'no records' } : { kind: 'objects', objects };
}

/** EventBridge, and Security Lake's form of it, which has no `detail-type`. Keys are as they are. */
function fromEventBridge(message: Json, detail: Json): Notification {
  const type = message['detail-type'];
  if (type === 'AWS API Call via CloudTrail') return fromApiCall(message, detail);
  if (type !== undefined && type !== 'Object Created' && type !== 'Object Restore Completed')
    return typeof type === 'string' && type.startsWith('Object ')
      ? { kind: 'objects', objects: [] }
      : { kind: 'unknown', reason: 'an event of S3 that is not about an object' };
  const object = notified(detail, message['time'], (key) => key);
  return object === undefined
    ? { kind: 'unknown', reason: 'an event without bucket and key' }
    : { kind: 'objects', objects: [object] };
}

/** CloudTrail's record of the call that made an object, as EventBridge passes it on. Keys are as they are. */
function fromApiCall(message: Json, detail: Json): Notification {
  if (!MAKING_CALLS.has(detail['eventName'])) return { kind: 'unknown', reason: 'a call that makes no object' };
  if (typeof detail['errorCode'] === 'string') return { kind: 'objects', objects: [] };
  const { bucketName, key } = isObject(detail['requestParameters']) ? detail['requestParameters'] : {};
  const made = notified({ bucket: { name: bucketName }, object: { key } }, message['time'], (plain) => plain);
  return made === undefined
    ? { kind: 'unknown', reason: 'a call without bucket and key' }
    : { kind: 'objects', objects: [made] };
}

/** What CloudTrail itself publishes to SNS for each delivery. Keys are as they are. */
function fromCloudTrail(bucket: string, keys: readonly string[]): Notification {
  return { kind: 'objects', objects: keys.map((key) => ({ bucket, key })) };
}

function notified(parent: unknown, time: unknown, decode: (key: string) => string): NotifiedObject | undefined {
  const { bucket, object } = isObject(parent) ? parent : {};
  if (!isObject(bucket) || !isObject(object)) return undefined;
  const { key, size } = object;
  const etag = object['eTag'] ?? object['etag'];
  if (typeof bucket['name'] !== 'string' || bucket['name'] === '' || typeof key !== 'string' || key === '')
    return undefined;
  return {
    bucket: bucket['name'],
    key: decode(key),
    ...(typeof etag === 'string' && etag !== '' ? { etag: etag.replaceAll('"', '') } : {}),
    ...(Number.isSafeInteger(size) && Number(size) >= 0 ? { size: Number(size) } : {}),
    ...(isTime(time) ? { time } : {}),
  };
}

/** What the ledger takes for a time; it would refuse the whole claim for another text. */
function isTime(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

/** `a+b%2Bc%3Dd` → `a b+c=d`. A key that is not encoded as promised is taken as it is. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string' && each !== '');
}

function keysOf(message: Json): string {
  return Object.keys(message).slice(0, 8).join(', ').slice(0, 200);
}
