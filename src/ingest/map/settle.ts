import { NO_REQUEST_ID } from './api.ts';
import { ACCOUNT_CHANGE, API_ACTIVITY, AUTHENTICATION } from './classify.ts';
import { nameOf } from './endpoint.ts';
import type { Flat } from './flat.ts';
import { dataOf, fill, isObject, object, text, toJson, word, type JsonObject } from './json.ts';
import { mapObservables } from './observables.ts';
import { unflatten } from './request-data.ts';
import type { Resource } from './resources.ts';
import { FAILURE, statusOf, SUCCESS, type Status } from './status.ts';
import { changedCaller, changedPolicy, changedUser, openedSession, signedInActor, type User } from './user.ts';

/** Fills in, for CloudTrail events that came as OCSF, what `mapCloudTrail` writes and their source did not. */
export function settleCloudTrail(event: JsonObject, metadata: JsonObject, unmapped: Flat, candidate: boolean): void {
  if (unmapped['eventType'] !== undefined && metadata['event_code'] === undefined) {
    metadata['event_code'] = unmapped['eventType'];
    delete unmapped['eventType'];
    if (Object.keys(unmapped).length === 0) event['unmapped'] = undefined;
  }
  fill(metadata, 'correlation_uid', word(unmapped['sharedEventID']));
  event['severity_id'] ??= 1;
  const actorUser = object(object(event['actor'])?.['user']);
  settleAccount(event, actorUser);
  settleSource(object(event['src_endpoint']));
  const api = object(event['api']);
  if (api !== undefined) settleData(event, api, unmapped, candidate);
  const classUid = event['class_uid'];
  if (classUid === ACCOUNT_CHANGE) settleAccountChange(event, api, actorUser);
  if (classUid === AUTHENTICATION) settleAuthentication(event, api, unmapped, actorUser);
  if (event['status_id'] === undefined && event['status'] === undefined)
    setStatus(event, object(api?.['response'])?.['error'] === undefined ? SUCCESS : FAILURE);
  if (event['observables'] === undefined) fill(event, 'observables', observablesOf(event, actorUser));
}

function observablesOf(event: JsonObject, actorUser: JsonObject | undefined) {
  return mapObservables(
    event['class_uid'],
    word(actorUser?.['name']),
    object(event['src_endpoint']),
    word(object(event['user'])?.['name']),
    event['class_uid'] === API_ACTIVITY ? (event['resources'] as Resource[] | undefined) : undefined,
  );
}

/** The caller's account, where the event does not say whose event it is. */
function settleAccount(event: JsonObject, actorUser: JsonObject | undefined): void {
  const cloud = (event['cloud'] ??= { provider: 'AWS' }) as JsonObject;
  const account = object(cloud['account']);
  if (account?.['uid'] !== undefined) return;
  const uid = word(object(actorUser?.['account'])?.['uid']);
  if (uid !== undefined) cloud['account'] = { ...account, uid };
}

function settleSource(source: JsonObject | undefined): void {
  if (source === undefined) return;
  fill(source, 'name', nameOf(source['ip'] !== undefined, text(source['domain']), text(source['uid'])));
}

/** Some writers leave request and response flattened in `unmapped`. */
function settleData(event: JsonObject, api: JsonObject, unmapped: Flat, candidate: boolean): void {
  const request = object(api['request']);
  if (request?.['data'] === undefined) {
    let data = unflatten(unmapped, 'requestParameters.');
    if (candidate) data = restoreRequest(event, text(api['operation']) ?? '', data);
    if (data !== undefined) ((api['request'] ??= { uid: NO_REQUEST_ID }) as JsonObject)['data'] = toJson(data);
  }
  const response = object(api['response']);
  if (response?.['data'] === undefined) {
    let data = unflatten(unmapped, 'responseElements.');
    if (candidate) data = restoreResponse(event, text(api['operation']) ?? '', data);
    if (data !== undefined) ((api['response'] ??= {}) as JsonObject)['data'] = toJson(data);
  }
}

/** Release candidates took what they mapped out of the request data: it is in `user`. */
function restoreRequest(event: JsonObject, operation: string, data: JsonObject | undefined): JsonObject | undefined {
  const user = object(event['user']);
  const name = text(user?.['name']);
  if (event['class_uid'] === ACCOUNT_CHANGE) {
    if (name === undefined || operation === 'CreateServiceLinkedRole') return data;
    if (data?.['userName'] !== undefined || data?.['roleName'] !== undefined) return data;
    return { ...data, [/Role/.test(operation) ? 'roleName' : 'userName']: name };
  }
  if (event['class_uid'] !== AUTHENTICATION || !operation.startsWith('AssumeRole')) return data;
  const roleArn = text(user?.['uid']);
  if (name === undefined && roleArn === undefined) return data;
  return {
    ...(roleArn === undefined ? undefined : { roleArn }),
    ...(name === undefined ? undefined : { roleSessionName: name }),
    ...data,
  };
}

function restoreResponse(event: JsonObject, operation: string, data: JsonObject | undefined): JsonObject | undefined {
  if (operation === 'ConsoleLogin') {
    const status = word(event['status']);
    return status === undefined ? data : { ConsoleLogin: status, ...data };
  }
  if (event['class_uid'] !== ACCOUNT_CHANGE || data === undefined) return data;
  const user = object(event['user']);
  for (const kind of ['user', 'role']) {
    const made = data[kind];
    if (!isObject(made)) continue;
    fill(made, `${kind}Name`, user?.['name']);
    fill(made, `${kind}Id`, user?.['uid_alt']);
  }
  return data;
}

function settleAccountChange(
  event: JsonObject,
  api: JsonObject | undefined,
  actorUser: Partial<User> | undefined,
): void {
  const request = dataOf(object(api?.['request'])?.['data']);
  const response = dataOf(object(api?.['response'])?.['data']);
  const user = changedUser(request, response);
  if (user !== undefined) {
    const known = (event['user'] ??= {}) as JsonObject;
    fill(known, 'name', user.name);
    fill(known, 'uid', user.uid);
    fill(known, 'uid_alt', user.uid_alt);
  } else {
    // A source that writes the answer would have written a request, had there been parameters.
    const isKnown = request !== undefined || response !== undefined;
    fill(event, 'user', changedCaller(text(api?.['operation']) ?? '', isKnown, actorUser));
  }
  fill(event, 'policy', changedPolicy(request));
}

function settleAuthentication(
  event: JsonObject,
  api: JsonObject | undefined,
  unmapped: Flat,
  actorUser: Partial<User> | undefined,
): void {
  const user = object(event['user']) as Partial<User> | undefined;
  if (word(user?.name) === undefined && word(user?.uid) === undefined) {
    const signedIn = signedInActor(user ?? {}, actorUser);
    if (signedIn !== undefined) event['user'] = { ...user, ...signedIn };
  }
  const answer = object(api?.['response']);
  const response = dataOf(answer?.['data']);
  fill(event, 'session', openedSession(response));
  if (event['dst_endpoint'] === undefined) {
    const name = text(object(api?.['service'])?.['name']);
    if (name !== undefined) event['service'] ??= { name };
  }
  if (event['status_id'] === undefined && event['status'] === undefined) {
    const operation = text(api?.['operation']) ?? '';
    const verdict = word(response?.[operation]) ?? word(unmapped[`serviceEventDetails.${operation}`]);
    if (verdict !== undefined) setStatus(event, statusOf(verdict));
    else if (word(answer?.['message']) !== undefined) setStatus(event, FAILURE);
  }
  const { status, status_id: statusId } = event;
  const hasFailed = statusId === undefined ? status === FAILURE.status : statusId === FAILURE.status_id;
  if (hasFailed) fill(event, 'status_detail', word(answer?.['message']));
}

function setStatus(event: JsonObject, { status, status_id }: Status): void {
  event['status'] = status;
  event['status_id'] = status_id;
}
