import type { CloudTrailRecord } from './cloudtrail.ts';
import { text, whole, type JsonObject } from './json.ts';

/** Security Lake's own stand-in for a request without an id: two apostrophes. */
export const NO_REQUEST_ID = "''";

export function mapApi(record: CloudTrailRecord, insight: JsonObject | undefined) {
  return {
    operation: text(record.eventName) ?? text(insight?.['eventName']),
    service: whole({ name: text(record.eventSource) ?? text(insight?.['eventSource']) }),
    version: text(record.apiVersion),
    request: { uid: text(record.requestID) ?? NO_REQUEST_ID, data: text(record.requestParameters) },
    response: mapResponse(record),
  };
}

function mapResponse(record: CloudTrailRecord) {
  const data = text(record.responseElements);
  const error = text(record.errorCode);
  const message = text(record.errorMessage);
  return whole({ error, message, data });
}
