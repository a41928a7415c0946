import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { S3Client } from '@aws-sdk/client-s3';
import { s3Client } from '../../src/aws/clients.ts';
import { silentLogger } from '../../src/logger.ts';
import type { Lease, Ledger, ObjectSource } from '../../src/ingest/ports.ts';
import { listingSource, type ListingOptions } from '../../src/ingest/source/listing.ts';
import { testBucket, type TestBucket } from '../support/aws.ts';
import { faultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { settleIn, testLedger } from '../support/ledger.ts';
import { testAws } from '../support/servers.ts';

const never = new AbortController().signal;
const key = (day: string, name = 'x'): string =>
  `AWSLogs/123456789012/CloudTrail/eu-west-1/${day.replaceAll('-', '/')}/123456789012_CloudTrail_eu-west-1_${name}.json.gz`;

let bucket: TestBucket;
let proxy: FaultProxy;
let client: S3Client;
let ledger: Ledger;

beforeAll(async () => {
  const aws = testAws();
  proxy = await faultProxy(aws.endpoint ?? '');
  client = await s3Client({ ...aws, endpoint: proxy.url });
});
afterAll(async () => {
  client.destroy();
  await proxy.close();
});
beforeEach(async () => {
  bucket = await testBucket('listing');
  ledger = testLedger();
  proxy.clear();
});
afterEach(() => bucket.drop());

const listing = (options: Partial<ListingOptions> = {}): ObjectSource =>
  listingSource(client, {
    name: 'test',
    bucket: bucket.name,
    prefix: '',
    ledger,
    force: false,
    filters: {},
    logger: silentLogger,
    ...options,
  });

async function keysOf(source: ObjectSource, each: (lease: Lease) => Promise<void> = finish): Promise<string[]> {
  const keys: string[] = [];
  for await (const lease of source.leases(never)) {
    keys.push(lease.ref.key);
    await each(lease);
  }
  return keys.sort();
}

async function finish(lease: Lease): Promise<void> {
  await settleIn(ledger, lease);
  await lease.ack();
}

describe('listing a bucket', () => {
  test('a late file with a smaller key is found by the next run, and only it', async () => {
    await bucket.put(key('2026-11-21', '20261121T0610Z_b'), 'x');
    expect(await keysOf(listing())).toHaveLength(1);
    await bucket.put(key('2026-11-21', '20261121T0610Z_a'), 'x');
    expect(await keysOf(listing())).toEqual([key('2026-11-21', '20261121T0610Z_a')]);
  });

  test('a replaced object is read again, a settled one is not', async () => {
    await bucket.put('a.json', '1');
    await bucket.put('b.json', '1');
    expect(await keysOf(listing())).toEqual(['a.json', 'b.json']);
    await bucket.put('a.json', '2');
    const second = listing();
    expect(await keysOf(second)).toEqual(['a.json']);
    expect(second.skipped()).toEqual({ settled: 1 });
  });

  test('force gives settled objects too', async () => {
    await bucket.put('a.json', '1');
    await keysOf(listing());
    expect(await keysOf(listing({ force: true }))).toEqual(['a.json']);
  });

  test('an object that failed is given again by the next run', async () => {
    await bucket.put('a.json', '1');
    await keysOf(listing(), async (lease) => {
      await settleIn(ledger, lease, 'failed');
      await lease.nack('no');
    });
    expect(await keysOf(listing())).toEqual(['a.json']);
  });

  test('references carry size, time and the ETag without quotes', async () => {
    const { etag } = await bucket.put('a.json', 'abc');
    for await (const { ref } of listing().leases(never))
      expect(ref).toEqual({
        bucket: bucket.name,
        key: 'a.json',
        etag,
        size: 3,
        lastModified: expect.stringMatching(/^2.*Z$/),
      });
  });

  test('only days and accounts that are asked for are listed', async () => {
    await bucket.put(key('2026-10-01'), 'x');
    await bucket.put(key('2026-11-21'), 'x');
    await bucket.put(key('2026-11-21').replaceAll('123456789012', '999999999999'), 'x');
    const source = listing({ filters: { since: Date.parse('2026-11-20'), accounts: ['123456789012'] } });
    expect(await keysOf(source)).toEqual([key('2026-11-21')]);
    expect(proxy.requests.some(({ path }) => path.includes('999999999999%2F'))).toBe(false);
  });

  test('a full key names one object', async () => {
    await bucket.put('logs/a b+c.json', 'x');
    await bucket.put('logs/b.json', 'x');
    expect(await keysOf(listing({ prefix: 'logs/a b+c.json' }))).toEqual(['logs/a b+c.json']);
  });

  test('a bucket that does not exist is said to be missing', async () => {
    await expect(keysOf(listing({ bucket: 'no-such-bucket-123456789012' }))).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: expect.stringContaining('s3://no-such-bucket-123456789012/'),
    });
  });

  test('a prefix under which there is nothing is said to be wrong', async () => {
    await bucket.put('logs/a.json', 'x');
    await expect(keysOf(listing({ prefix: 'log/' }))).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  test('an empty bucket has nothing, and that is no error', async () => {
    expect(await keysOf(listing())).toEqual([]);
  });

  test('a denied listing names the action to allow', async () => {
    proxy.add({
      fault: {
        respond: { status: 403, body: '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>' },
      },
    });
    const error = await keysOf(listing()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SOURCE_FORBIDDEN', hint: expect.stringContaining('s3:ListBucket') });
  });

  test('SlowDown, 500 and resets are waited for', async () => {
    await bucket.put('a.json', 'x');
    proxy.add({ nth: 1, fault: { respond: { status: 503, body: '<Error><Code>SlowDown</Code></Error>' } } });
    proxy.add({ nth: 1, fault: { respond: { status: 500 } } });
    proxy.add({ nth: 1, fault: { reset: 'before' } });
    expect(await keysOf(listing())).toEqual(['a.json']);
  });
});

describe('following a bucket', () => {
  const now = (): number => Date.parse('2026-11-21T12:00:00Z');

  /** Follows until `enough` says so; asked after each lease and, every 20 ms, in between. */
  async function follow(options: Partial<ListingOptions>, enough: (keys: string[]) => boolean): Promise<string[]> {
    const stop = new AbortController();
    const keys: string[] = [];
    const look = setInterval(() => enough(keys) && stop.abort(), 20);
    try {
      for await (const lease of listing({ follow: { pollMs: 20 }, now, ...options }).leases(stop.signal)) {
        keys.push(lease.ref.key);
        await finish(lease);
      }
    } finally {
      clearInterval(look);
    }
    return keys;
  }

  const listedFrom = (): string[] =>
    proxy.requests.flatMap(({ path }) => new URL(path, 'http://x').searchParams.get('start-after') ?? []);

  test('days that are settled and old are not listed again, open ones are', async () => {
    for (const day of ['2026-11-01', '2026-11-19', '2026-11-21']) await bucket.put(key(day), 'x');
    const keys = await follow({}, () => listedFrom().length >= 3);
    expect(keys.sort()).toEqual(['2026-11-01', '2026-11-19', '2026-11-21'].map((day) => key(day)));
    expect(new Set(listedFrom().slice(-2))).toEqual(new Set(['AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/18']));
  });

  test('a day with an object that fails stays open, and the object is tried in each pass', async () => {
    await bucket.put(key('2026-11-01'), 'x');
    await bucket.put(key('2026-11-21'), 'x');
    const stop = new AbortController();
    let tries = 0;
    for await (const lease of listing({ follow: { pollMs: 20 }, now }).leases(stop.signal)) {
      if (lease.ref.key === key('2026-11-21')) {
        await finish(lease);
        continue;
      }
      tries += 1;
      await settleIn(ledger, lease, tries < 3 ? 'failed' : 'done');
      await (tries < 3 ? lease.nack('no') : lease.ack());
      if (tries === 3) stop.abort();
    }
    expect(tries).toBe(3);
    expect(listedFrom().every((from) => from.endsWith('2026/11/01'))).toBe(true);
  });

  test('an object under way is not given twice', async () => {
    await bucket.put('a.json', 'x');
    const stop = new AbortController();
    const keys: string[] = [];
    const passes = setInterval(() => proxy.requests.length > 8 && stop.abort(), 20);
    for await (const { ref } of listing({ follow: { pollMs: 20 } }).leases(stop.signal)) keys.push(ref.key);
    clearInterval(passes);
    expect(keys).toEqual(['a.json']);
  });

  test('skips are counted once, not in each pass', async () => {
    await bucket.put('AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/2026/11/21/d.json.gz', 'x');
    await bucket.put('folder/', '');
    await bucket.put('a.json', 'x');
    const source = listing({ follow: { pollMs: 20 } });
    const stop = new AbortController();
    const passes = setInterval(() => proxy.requests.length > 8 && stop.abort(), 20);
    for await (const lease of source.leases(stop.signal)) await finish(lease);
    clearInterval(passes);
    expect(source.skipped()).toEqual({ digest: 1, folder: 1 });
  });

  test('an outage is outlived', async () => {
    await bucket.put('a.json', 'x');
    proxy.add({ nth: [1, 12], fault: { respond: { status: 500 } } });
    expect(await follow({}, (keys) => keys.length > 0)).toEqual(['a.json']);
  }, 30_000);

  test('refused credentials end it', async () => {
    proxy.add({
      nth: (nth) => nth > 3,
      fault: { respond: { status: 403, body: '<Error><Code>InvalidAccessKeyId</Code></Error>' } },
    });
    await expect(follow({}, () => false)).rejects.toMatchObject({ code: 'SOURCE_AUTH' });
  });

  test('a prefix that is not there yet is waited for', async () => {
    setTimeout(() => void bucket.put('later/a.json', 'x'), 100);
    expect(await follow({ prefix: 'later/' }, (keys) => keys.length > 0)).toEqual(['later/a.json']);
  });
});
