/** OCSF 1.0.0 release candidates (Security Lake's source version 1): what is renamed, under the names of 1.1.0. */
import { API_ACTIVITY, CATEGORIES } from './classify.ts';
import { isObject, object, text, type JsonObject } from './json.ts';

const CANDIDATE_API_ACTIVITY = 3005;

export function isCandidate(version: unknown): boolean {
  return typeof version === 'string' && /^(0\.|1\.0\.0-)/.test(version);
}

/**
 * Renames in place what release candidates of 1.0.0 called otherwise: the ARN was `uuid` beside the principal id in `uid`,
 * accounts and organizations were plain ids, API Activity was class 3005 of the category Audit Activity.
 */
export function fromCandidate(event: JsonObject): void {
  if (event['class_uid'] === CANDIDATE_API_ACTIVITY && event['class_name'] === 'API Activity') {
    event['class_uid'] = API_ACTIVITY;
    event['category_uid'] = Math.trunc(API_ACTIVITY / 1000);
    const activity = event['activity_id'];
    if (typeof activity === 'number') event['type_uid'] = API_ACTIVITY * 100 + activity;
  }
  const category = CATEGORIES[event['category_uid'] as number];
  if (category !== undefined) event['category_name'] = category;
  const actor = object(event['actor']);
  swapUids(object(actor?.['user']));
  swapUids(object(event['user']));
  if (event['status_id'] === 0 && event['status'] === 'Other') {
    // "Other" was written where the record says nothing.
    event['status_id'] = undefined;
    event['status'] = undefined;
  }
}

function swapUids(user: JsonObject | undefined): void {
  if (user === undefined) return;
  const { uid, uuid, uid_alt } = user as { uid?: unknown; uuid?: unknown; uid_alt?: unknown };
  if (uid_alt !== undefined || (typeof uid === 'string' && uid.startsWith('arn:'))) return;
  user['uid_alt'] = uid;
  user['uid'] = text(uuid);
  user['uuid'] = undefined;
}

/** Old names that are told by themselves, whatever the version says. */
export function renameOld(event: JsonObject): void {
  if (typeof event['mfa'] === 'boolean') move(event, 'mfa', event, 'is_mfa');
  const actor = object(event['actor']);
  if (actor !== undefined) {
    renameSession(object(actor['session']));
    renameUser(object(actor['user']));
    // 1.2 and later
    if (actor['invoked_by'] === undefined && typeof actor['app_name'] === 'string')
      actor['invoked_by'] = actor['app_name'];
  }
  renameUser(object(event['user']));
  const cloud = object(event['cloud']);
  if (cloud !== undefined) renameOwner(cloud);
  if (Array.isArray(event['resources']))
    for (const resource of event['resources'] as unknown[])
      if (isObject(resource) && resource['account_uid'] !== undefined) {
        const owner = (resource['owner'] ??= {});
        if (isObject(owner)) nest(resource, 'account_uid', owner, 'account', 'uid');
      }
  // 1.4 and later
  const { policies } = event as { policies?: unknown };
  if (event['policy'] === undefined && Array.isArray(policies) && isObject(policies[0]))
    event['policy'] = { name: text(policies[0]['name']), uid: text(policies[0]['uid']) };
}

function renameSession(session: JsonObject | undefined): void {
  if (session !== undefined && typeof session['mfa'] === 'boolean') move(session, 'mfa', session, 'is_mfa');
}

function renameUser(user: JsonObject | undefined): void {
  if (user === undefined) return;
  renameOwner(user);
  // 1.6 and later
  const { programmatic_credentials: credentials } = user as { programmatic_credentials?: unknown };
  if (user['credential_uid'] === undefined && Array.isArray(credentials) && isObject(credentials[0]))
    if (typeof credentials[0]['uid'] === 'string') user['credential_uid'] = credentials[0]['uid'];
}

function renameOwner(holder: JsonObject): void {
  if (holder['account_uid'] !== undefined) nest(holder, 'account_uid', holder, 'account', 'uid');
  if (holder['account_name'] !== undefined) nest(holder, 'account_name', holder, 'account', 'name');
  if (holder['account_type'] !== undefined) nest(holder, 'account_type', holder, 'account', 'type');
  if (holder['org_uid'] !== undefined) nest(holder, 'org_uid', holder, 'org', 'uid');
}

/** Moves `from.old` to `holder.member.name`, unless something is there. */
function nest(from: JsonObject, old: string, holder: JsonObject, member: string, name: string): void {
  const target = (holder[member] ??= {});
  if (isObject(target)) move(from, old, target, name);
}

function move(from: JsonObject, old: string, to: JsonObject, name: string): void {
  const value = typeof from[old] === 'boolean' ? from[old] : text(from[old]);
  if (value === undefined || to[name] !== undefined) return;
  to[name] = value;
  from[old] = undefined;
}
