import { flag } from './actor.ts';
import { API_ACTIVITY, AUTHENTICATION } from './classify.ts';
import type { CloudTrailRecord } from './cloudtrail.ts';
import { flatten, flattenObject, type Flat } from './flat.ts';
import { isObject, object, text } from './json.ts';
import { parseInstant } from './time.ts';

/** Top-level fields that have a place in OCSF. recipientAccountId and sharedEventID stay here too, as in Security Lake. */
const MAPPED = new Set(
  `eventVersion eventTime eventID eventName eventSource eventType eventCategory awsRegion apiVersion requestID
   sourceIPAddress userAgent vpcEndpointId errorCode errorMessage requestParameters responseElements`.split(/\s+/),
);

const IDENTITY_MAPPED = new Set(
  `type userName arn principalId accountId accessKeyId invokedBy identityProvider
   sessionContext.attributes.creationDate sessionContext.attributes.mfaAuthenticated sessionContext.sessionIssuer.arn
   sessionContext.webIdFederationData.federatedProvider onBehalfOf.identityStoreArn`
    .split(/\s+/)
    .map((path) => `userIdentity.${path}`),
);
const RESOURCE_MAPPED = new Set(['resources[].ARN', 'resources[].accountId', 'resources[].type']);

/** Everything of a record that went nowhere else, so that nothing is lost. */
export function mapUnmapped(record: CloudTrailRecord, classUid: number): Flat | undefined {
  const out: Flat = {};
  let any = false;
  for (const key of Object.keys(record)) {
    if (MAPPED.has(key)) continue;
    any = true;
    const value = record[key];
    if (key === 'userIdentity' && isObject(value)) flattenObject(out, 'userIdentity.', value, IDENTITY_MAPPED, 1);
    else if (key === 'resources' && classUid === API_ACTIVITY) flatten(out, key, value, RESOURCE_MAPPED);
    else flatten(out, key, value);
  }
  if (!any) return undefined;
  settleIdentity(out, record);
  if (classUid === AUTHENTICATION) settleSignIn(out, record);
  for (const _ in out) return out;
  return undefined;
}

/** Takes out what the actor used in place of an absent field, and puts back what it did not use or could not read. */
function settleIdentity(out: Flat, record: CloudTrailRecord): void {
  const identity = object(record.userIdentity);
  if (identity === undefined) return;
  if (identity['credentialId'] !== undefined && text(identity['accessKeyId']) === undefined)
    delete out['userIdentity.credentialId'];
  if (identity['onBehalfOf'] !== undefined && text(identity['principalId']) === undefined)
    delete out['userIdentity.onBehalfOf.userId'];
  if (text(identity['userName']) === undefined && out['additionalEventData.UserName'] !== undefined)
    delete out['additionalEventData.UserName'];
  const context = object(identity['sessionContext']);
  if (text(identity['identityProvider']) !== undefined) {
    const federated = object(context?.['webIdFederationData'])?.['federatedProvider'];
    flatten(out, 'userIdentity.sessionContext.webIdFederationData.federatedProvider', federated);
  }
  const attributes = object(context?.['attributes']);
  if (attributes === undefined) return;
  const { creationDate, mfaAuthenticated } = attributes as { creationDate?: unknown; mfaAuthenticated?: unknown };
  if (parseInstant(creationDate) === undefined)
    flatten(out, 'userIdentity.sessionContext.attributes.creationDate', creationDate);
  if (flag(mfaAuthenticated) === undefined)
    flatten(out, 'userIdentity.sessionContext.attributes.mfaAuthenticated', mfaAuthenticated);
}

/** LoginTo and MFAUsed have attributes of their own in Authentication. */
function settleSignIn(out: Flat, record: CloudTrailRecord): void {
  const extra = object(record.additionalEventData);
  if (extra === undefined) return;
  if (typeof extra['LoginTo'] === 'string') delete out['additionalEventData.LoginTo'];
  if (extra['MFAUsed'] === 'Yes' || extra['MFAUsed'] === 'No') delete out['additionalEventData.MFAUsed'];
}
