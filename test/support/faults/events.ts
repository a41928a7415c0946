import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { generateEvents } from '../../../src/demo/generate.ts';
import type { RawRecord } from '../../../src/demo/record.ts';
import { lakeKey } from '../../../src/demo/write/ocsf-json.ts';

/** Different records; beyond them only ids differ, because making a new company's day for each run would cost the minutes. */
const DIFFERENT = 2000;
const heads = new Map<string, string>();
let pool: { readonly end: number; readonly records: readonly RawRecord[] } | undefined;

/** CloudTrail records of the last hours, the first `count` from number `from` on; the same seed and number give the same id. */
export function* events(seed: string, from: number, count: number): Generator<RawRecord> {
  pool ??= {
    end: Date.now(),
    records: [...generateEvents({ seed: 'faults', end: Date.now(), hours: 6, events: 3000 })],
  };
  const { records } = pool;
  for (let number = from; number < from + count; number += 1) {
    const record = records[number % Math.min(DIFFERENT, records.length)];
    if (record !== undefined) yield { ...record, eventID: eventId(seed, number) };
  }
}

export function eventId(seed: string, number: number): string {
  let head = heads.get(seed);
  if (head === undefined) heads.set(seed, (head = createHash('sha256').update(seed).digest('hex').slice(0, 8)));
  return `${head}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** An object as AWS delivers it: a trail's JSON, and every fifth time Security Lake's Parquet. */
export async function delivered(
  number: number,
  records: Iterable<RawRecord>,
  change: (record: RawRecord) => object,
): Promise<{ key: string; body: Uint8Array }> {
  const name = `part-${String(number).padStart(6, '0')}`;
  if (number % 5 !== 4) {
    const key = `AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/21/${name}.json.gz`;
    return { key, body: gzipSync(JSON.stringify({ Records: Array.from(records, change) }), { level: 1 }) };
  }
  const [{ securityLakeParquet }, { asSecurityLake }] = await Promise.all([
    import('../../../src/demo/write/parquet.ts'),
    import('../../../src/demo/write/ocsf.ts'),
  ]);
  const rows = [...records].map(asSecurityLake);
  const key = lakeKey('eu-west-1', '123456789012', Date.UTC(2026, 10, 21), name);
  return { key, body: securityLakeParquet(rows, { account: '123456789012', region: 'eu-west-1' }) };
}
