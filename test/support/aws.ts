import { DeleteObjectsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectRef } from '../../src/ingest/ports.ts';
import { createBucket, testS3 } from './servers.ts';

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
  const s3 = testS3();
  const { bucket: name, remove: drop } = await createBucket(s3, prefix);
  return {
    name,
    s3,
    async put(key, body) {
      const size = Buffer.byteLength(body);
      const { ETag = '' } = await s3.send(
        new PutObjectCommand({ Bucket: name, Key: key, Body: Buffer.from(body), ContentLength: size }),
      );
      return { bucket: name, key, etag: ETag.replaceAll('"', ''), size };
    },
    async remove(...keys) {
      const Objects = keys.map((Key) => ({ Key }));
      await s3.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects, Quiet: true } }));
    },
    async drop() {
      await drop();
      s3.destroy();
    },
  };
}
