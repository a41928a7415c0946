import { afterAll, beforeAll, describe } from '@jest/globals';
import { fileReader } from '../../src/ingest/read/file.ts';
import { memoryReader } from '../../src/ingest/read/memory.ts';
import { s3Reader } from '../../src/ingest/read/s3.ts';
import { testBucket, type TestBucket } from '../support/aws.ts';
import { testFolder, type TestFolder } from '../support/folder.ts';
import { objectReaderContract } from './object-reader.contract.ts';

describe('the reader in memory', () => {
  objectReaderContract(async () => {
    const reader = memoryReader();
    return {
      reader,
      put: async (name, body) => reader.put('bucket', name, body),
      remove: async (ref) => reader.remove(ref),
    };
  });
});

describe('the reader of files', () => {
  let folder: TestFolder;
  beforeAll(async () => {
    folder = await testFolder();
  });
  afterAll(() => folder.drop());

  objectReaderContract(async () => ({ reader: fileReader(), put: folder.put, remove: folder.remove }));
});

describe('the reader of S3', () => {
  let bucket: TestBucket;
  beforeAll(async () => {
    bucket = await testBucket('reader-contract');
  });
  afterAll(() => bucket.drop());

  objectReaderContract(async () => ({
    reader: s3Reader(bucket.s3),
    put: (name, body) => bucket.put(name, body),
    remove: (ref) => bucket.remove(ref.key),
  }));
});
