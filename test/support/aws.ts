import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { s3Client, type AwsOptions } from '../../src/aws/clients.ts';
import type { ObjectRef } from '../../src/ingest/ports.ts';
import { uniqueName } from './opensearch.ts';

/** How to reach the test run's S3 and SQS; through a proxy where one is given. */
export function testAws(endpoint = process.env['AWS_ENDPOINT_URL']): AwsOptions {
  if (endpoint === undefined)
    throw new Error('AWS_ENDPOINT_URL is not set: the global setup of the tests provides it.');
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

export interface TestBucket {
  readonly name: string;
  readonly s3: S3Client;
  readonly put: (key: string, body: Uint8Array | string) => Promise<ObjectRef>;
  readonly remove: (...keys: readonly string[]) => Promise<void>;
  /** Deletes the bucket with all that is in it. */
  readonly drop: () => Promise<void>;
}

/** A bucket that no other test uses. */
export async function testBucket(prefix: string): Promise<TestBucket> {
  const s3 = await s3Client(testAws());
  const name = uniqueName(prefix);
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  const remove = async (...keys: readonly string[]): Promise<void> => {
    const Objects = keys.map((Key) => ({ Key }));
    await s3.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects, Quiet: true } }));
  };
  return {
    name,
    s3,
    remove,
    async put(key, body) {
      const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: name, Key: key, Body: body }));
      return { bucket: name, key, etag: ETag.replaceAll('"', ''), size: Buffer.byteLength(body) };
    },
    async drop() {
      for (;;) {
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: name }));
        if (Contents.length === 0) break;
        await remove(...Contents.map(({ Key = '' }) => Key));
      }
      await s3.send(new DeleteBucketCommand({ Bucket: name }));
      s3.destroy();
    },
  };
}
