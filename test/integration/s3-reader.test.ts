import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { S3Client } from '@aws-sdk/client-s3';
import { s3Client } from '../../src/aws/clients.ts';
import { FatalError, ObjectError } from '../../src/errors.ts';
import { s3Reader, type S3ReaderOptions } from '../../src/ingest/read/s3.ts';
import type { ObjectReader, ObjectRef } from '../../src/ingest/ports.ts';
import { pattern, readAll } from '../contract/object-reader.contract.ts';
import { testBucket, type TestBucket } from '../support/aws.ts';
import { faultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { testAws } from '../support/servers.ts';

const KIB = 1024;
const body = pattern(700 * KIB + 3);
const signal = new AbortController().signal;
const DENIED = {
  status: 403,
  headers: { 'content-type': 'application/xml' },
  body: '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
};

let bucket: TestBucket;
let proxy: FaultProxy;
let client: S3Client;
let ref: ObjectRef;

beforeAll(async () => {
  bucket = await testBucket('reader-faults');
  ref = await bucket.put('object.bin', body);
  const aws = testAws();
  proxy = await faultProxy(aws.endpoint ?? '');
  client = await s3Client({ ...aws, endpoint: proxy.url });
});
afterAll(async () => {
  client.destroy();
  await proxy.close();
  await bucket.drop();
});
beforeEach(() => proxy.clear());

const reader = (options: S3ReaderOptions = {}): ObjectReader => s3Reader(client, { pauseMs: 5, ...options });

/** Reads the object through the proxy; gives what arrived and the ranges that were asked for. */
async function read(options: S3ReaderOptions = {}): Promise<{ bytes: Buffer; ranges: unknown[] }> {
  const object = await reader(options).open(ref, signal);
  const bytes = await readAll(object.chunks());
  await object.close();
  return { bytes, ranges: proxy.requests.map(({ headers }) => headers['range']) };
}

describe('reading from S3 when things break', () => {
  test('a body cut in the middle goes on where it was cut, bound to the same version', async () => {
    proxy.add({ nth: 1, fault: { truncateAfter: 300 * KIB } });
    const { bytes, ranges } = await read();
    expect(bytes.equals(body)).toBe(true);
    expect(ranges).toHaveLength(2);
    expect(proxy.requests[1]?.headers['range']).toMatch(/^bytes=[1-9]\d*-716802$/);
    expect(proxy.requests[1]?.headers['if-match']).toBe(`"${ref.etag}"`);
  });

  test('a body cut again and again is read to its end as long as it gets on', async () => {
    proxy.add({ fault: { truncateAfter: 60 * KIB } });
    const { bytes, ranges } = await read({ maxLosses: 1 });
    expect(bytes.equals(body)).toBe(true);
    expect(ranges.length).toBeGreaterThan(10);
  });

  test('a connection that stalls is cut and resumed', async () => {
    proxy.add({ nth: 1, fault: { stallAfter: 300 * KIB } });
    expect((await read({ stallMs: 200 })).bytes.equals(body)).toBe(true);
  });

  test('time that the consumer takes is no stall', async () => {
    const object = await reader({ stallMs: 1000 }).open(ref, signal);
    const parts: Uint8Array[] = [];
    for await (const chunk of object.chunks()) {
      parts.push(chunk);
      await new Promise((resolve) => setTimeout(resolve, 1200));
    }
    expect(Buffer.concat(parts).equals(body)).toBe(true);
    expect(proxy.requests).toHaveLength(1);
  });

  test('an answer that does not say its length is not taken for an empty object', async () => {
    const server = createServer((_request, response) => {
      response.setHeader('etag', '"x"');
      response.write('{"a":1}');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const chunked = await s3Client({ ...testAws(), endpoint: `http://127.0.0.1:${port}` });
    const error = await s3Reader(chunked)
      .open(ref, signal)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'OBJECT_READ', permanent: false });
    expect(String(error)).toContain('does not say how long');
    chunked.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test('an object that gives no further byte is given up, and says how far it got', async () => {
    proxy.add({ nth: 1, fault: { truncateAfter: 300 * KIB } });
    proxy.add({ fault: { truncateAfter: 0 } });
    const error = await read({ maxLosses: 2 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ObjectError);
    expect(error).toMatchObject({ code: 'OBJECT_READ', permanent: false });
    expect(String(error)).toMatch(/Read [1-9]\d+ of 716803 bytes/);
  });

  test('what had arrived before an object is given up has been handed on', async () => {
    proxy.add({ nth: 1, fault: { truncateAfter: 300 * KIB } });
    proxy.add({ fault: { truncateAfter: 0 } });
    const object = await reader({ maxLosses: 1 }).open(ref, signal);
    const parts: Uint8Array[] = [];
    const reading = async (): Promise<void> => {
      for await (const chunk of object.chunks()) parts.push(chunk);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'OBJECT_READ' });
    const arrived = Buffer.concat(parts);
    expect(arrived.length).toBeGreaterThan(200 * KIB);
    expect(arrived.equals(Buffer.from(body.subarray(0, arrived.length)))).toBe(true);
  });

  test('an object replaced between two connections does not give bytes of two versions', async () => {
    const changing = await bucket.put('changing.bin', body);
    proxy.add({ nth: 1, fault: { truncateAfter: 300 * KIB } });
    const object = await reader().open(changing, signal);
    await bucket.put('changing.bin', pattern(800 * KIB));
    await expect(readAll(object.chunks())).rejects.toMatchObject({ code: 'OBJECT_CHANGED', permanent: false });
  });

  test('SlowDown and 500 are waited for', async () => {
    const slowDown = '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';
    proxy.add({ nth: 1, fault: { respond: { status: 503, body: slowDown } } });
    proxy.add({ nth: 1, fault: { respond: { status: 500 } } });
    proxy.add({ nth: 1, fault: { reset: 'before' } });
    expect((await read()).bytes.equals(body)).toBe(true);
    expect(proxy.requests).toHaveLength(4);
  });

  test('a store that answers a range with the whole is refused, not believed', async () => {
    proxy.add({ nth: 1, fault: { truncateAfter: 300 * KIB } });
    const whole = { status: 200, headers: { etag: `"${ref.etag}"` }, body };
    proxy.add({ fault: { respond: whole } });
    await expect(read()).rejects.toMatchObject({
      code: 'OBJECT_READ',
      message: expect.stringContaining('byte ranges'),
    });
  });

  test('a small object costs one request, whether it is read in chunks, in ranges, or in both', async () => {
    const small = await bucket.put('small.bin', pattern(10_000));
    const object = await reader().open(small, signal);
    await readAll(object.chunks());
    await object.range(0, 4);
    await object.range(9000, 10_000);
    await object.close();
    const other = await reader().open(small, signal);
    await other.range(9000, 10_000);
    await other.range(0, 4);
    await other.close();
    expect(proxy.requests).toHaveLength(2);
  });

  test('the requests of later objects are those that the SDK makes', async () => {
    const keys = [
      'plain.json',
      'a b/ü€😀.json',
      "quoted'(1)!*.json",
      'a//b/../c%20d+e&f=g?h#i.json',
      'a:b@c,d;e~f_g$.json',
    ];
    const refs = await Promise.all(keys.map(async (key) => bucket.put(key, Buffer.from(key))));
    const opened = async (reads: ObjectReader, each: ObjectRef): Promise<object> => {
      const object = await reads.open(each, signal);
      const text = (await readAll(object.chunks())).toString();
      await object.close();
      return { text, etag: object.etag, size: object.size };
    };
    const same = reader();
    await opened(same, ref);
    for (const each of refs) {
      proxy.clear();
      const fresh = await opened(reader(), each);
      expect(fresh).toEqual({ text: each.key, etag: each.etag, size: each.size });
      expect(await opened(same, each)).toEqual(fresh);
      const [first, later] = proxy.requests;
      expect(later).toMatchObject({ method: 'GET', path: first?.path });
      const { authorization, ...headers } = later?.headers ?? {};
      expect(authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=.*\/s3\/aws4_request, SignedHeaders=host;.*x-amz-date/,
      );
      expect(first?.headers).toMatchObject({ ...headers, 'x-amz-date': expect.anything() });
    }
  });

  test('what the first attempt of a later object meets is counted and told as any attempt of the SDK', async () => {
    const reads = reader();
    await (await reads.open(ref, signal)).close();
    proxy.clear();
    proxy.add({ nth: 1, fault: { respond: { status: 503 } } });
    proxy.add({ nth: 1, fault: { reset: 'before' } });
    await (await reads.open(ref, signal)).close();
    expect(proxy.requests).toHaveLength(3);
    proxy.clear();
    await expect(reads.open({ ...ref, key: 'gone.bin' }, signal)).rejects.toMatchObject({ code: 'OBJECT_GONE' });
    expect(proxy.requests).toHaveLength(1);
  });

  test('a denied object is its own fault, and names what to allow', async () => {
    proxy.add({ nth: 2, fault: { respond: DENIED } });
    const reads = reader();
    await (await reads.open(ref, signal)).close();
    const error = await reads.open(ref, signal).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ObjectError);
    expect(error).toMatchObject({ code: 'SOURCE_FORBIDDEN', permanent: false });
    expect((error as ObjectError).hint).toMatch(/s3:GetObject on s3:\/\/.*kms:Decrypt/);
  });

  test('a bucket of which every object is denied ends the run with the reason', async () => {
    proxy.add({ fault: { respond: DENIED } });
    const reads = reader();
    const errors: unknown[] = [];
    for (let index = 0; index < 10; index += 1)
      errors.push(await reads.open(ref, signal).catch((thrown: unknown) => thrown));
    expect(errors.filter((error) => error instanceof ObjectError)).toHaveLength(9);
    expect(errors.at(-1)).toBeInstanceOf(FatalError);
    expect(String(errors.at(-1))).toContain('No object of s3://');
  });

  test('refused credentials end the run at once', async () => {
    const expired = '<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>';
    proxy.add({ fault: { respond: { status: 400, body: expired } } });
    const error = await reader()
      .open(ref, signal)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FatalError);
    expect(error).toMatchObject({ code: 'SOURCE_AUTH' });
  });
});
