import type { CloudTrailRecord } from './cloudtrail.ts';
import { object, text, whole, type JsonObject } from './json.ts';
import { parseInstant, toIso } from './time.ts';

/**
 * Who did it, from userIdentity. IAM Identity Center names people by credentialId, additionalEventData.UserName and
 * onBehalfOf instead of accessKeyId, userName and principalId.
 */
export function mapActor(record: CloudTrailRecord) {
  const identity = object(record.userIdentity);
  if (identity === undefined) return undefined;
  const behalf = object(identity['onBehalfOf']);
  const context = object(identity['sessionContext']);
  const accountId = text(identity['accountId']);
  const idpName = text(identity['identityProvider']) ?? federatedProvider(context);
  const idpUid = text(behalf?.['identityStoreArn']);
  return whole({
    user: whole({
      type: text(identity['type']),
      name: text(identity['userName']) ?? text(object(record.additionalEventData)?.['UserName']),
      uid: text(identity['arn']),
      uid_alt: text(identity['principalId']) ?? text(behalf?.['userId']),
      account: accountId === undefined ? undefined : { uid: accountId },
      credential_uid: text(identity['accessKeyId']) ?? text(identity['credentialId']),
    }),
    session: context === undefined ? undefined : mapSession(context),
    invoked_by: text(identity['invokedBy']),
    idp: whole({ name: idpName, uid: idpUid }),
  });
}

function mapSession(context: JsonObject) {
  const attributes = object(context['attributes']);
  const created = parseInstant(attributes?.['creationDate']);
  const isMfa = flag(attributes?.['mfaAuthenticated']);
  const issuer = text(object(context['sessionIssuer'])?.['arn']);
  return whole({ created_time_dt: created === undefined ? undefined : toIso(created), is_mfa: isMfa, issuer });
}

function federatedProvider(context: JsonObject | undefined): string | undefined {
  return text(object(context?.['webIdFederationData'])?.['federatedProvider']);
}

/** CloudTrail writes booleans as words, at times as booleans. */
export function flag(value: unknown): boolean | undefined {
  if (value === 'true' || value === true) return true;
  if (value === 'false' || value === false) return false;
  return undefined;
}
