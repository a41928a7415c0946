import { mapActor } from './actor.ts';
import { mapApi } from './api.ts';
import { ABOUT_OPERATIONS, ACCOUNT_CHANGE, API_ACTIVITY, AUTHENTICATION, classify } from './classify.ts';
import { fromAggregated, isAggregated, type CloudTrailRecord } from './cloudtrail.ts';
import { mapCloud } from './cloud.ts';
import { mapSource } from './endpoint.ts';
import { mapSummedWindow, mapWindow } from './insight.ts';
import { dataOf, object, text, whole } from './json.ts';
import { mapMetadata } from './metadata.ts';
import { mapObservables } from './observables.ts';
import { mapResources } from './resources.ts';
import { mapStatus } from './status.ts';
import { parseInstant, toIso } from './time.ts';
import { mapUnmapped } from './unmapped.ts';
import { changedPolicy, mapChangedUser, mapSignedInUser, openedSession } from './user.ts';

/**
 * A CloudTrail record as the OCSF 1.1.0 event that Security Lake would write, plus what 1.1.0 has attributes for and
 * Security Lake leaves out (status_id, cloud.account.uid, metadata.correlation_uid, policy, session).
 * Members that are undefined are absent in JSON. The record is not changed. `time` is undefined without a usable eventTime.
 */
export function mapCloudTrail(read: CloudTrailRecord) {
  const sums = isAggregated(read);
  const record = sums ? fromAggregated(read) : read;
  const insight = object(record.insightDetails);
  const kind = insight === undefined && !sums ? classify(String(record.eventName)) : ABOUT_OPERATIONS;
  const { class_uid: classUid } = kind;
  const time = parseInstant(record.eventTime);
  const actor = mapActor(record);
  const source = mapSource(record);
  const resources = classUid === API_ACTIVITY ? mapResources(record) : undefined;
  const user =
    classUid === ACCOUNT_CHANGE
      ? mapChangedUser(record, actor?.user)
      : classUid === AUTHENTICATION
        ? mapSignedInUser(record, actor?.user)
        : undefined;
  const { status, status_id } = mapStatus(record, classUid);
  const userAgent = text(record.userAgent);
  return {
    metadata: mapMetadata(record),
    time,
    time_dt: time === undefined ? undefined : toIso(time),
    ...(insight === undefined ? undefined : mapWindow(insight, time)),
    ...(sums ? mapSummedWindow(object(record.timeWindow), time) : undefined),
    cloud: mapCloud(record),
    api: mapApi(record, insight),
    actor,
    src_endpoint: source,
    http_request: userAgent === undefined ? undefined : { user_agent: userAgent },
    ...kind,
    severity_id: 1,
    severity: 'Informational',
    status,
    status_id,
    status_detail: classUid === AUTHENTICATION && status_id === 2 ? text(record.errorMessage) : undefined,
    user,
    ...(classUid === ACCOUNT_CHANGE ? { policy: changedPolicy(dataOf(record.requestParameters)) } : undefined),
    ...(classUid === AUTHENTICATION ? mapSignIn(record) : undefined),
    resources,
    observables: mapObservables(classUid, actor?.user?.name, source, user?.name, resources),
    unmapped: mapUnmapped(record, classUid),
  };
}

/** What only Authentication has. OCSF 1.1.0 wants a service where no endpoint was signed in to. */
function mapSignIn(record: CloudTrailRecord) {
  const extra = object(record.additionalEventData);
  const mfa = extra?.['MFAUsed'];
  const loginTo = extra?.['LoginTo'];
  return {
    is_mfa: mfa === 'Yes' ? true : mfa === 'No' ? false : undefined,
    dst_endpoint: typeof loginTo === 'string' ? { svc_name: loginTo } : undefined,
    service: typeof loginTo === 'string' ? undefined : whole({ name: text(record.eventSource) }),
    session: openedSession(dataOf(record.responseElements)),
  };
}
