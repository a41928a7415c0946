import { expect, test } from '@jest/globals';
import { s3Client } from '../../src/aws/clients.ts';
import { silentLogger } from '../../src/logger.ts';
import type { Ledger, LedgerRow } from '../../src/ingest/ports.ts';
import { listingSource } from '../../src/ingest/source/listing.ts';
import { bigBucket } from '../support/big-bucket.ts';
import { testAws } from '../support/servers.ts';

test('a hundred thousand settled objects are looked up in pages, and none is read or kept', async () => {
  const keys = 100_000;
  const bucket = await bigBucket(keys, 2000, '2026-11-21');
  const client = await s3Client({ ...testAws(), endpoint: bucket.endpoint });
  const pages: number[] = [];
  const ledger: Pick<Ledger, 'lookup'> = {
    lookup: async (refs) => {
      pages.push(refs.length);
      return refs.map((ref): LedgerRow => ({
        ref,
        source: 's',
        state: 'done',
        attempts: 1,
        worker: 'w',
        claimedAt: '',
      }));
    },
  };
  const source = listingSource(client, {
    name: 'big',
    bucket: 'big',
    prefix: '',
    ledger,
    force: false,
    filters: {},
    logger: silentLogger,
  });
  let leases = 0;
  for await (const _lease of source.leases(new AbortController().signal)) leases += 1;
  expect(leases).toBe(0);
  expect(source.skipped()).toEqual({ settled: keys });
  expect(Math.max(...pages)).toBeLessThanOrEqual(1000);
  expect(pages.reduce((sum, page) => sum + page)).toBe(keys);
  expect(bucket.requests.get).toBe(0);
  expect(bucket.requests.list).toBeLessThan(keys / 1000 + 30);
  client.destroy();
  await bucket.close();
});
