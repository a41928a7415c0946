import type { CloudTrailRecord } from './cloudtrail.ts';
import { object, text } from './json.ts';

/** Operations that act on the caller when they name nobody. */
const SELF_SERVICE = new Set([
  'ChangePassword',
  'PasswordUpdated',
  'EmailUpdated',
  'CreateAccessKey',
  'DeleteAccessKey',
]);

export interface User {
  readonly name: string | undefined;
  readonly uid: string | undefined;
  readonly uid_alt: string | undefined;
}

/** The user or role that an Account Change event changes. Absent where it is a group, a policy or the account. */
export function mapChangedUser(record: CloudTrailRecord): User | undefined {
  const request = object(record.requestParameters);
  const response = object(record.responseElements);
  const made = object(response?.['user']) ?? object(response?.['role']);
  const user = {
    name:
      text(request?.['userName']) ??
      text(request?.['roleName']) ??
      text(made?.['userName']) ??
      text(made?.['roleName']) ??
      text(object(response?.['accessKey'])?.['userName']),
    uid: text(made?.['arn']),
    uid_alt: text(made?.['userId']) ?? text(made?.['roleId']),
  };
  if (user.name !== undefined || user.uid !== undefined || user.uid_alt !== undefined) return user;
  if (!SELF_SERVICE.has(String(record.eventName))) return undefined;
  const self = object(record.userIdentity);
  return whole({ name: text(self?.['userName']), uid: text(self?.['arn']), uid_alt: text(self?.['principalId']) });
}

/** Who is signed in by an Authentication event: the role taken on, or the caller. */
export function mapSignedInUser(record: CloudTrailRecord): User | undefined {
  const request = object(record.requestParameters);
  const self = object(record.userIdentity);
  const role = text(request?.['roleArn']);
  return whole({
    name: text(request?.['roleSessionName']),
    uid: role ?? text(self?.['arn']),
    uid_alt: role === undefined ? text(self?.['principalId']) : undefined,
  });
}

/** The session that AssumeRole and its kin open: what the new credentials' events carry as actor.user. */
export function mapOpenedSession(record: CloudTrailRecord) {
  const response = object(record.responseElements);
  const role = object(response?.['assumedRoleUser']);
  const uid = text(role?.['arn']);
  const key = text(object(response?.['credentials'])?.['accessKeyId']);
  if (uid === undefined && key === undefined) return undefined;
  return { uid, uid_alt: text(role?.['assumedRoleId']), credential_uid: key };
}

/** The policy that an Account Change event attaches, detaches, writes or deletes. */
export function mapPolicy(record: CloudTrailRecord) {
  const request = object(record.requestParameters);
  const uid = text(request?.['policyArn']);
  const name = text(request?.['policyName']);
  return uid === undefined && name === undefined ? undefined : { uid, name };
}

function whole(user: User): User | undefined {
  return user.name === undefined && user.uid === undefined && user.uid_alt === undefined ? undefined : user;
}
