import type { CloudTrailRecord } from './cloudtrail.ts';
import { dataOf, object, text, whole, word, type JsonObject } from './json.ts';

/** Operations that act on nobody but the caller. */
const OWN = new Set(['ChangePassword', 'PasswordUpdated', 'EmailUpdated']);

/** Operations that act on the caller when they name nobody. Source: IAM API reference, where `UserName` is optional. */
const OWN_UNLESS_NAMED = new Set([
  'CreateAccessKey',
  'UpdateAccessKey',
  'DeleteAccessKey',
  'CreateLoginProfile',
  'DeleteLoginProfile',
  'DeactivateMFADevice',
]);

export interface User {
  readonly name: string | undefined;
  readonly uid: string | undefined;
  readonly uid_alt: string | undefined;
}

/** The user or role that an Account Change event changes. Absent where it is a group, a policy or the account. */
export function mapChangedUser(record: CloudTrailRecord, actor: Partial<User> | undefined): User | undefined {
  const request = dataOf(record.requestParameters);
  // A refused request is logged without its parameters: whom it was about is not known.
  const isKnown = request !== undefined || !text(record.errorCode)?.startsWith('AccessDenied');
  const user = changedUser(request, dataOf(record.responseElements));
  return user ?? changedCaller(String(record.eventName), isKnown, actor);
}

export function changedUser(request: JsonObject | undefined, response: JsonObject | undefined): User | undefined {
  const made = object(response?.['user']) ?? object(response?.['role']);
  return whole({
    name:
      text(request?.['userName']) ??
      text(request?.['roleName']) ??
      text(made?.['userName']) ??
      text(made?.['roleName']) ??
      text(object(response?.['accessKey'])?.['userName']),
    uid: text(made?.['arn']),
    uid_alt: text(made?.['userId']) ?? text(made?.['roleId']),
  });
}

/** The caller, where an Account Change that names nobody changes the caller. `isKnown` is whether it is known what was asked. */
export function changedCaller(operation: string, isKnown: boolean, actor: Partial<User> | undefined): User | undefined {
  if (!OWN.has(operation) && !(isKnown && OWN_UNLESS_NAMED.has(operation))) return undefined;
  return whole({ name: actor?.name, uid: actor?.uid, uid_alt: actor?.uid_alt });
}

/**
 * Who is signed in by an Authentication event: the role taken on, or the caller; by the actor's name where there is no ARN,
 * because OCSF 1.1.0 requires a user here and wants to know a name or an id of it.
 */
export function mapSignedInUser(record: CloudTrailRecord, actor: Partial<User> | undefined): User | undefined {
  const request = dataOf(record.requestParameters);
  const self = object(record.userIdentity);
  const role = text(request?.['roleArn']);
  const name = text(request?.['roleSessionName']);
  const uid = role ?? text(self?.['arn']);
  if (word(uid) === undefined && word(name) === undefined) return signedInActor({ name, uid }, actor);
  return { name, uid, uid_alt: role === undefined ? text(self?.['principalId']) : undefined };
}

/** A user without a name and a uid, or with empty ones, with those of the actor. */
export function signedInActor(user: Partial<User>, actor: Partial<User> | undefined): User | undefined {
  return whole({
    name: actor?.name ?? user.name,
    uid: actor?.uid ?? user.uid,
    uid_alt: user.uid_alt ?? actor?.uid_alt,
  });
}

/** The session that AssumeRole and its kin open: what the new credentials' events carry as actor.user. */
export function openedSession(response: JsonObject | undefined) {
  const role = object(response?.['assumedRoleUser']);
  const uid = text(role?.['arn']);
  const key = text(object(response?.['credentials'])?.['accessKeyId']);
  if (uid === undefined && key === undefined) return undefined;
  return { uid, uid_alt: text(role?.['assumedRoleId']), credential_uid: key };
}

/** The policy that an Account Change event attaches, detaches, writes or deletes. */
export function changedPolicy(request: JsonObject | undefined) {
  const uid = text(request?.['policyArn']);
  const name = text(request?.['policyName']);
  return whole({ uid, name });
}
