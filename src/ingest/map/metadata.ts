import type { CloudTrailRecord } from './cloudtrail.ts';
import { text, type JsonObject } from './json.ts';

export const OCSF_VERSION = '1.1.0';

/** Where the source does not say in which version it writes. */
export const NO_VERSION = 'unknown';

/** What Security Lake writes where a record has no eventCategory (it came with eventVersion 1.06). */
const ANY_CATEGORY = 'Management, Data, and Insights';

export function mapMetadata(record: CloudTrailRecord) {
  const eventVersion = text(record.eventVersion);
  return {
    uid: text(record.eventID),
    version: OCSF_VERSION,
    log_version: eventVersion ?? NO_VERSION,
    event_code: text(record.eventType),
    // Events of one action that went to several accounts share it.
    correlation_uid: text(record.sharedEventID),
    product: {
      name: 'CloudTrail',
      vendor_name: 'AWS',
      version: eventVersion,
      feature: { name: text(record.eventCategory) ?? ANY_CATEGORY },
    },
    profiles: ['cloud', 'datetime'],
  };
}

/** CloudTrail under the names that Security Lake and other writers of OCSF give it. */
export function isCloudTrail(product: JsonObject | undefined): boolean {
  const name = product?.['name'];
  return name === 'CloudTrail' || (typeof name === 'string' && /^(aws )?cloudtrail$/i.test(name));
}
