import { afterAll, beforeAll, describe } from '@jest/globals';
import { silentLogger } from '../../src/logger.ts';
import type { Lease, ObjectRef, SkipReason } from '../../src/ingest/ports.ts';
import { listingSource } from '../../src/ingest/source/listing.ts';
import type { LookingOptions } from '../../src/ingest/source/looking.ts';
import { memorySource } from '../../src/ingest/source/memory.ts';
import { testBucket, type TestBucket } from '../support/aws.ts';
import { settleIn, testLedger } from '../support/ledger.ts';
import { objectSourceContract } from './object-source.contract.ts';

const skipped: Partial<Record<SkipReason, string>> = {
  digest: 'AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/11/21/d.json.gz',
  metadata: 'metadata/v1.metadata.json',
  empty: 'empty.json',
};

/** What a source that looks needs, with a ledger of its own. */
function looking() {
  const ledger = testLedger();
  return {
    options: (follow = false): LookingOptions => ({
      name: 'test',
      ledger,
      force: false,
      filters: {},
      logger: silentLogger,
      ...(follow ? { follow: { pollMs: 50 } } : {}),
    }),
    finish: async (lease: Lease): Promise<void> => {
      await settleIn(ledger, lease);
      await lease.ack();
    },
  };
}

describe('the source in memory', () => {
  objectSourceContract(async () => {
    const { options, finish } = looking();
    const refs: ObjectRef[] = [];
    return {
      put: async (key, body = 'x') => void refs.push({ bucket: 'b', key, etag: body, size: body.length }),
      open: async ({ follow = false } = {}) => memorySource(refs, options(follow)),
      finish,
      nameOf: ({ key }) => key,
      skipped,
    };
  });
});

describe('the listing of a bucket', () => {
  let bucket: TestBucket;
  let serial = 0;
  beforeAll(async () => {
    bucket = await testBucket('source-contract');
  });
  afterAll(() => bucket.drop());

  objectSourceContract(async () => {
    const { options, finish } = looking();
    serial += 1;
    const prefix = `world ${serial}/`;
    await bucket.put(prefix, '');
    return {
      put: async (key, body = 'x') => void (await bucket.put(prefix + key, body)),
      open: async ({ follow = false } = {}) =>
        listingSource(bucket.s3, { ...options(follow), bucket: bucket.name, prefix }),
      finish,
      nameOf: ({ key }) => key.slice(prefix.length),
      skipped: { ...skipped, folder: '' },
    };
  });
});
