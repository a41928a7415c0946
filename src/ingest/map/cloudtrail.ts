import { isObject } from './json.ts';

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
  [key: string]: unknown;
}

/** Whether an object is a CloudTrail record or an Insights event (and no S3 notification, which has much the same fields). */
export function isCloudTrailRecord(record: CloudTrailRecord): boolean {
  if (isObject(record.insightDetails)) return true;
  if (typeof record.eventName !== 'string' || typeof record.eventSource !== 'string') return false;
  return !record.eventSource.startsWith('aws:');
}
