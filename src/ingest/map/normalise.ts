import { fromCandidate, isCandidate, renameOld } from './candidate.ts';
import { CATEGORIES, CLASS_NAMES } from './classify.ts';
import type { Flat } from './flat.ts';
import { fill, isObject, object, text, word, type JsonObject } from './json.ts';
import { isCloudTrail, NO_VERSION, OCSF_VERSION } from './metadata.ts';
import { settleCloudTrail } from './settle.ts';
import { SEVERITIES, STATUSES, statusOf } from './status.ts';
import { parseInstant, toIso } from './time.ts';

/** Whether an object is an OCSF event, of any version and class. */
export function isOcsf(record: JsonObject): boolean {
  if (record['class_uid'] !== undefined && record['class_uid'] !== null) return true;
  return isObject(record['metadata']) && (record['time'] !== undefined || record['time_dt'] !== undefined);
}

/**
 * Brings an OCSF event of any version to the shape of 1.1.0, in place: old names become new ones, and what can be told from
 * the rest is filled in, as `mapCloudTrail` does for raw records. Attributes that 1.1.0 does not know stay where they are.
 * The event must have been fitted to the mapping before, so that what has a type has the right one.
 */
export function normalise(event: JsonObject): JsonObject {
  const metadata = (event['metadata'] ??= {}) as JsonObject;
  const version = metadata['version'];
  metadata['log_version'] ??= version ?? NO_VERSION;
  metadata['version'] = OCSF_VERSION;
  renameOld(event);
  if (isCandidate(version)) fromCandidate(event);
  settleTime(event);
  const unmapped = (event['unmapped'] ?? {}) as Flat;
  settleCloud(event, unmapped);
  if (isCloudTrail(object(metadata['product']))) settleCloudTrail(event, metadata, unmapped, isCandidate(version));
  settleCaptions(event);
  if (event['cloud'] !== undefined) addProfile(metadata, 'cloud');
  if (event['time_dt'] !== undefined) addProfile(metadata, 'datetime');
  return event;
}

/** `time` and `time_dt` are one instant; `time` wins, and a `time_dt` that says otherwise is kept in `unmapped`. */
function settleTime(event: JsonObject): void {
  const dt = event['time_dt'] as string | undefined;
  if (dt !== undefined) fill(event, 'time', Date.parse(dt));
  const time = event['time'] as number | undefined;
  if (time !== undefined) {
    if (dt === undefined) event['time_dt'] = toIso(time);
    else if (Date.parse(dt) !== time) {
      addUnmapped(event, 'time_dt', dt);
      event['time_dt'] = toIso(time);
    }
  }
  const session = object(object(event['actor'])?.['session']);
  if (session?.['created_time'] !== undefined && session['created_time_dt'] === undefined) {
    const created = parseInstant(session['created_time']);
    if (created !== undefined) session['created_time_dt'] = toIso(created);
  }
}

/** The account may be in the source's leftovers, or in the partition columns that a table adds to its rows. */
function settleCloud(event: JsonObject, unmapped: Flat): void {
  const found = word(unmapped['recipientAccountId']) ?? word(event['accountid']) ?? word(event['account_id']);
  const region = word(event['region']);
  if (event['cloud'] === undefined) {
    if (found === undefined && region === undefined) return;
    event['cloud'] = {};
  }
  const cloud = event['cloud'] as JsonObject;
  if (region !== undefined) cloud['region'] ??= region;
  if (found !== undefined) {
    const account = (cloud['account'] ??= {}) as JsonObject;
    account['uid'] ??= found;
  }
}

/** Numbers and captions come in pairs in OCSF; a source may write one of them. */
function settleCaptions(event: JsonObject): void {
  const { class_uid: classUid, activity_id: activity } = event as { class_uid?: number; activity_id?: number };
  if (classUid !== undefined) {
    event['category_uid'] ??= Math.trunc(classUid / 1000);
    fill(event, 'class_name', CLASS_NAMES[classUid]);
    if (activity !== undefined) event['type_uid'] ??= classUid * 100 + activity;
  }
  fill(event, 'category_name', CATEGORIES[event['category_uid'] as number]);
  if (event['type_name'] === undefined && event['class_name'] !== undefined && event['activity_name'] !== undefined)
    event['type_name'] = `${text(event['class_name'])}: ${text(event['activity_name'])}`;
  if (event['status_id'] === undefined) {
    const status = word(event['status']);
    if (status !== undefined) event['status_id'] = statusOf(status).status_id;
  }
  fill(event, 'status', STATUSES[event['status_id'] as number]);
  fill(event, 'severity', SEVERITIES[event['severity_id'] as number]);
}

function addUnmapped(event: JsonObject, key: string, value: string): void {
  const unmapped = (event['unmapped'] ??= {}) as Flat;
  unmapped[key] ??= value;
}

function addProfile(metadata: JsonObject, profile: string): void {
  const given = metadata['profiles'] ?? [];
  const profiles: unknown[] = Array.isArray(given) ? given : [given];
  metadata['profiles'] = profiles;
  if (!profiles.includes(profile)) profiles.push(profile);
}
