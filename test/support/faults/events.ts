import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { generateEvents } from '../../../src/demo/generate.ts';
import type { RawRecord } from '../../../src/demo/record.ts';

/** Different records; beyond them only ids differ, because making a new company's day for each run would cost the minutes. */
const DIFFERENT = 2000;
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
  const head = createHash('sha256').update(seed).digest('hex').slice(0, 8);
  return `${head}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** A file as a trail delivers it. */
export function trailFile(records: Iterable<RawRecord>): Buffer {
  return gzipSync(JSON.stringify({ Records: [...records] }), { level: 1 });
}

export function trailKey(number: number): string {
  return `AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/21/part-${String(number).padStart(6, '0')}.json.gz`;
}
