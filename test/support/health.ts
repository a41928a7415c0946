import type { Client } from '@opensearch-project/opensearch';
import type { LetterDocument } from '../../src/ingest/dead-letter/letter.ts';
import { rowId, type LedgerDocument } from '../../src/ingest/ledger/row.ts';
import { names } from '../../src/names.ts';

const MINUTE = 60_000;
const iso = (time: number): string => new Date(time).toISOString();

/** A ledger of a day and a few dead letters, as an ingester leaves them behind. */
export async function loadHealth(client: Client, alias: string, now: number): Promise<void> {
  const ours = names(alias);
  const rows = Array.from({ length: 48 }, (_, i) => row(i, now - (i * 30 + 5) * MINUTE));
  const letters = Array.from({ length: 6 }, (_, i) => letter(i, now - (i * 200 + 7) * MINUTE));
  const lines = [
    ...rows.flatMap((one) => [
      { index: { _index: ours.ledger, _id: rowId({ bucket: one.bucket, key: one.key }) } },
      one,
    ]),
    ...letters.flatMap((one) => [{ index: { _index: ours.deadLetters, _id: one.id } }, one]),
  ];
  const { body } = await client.bulk({ body: lines, refresh: true });
  if (body.errors) throw new Error(`the cluster refused rows: ${JSON.stringify(body.items).slice(0, 500)}`);
}

function row(i: number, at: number): LedgerDocument {
  const failed = i % 12 === 7;
  return {
    bucket: 'trail-bucket',
    key: `AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/21/123456789012_CloudTrail_eu-west-1_${i}.json.gz`,
    size: 40_000 + i * 100,
    object_time: iso(at - 4 * MINUTE),
    source: i % 3 === 0 ? 'organization' : 'queue',
    state: failed ? 'failed' : 'done',
    attempts: failed ? 3 : 1,
    worker: 'worker-1',
    claim: `claim-${i}`,
    claimed_at: iso(at - 10_000),
    updated_at: iso(at),
    ...(failed
      ? {
          settled_at: iso(at),
          error: { code: 'SOURCE_UNREADABLE', message: 'unexpected end of file', permanent: false },
        }
      : {
          settled_at: iso(at),
          format: i % 5 === 0 ? 'parquet' : 'cloudtrail-json',
          seconds: 0.4 + (i % 7),
          lag_seconds: 200 + i,
        }),
    bytes: 400_000,
    read: 1200,
    indexed: 1190 - (i % 4),
    duplicate: i % 4,
    rejected: i % 8 === 0 ? 1 : 0,
    skipped: 9,
  };
}

function letter(i: number, at: number): LetterDocument {
  return {
    id: `letter-${i}`,
    rejected_at: iso(at),
    reason: i % 2 === 0 ? 'not_an_event' : 'bad_time',
    message: 'neither a CloudTrail record nor an OCSF event',
    source: 'queue',
    bucket: 'trail-bucket',
    key: `AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/21/${i}.json.gz`,
    position: i,
    document: '{}',
    bytes: 2,
    truncated: false,
  };
}
