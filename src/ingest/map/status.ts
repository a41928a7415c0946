import { AUTHENTICATION } from './classify.ts';
import type { CloudTrailRecord } from './cloudtrail.ts';
import { dataOf, object, text, word } from './json.ts';

export interface Status {
  readonly status: string;
  readonly status_id: number;
}

export const SUCCESS: Status = { status: 'Success', status_id: 1 };
export const FAILURE: Status = { status: 'Failure', status_id: 2 };

export const STATUSES: Readonly<Record<number, string>> = { 0: 'Unknown', 1: 'Success', 2: 'Failure', 99: 'Other' };

export const SEVERITIES: Readonly<Record<number, string>> = {
  0: 'Unknown',
  1: 'Informational',
  2: 'Low',
  3: 'Medium',
  4: 'High',
  5: 'Critical',
  6: 'Fatal',
  99: 'Other',
};

/**
 * Failure where there is an error code. A sign-in has its verdict in responseElements or serviceEventDetails, under the
 * event's own name, and may fail without an error code.
 */
export function mapStatus(record: CloudTrailRecord, classUid: number): Status {
  if (classUid === AUTHENTICATION) {
    const name = String(record.eventName);
    const verdict = word(dataOf(record.responseElements)?.[name]) ?? word(object(record.serviceEventDetails)?.[name]);
    if (verdict !== undefined) return statusOf(verdict);
    if (word(record.errorMessage) !== undefined) return FAILURE;
  }
  return text(record.errorCode) === undefined ? SUCCESS : FAILURE;
}

/** The status that a word stands for; OCSF keeps a source's own word under id 99. */
export function statusOf(verdict: string): Status {
  if (verdict === 'Success') return SUCCESS;
  if (verdict === 'Failure') return FAILURE;
  if (verdict === 'Unknown') return { status: verdict, status_id: 0 };
  return { status: verdict, status_id: 99 };
}
