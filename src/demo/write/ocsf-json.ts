import { gzipSync } from 'node:zlib';
import type { OcsfEvent } from './ocsf.ts';

/** Partition path below a Security Lake source: `region=…/accountId=…/eventDay=YYYYMMDD`. */
function partition(region: string, account: string, time: number): string {
  return `region=${region}/accountId=${account}/eventDay=${new Date(time).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/** Key of a file that Security Lake's own CloudTrail source writes. `name` is 32 hexadecimal digits. */
export function lakeKey(region: string, account: string, time: number, name: string): string {
  return `aws/CLOUD_TRAIL_MGMT/2.0/${partition(region, account, time)}/${name}.gz.parquet`;
}

/** Key of a file that a custom source writes. */
export function customSourceKey(source: string, region: string, account: string, time: number, name: string): string {
  return `ext/${source}/1.0/${partition(region, account, time)}/${name}.json.gz`;
}

/** OCSF events, one a line, gzipped; `extra` are lines to put after them as they are. */
export function ndjsonBody(events: readonly OcsfEvent[], extra: readonly string[] = []): Uint8Array {
  const lines = [...events.map((event) => JSON.stringify(event)), ...extra];
  return gzipSync(`${lines.join('\n')}\n`, { level: 6 });
}
