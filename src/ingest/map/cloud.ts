import type { CloudTrailRecord } from './cloudtrail.ts';
import { object, text } from './json.ts';

/** The account is the one that received the event: before eventVersion 1.02 that was always the caller's. */
export function mapCloud(record: CloudTrailRecord) {
  const account = text(record.recipientAccountId) ?? text(object(record.userIdentity)?.['accountId']);
  return {
    provider: 'AWS',
    region: text(record.awsRegion),
    account: account === undefined ? undefined : { uid: account },
  };
}
