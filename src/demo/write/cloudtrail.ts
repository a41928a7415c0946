import { gzipSync } from 'node:zlib';
import { ORG_ID } from '../company.ts';
import type { RawRecord } from '../record.ts';

/** What one object of a trail's bucket is about. */
export interface TrailFile {
  readonly account: string;
  readonly region: string;
  /** Epoch ms of the delivery. */
  readonly time: number;
  /** 16 letters and digits that make the name unique. */
  readonly suffix: string;
}

/** `20261121T0630Z`. */
function stamp(epochMs: number, unit: 'minutes' | 'seconds' = 'minutes'): string {
  const text = new Date(epochMs).toISOString().replace(/[-:]/g, '');
  return `${text.slice(0, unit === 'minutes' ? 13 : 15)}Z`;
}

/** Key of an organisation trail's file, as CloudTrail names it. */
export function trailKey(file: TrailFile, kind: 'CloudTrail' | 'CloudTrail-Insight' = 'CloudTrail'): string {
  const { account, region, time, suffix } = file;
  return `${folder(account, kind, region, time)}/${account}_${kind}_${region}_${stamp(time)}_${suffix}.json.gz`;
}

export function digestKey(account: string, region: string, time: number): string {
  const name = `${account}_CloudTrail-Digest_${region}_organization_us-east-1_${stamp(time, 'seconds')}.json.gz`;
  return `${folder(account, 'CloudTrail-Digest', region, time)}/${name}`;
}

function folder(account: string, kind: string, region: string, time: number): string {
  const day = new Date(time).toISOString().slice(0, 10).replaceAll('-', '/');
  return `AWSLogs/${ORG_ID}/${account}/${kind}/${region}/${day}`;
}

/** `{"Records":[…]}`, gzipped. */
export function trailBody(records: readonly RawRecord[]): Uint8Array {
  return gzipSync(JSON.stringify({ Records: records }), { level: 6 });
}

/** A digest names the log files of an hour with their hashes; it holds no events. */
export function digestBody(account: string, bucket: string, time: number): Uint8Array {
  return gzipSync(
    JSON.stringify({
      awsAccountId: account,
      digestStartTime: new Date(time - 3_600_000).toISOString(),
      digestEndTime: new Date(time).toISOString(),
      digestS3Bucket: bucket,
      digestPublicKeyFingerprint: '0123456789abcdef0123456789abcdef',
      digestSignatureAlgorithm: 'SHA256withRSA',
      previousDigestSignature: null,
      logFiles: [],
    }),
  );
}
