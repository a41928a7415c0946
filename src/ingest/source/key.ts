import type { SkipReason } from '../ports.ts';

/**
 * What the name of an object says about it. Names only tell apart what is certainly no log; what a log's format is,
 * its bytes say.
 */
export interface KeyInfo {
  readonly kind: KeyKind;
  /** Absent for keys outside the two layouts that are known. */
  readonly layout?: 'cloudtrail' | 'security-lake';
  /** 12 digits. */
  readonly account?: string;
  readonly region?: string;
  /** `YYYY-MM-DD`: of delivery in CloudTrail's layout, of the events in Security Lake's. */
  readonly day?: string;
}

/**
 * `data` and `insight` are read, and so is `unknown`: a log under a name of somebody's own.
 * `foreign` is what another AWS service wrote into the bucket that it shares with CloudTrail.
 */
export type KeyKind = 'data' | 'insight' | 'unknown' | 'digest' | 'metadata' | 'empty' | 'folder' | 'foreign';

const AWS_LOGS = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?(\d{12})\/([^/]+)\/(.*)$/s;
const REGION = /^[a-z]{2,3}(-[a-z]+)+-\d$/;
const CLOUDTRAIL_DAY = /^([a-z0-9-]+)\/(?:(\d{4})\/(\d{2})\/(\d{2})\/)?/;
const SECURITY_LAKE = /(?:^|\/)(?:aws|ext)\/[^/]+(\/(?:.*\/)?(?:region=|metadata\/).*)$/s;
const METADATA = /(?:^|\/)(?:metadata|_delta_log|_temporary)\/|\.metadata\.json$|\.avro$/;
/** Markers and left-overs of other tools, hidden files, and what AWS writes to see whether it may write. */
const LEFTOVER =
  /(?:^|\/)(?:_SUCCESS|_committed_[^/]*|_started_[^/]*|\.[^/]*|[^/]*\.(?:te?mp|crc|part)|[^/]*CheckFile)$/i;

export function classifyKey(key: string, size?: number): KeyInfo {
  const { place, below } = placeOf(key);
  if (key.endsWith('/') || key.endsWith('_$folder$')) return { ...place, kind: 'folder' };
  if (place.kind === 'digest' || place.kind === 'foreign') return place;
  if (METADATA.test(below) || LEFTOVER.test(key)) return { ...place, kind: 'metadata' };
  if (size === 0) return { ...place, kind: 'empty' };
  return place;
}

/** Why an object is not read; undefined where it is. */
export function skipReasonOf(kind: KeyKind): SkipReason | undefined {
  return kind === 'data' || kind === 'insight' || kind === 'unknown' ? undefined : kind;
}

/** `below` is what follows the folders that somebody has named: of these, `metadata/` says nothing. */
function placeOf(key: string): { readonly place: KeyInfo; readonly below: string } {
  const trail = AWS_LOGS.exec(key);
  if (trail !== null) return { place: placeInTrail(trail), below: key.slice(trail.index) };
  const below = SECURITY_LAKE.exec(key)?.[1];
  return below === undefined ? { place: { kind: 'unknown' }, below: key } : { place: placeInLake(below), below };
}

function placeInTrail([, account = '', service = '', rest = '']: RegExpExecArray): KeyInfo {
  // CloudTrail Lake puts the answers to queries there: rows of any shape. A region is no service: logs that somebody moved.
  const foreign = service === 'CloudTrail-Lake' || !(service.startsWith('CloudTrail') || REGION.test(service));
  if (foreign) return { kind: 'foreign', account };
  if (!/^CloudTrail(-[A-Za-z]+)*$/.test(service)) return { kind: 'unknown', account };
  const [, region, year, month, date] = CLOUDTRAIL_DAY.exec(rest) ?? [];
  return {
    kind: service === 'CloudTrail-Digest' ? 'digest' : service === 'CloudTrail-Insight' ? 'insight' : 'data',
    layout: 'cloudtrail',
    account,
    ...(region === undefined ? {} : { region }),
    ...(year === undefined ? {} : { day: `${year}-${month}-${date}` }),
  };
}

function placeInLake(below: string): KeyInfo {
  const account = /\/accountId=(\d{12})\//i.exec(below)?.[1];
  const region = /\/region=([^/]+)\//i.exec(below)?.[1];
  const [, year, month, date] = /\/eventDay=(\d{4})-?(\d{2})-?(\d{2})\//i.exec(below) ?? [];
  return {
    kind: 'data',
    layout: 'security-lake',
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    ...(year === undefined ? {} : { day: `${year}-${month}-${date}` }),
  };
}
