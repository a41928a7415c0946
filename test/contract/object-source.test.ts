import { afterAll, beforeAll, describe } from '@jest/globals';
import { silentLogger } from '../../src/logger.ts';
import type { Lease, ObjectRef, SkipReason } from '../../src/ingest/ports.ts';
import { folderSource } from '../../src/ingest/source/folder.ts';
import { listingSource } from '../../src/ingest/source/listing.ts';
import type { LookingOptions } from '../../src/ingest/source/looking.ts';
import { memorySource } from '../../src/ingest/source/memory.ts';
import { sqsClient } from '../../src/aws/clients.ts';
import { sqsSource } from '../../src/ingest/source/sqs.ts';
import { testBucket, type TestBucket } from '../support/aws.ts';
import { createQueue, notifyQueue, testAws } from '../support/servers.ts';
import { testFolder, type TestFolder } from '../support/folder.ts';
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

describe('the files of a folder', () => {
  const folders: TestFolder[] = [];
  afterAll(async () => {
    for (const folder of folders) await folder.drop();
  });

  objectSourceContract(async () => {
    const { options, finish } = looking();
    const folder = await testFolder();
    folders.push(folder);
    return {
      put: async (name, body = 'x') => void (await folder.put(name, body)),
      open: async ({ follow = false } = {}) => folderSource({ ...options(follow), path: folder.path }),
      finish,
      nameOf: ({ key }) => key.slice(folder.path.length + 1),
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

describe('the notifications of a queue', () => {
  const drops: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const drop of drops) await drop();
  });

  objectSourceContract(async () => {
    const bucket = await testBucket('source-contract');
    const sqs = await sqsClient(testAws());
    const { name: queue, arn, remove } = await createQueue(sqs, 'source-contract');
    await notifyQueue(bucket.s3, bucket.name, arn);
    drops.push(async () => {
      await bucket.drop();
      await remove();
      sqs.destroy();
    });
    return {
      put: async (key, body = 'x') => void (await bucket.put(key, body)),
      open: async ({ follow = false } = {}) =>
        await sqsSource(sqs, {
          name: 'test',
          queue,
          filters: {},
          logger: silentLogger,
          onceWaitS: 1,
          ...(follow ? { follow: { pollMs: 20_000 } } : {}),
        }),
      finish: (lease) => lease.ack(),
      nameOf: ({ key }) => key,
      skipped,
    };
  });
});
