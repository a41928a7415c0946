import { isObject, object } from './json.ts';

/**
 * A CloudTrail record, eventVersion 1.0 to 1.11, as it is read: nothing is guaranteed but that it is an object.
 * Source: AWS CloudTrail user guide, "CloudTrail record contents" and "userIdentity element".
 */
export interface CloudTrailRecord {
  eventVersion?: unknown;
  eventTime?: unknown;
  eventID?: unknown;
  eventName?: unknown;
  eventSource?: unknown;
  eventType?: unknown;
  eventCategory?: unknown;
  awsRegion?: unknown;
  recipientAccountId?: unknown;
  sharedEventID?: unknown;
  apiVersion?: unknown;
  requestID?: unknown;
  sourceIPAddress?: unknown;
  userAgent?: unknown;
  vpcEndpointId?: unknown;
  errorCode?: unknown;
  errorMessage?: unknown;
  requestParameters?: unknown;
  responseElements?: unknown;
  additionalEventData?: unknown;
  serviceEventDetails?: unknown;
  userIdentity?: unknown;
  resources?: unknown;
  insightDetails?: unknown;
  timeWindow?: unknown;
  [key: string]: unknown;
}

/** Whether an object is a CloudTrail record, an Insights event or an aggregated event (and no S3 notification, which has much the same fields). */
export function isCloudTrailRecord(record: CloudTrailRecord): boolean {
  if (isObject(record.insightDetails) || isAggregated(record)) return true;
  if (typeof record.eventName !== 'string' || typeof record.eventSource !== 'string') return false;
  return !record.eventSource.startsWith('aws:');
}

/** Whether a record sums up the data events of some minutes. Such a record has names of its own for its id, account and time. */
export function isAggregated(record: CloudTrailRecord): boolean {
  return record.eventType === 'AwsAggregatedEvent';
}

/** An aggregated event under the names of other records. */
export function fromAggregated({ eventId, accountId, ...record }: CloudTrailRecord): CloudTrailRecord {
  const eventTime = object(record.timeWindow)?.['windowStart'];
  return { ...record, eventID: eventId, recipientAccountId: accountId, eventTime };
}
