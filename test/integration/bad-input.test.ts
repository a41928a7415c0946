import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sourceSpecs } from '../../src/config/sources.ts';
import { defaultConfig } from '../../src/config/load.ts';
import { runIngest } from '../../src/ingest/run.ts';
import type { RunReport } from '../../src/ingest/totals.ts';
import { silentLogger } from '../../src/logger.ts';
import { names } from '../../src/names.ts';
import { testBucket, type TestBucket } from '../support/aws.ts';
import { faultProxy } from '../support/fault-proxy.ts';
import { testFolder } from '../support/folder.ts';
import { equalLines, generatedBucket } from '../support/generated-bucket.ts';
import { HOSTILE_OBJECTS } from '../support/hostile-objects.ts';
import { countOf, installAlias } from '../support/installed.ts';
import { measuredIngest } from '../support/measured.ts';
import { record } from '../support/records.ts';
import { createQueue, deleteAlias, serverUrl, testClient, testSqs, uniqueName } from '../support/servers.ts';

const client = testClient();
const sqs = testSqs();
const never = new AbortController().signal;
let alias: string;

beforeEach(async () => {
  alias = uniqueName('bad-input');
  await installAlias(client, alias);
});
afterEach(() => deleteAlias(client, alias));
afterAll(async () => {
  sqs.destroy();
  await client.close();
});

const flags = (): string[] => ['--alias', alias, '--opensearch-url', serverUrl('OPENSEARCH_URL')];
const event = (eventID: string, changes: Record<string, unknown> = {}): string =>
  JSON.stringify(record({ eventID, ...changes }));
const idsOf = async (): Promise<string[]> => {
  await client.indices.refresh({ index: alias });
  const { body } = await client.search({ index: alias, body: { size: 1000, _source: false } });
  return body.hits.hits.map(({ _id }) => _id ?? '').sort();
};
const lettersOf = async (): Promise<Record<string, unknown>[]> => {
  const index = names(alias).deadLetters;
  await client.indices.refresh({ index, ignore_unavailable: true });
  const { body } = await client.search({ index, body: { size: 1000, sort: [{ key: 'asc' }, { position: 'asc' }] } });
  return body.hits.hits.map(({ _source }) => _source as Record<string, unknown>);
};

/** Ingests from the test's S3 and SQS, in this process. */
function ingest(word: string, awsEndpoint = serverUrl('AWS_ENDPOINT_URL')): Promise<RunReport> {
  return runIngest({
    opensearch: { url: serverUrl('OPENSEARCH_URL'), insecure: false },
    alias,
    sources: sourceSpecs([word], { awsRegion: 'us-east-1', awsEndpoint }, undefined, Date.now()),
    ingest: defaultConfig().ingest,
    follow: false,
    force: false,
    logger: silentLogger,
    signals: { drain: never, abort: never },
  });
}

describe('the program, within bounded memory', () => {
  test('a 300 MB NDJSON object in S3 is ingested with a heap of 96 MB: every event is there', async () => {
    const EVENTS = 30_000;
    // Long where no index is made of it: what is tried here is our memory.
    const [before, after] = `${event('ID', { additionalEventData: { filler: 'x'.repeat(9400) } })}\n`.split('"ID"');
    const lines = equalLines(EVENTS, (i) => `${before}"${String(i).padStart(8, '0')}"${after}`);
    expect(lines.size).toBeGreaterThan(300e6);
    const { url, bucket, close } = await generatedBucket({ 'logs/large.ndjson': lines });
    try {
      const args = [`s3://${bucket}/logs/`, '--aws-endpoint', url, '--aws-region', 'us-east-1', '--threads', '1'];
      const { code, report, peakRssMb } = await measuredIngest([...args, ...flags()], 96);
      expect(report.events).toEqual({ read: EVENTS, indexed: EVENTS, duplicate: 0, rejected: 0, skipped: 0 });
      expect(report.bytes).toBe(lines.size);
      expect(code).toBe(0);
      expect(await countOf(client, alias)).toBe(EVENTS);
      expect(peakRssMb).toBeLessThan(400);
    } finally {
      await close();
    }
  }, 180_000);

  test('a folder of hostile objects is read to its end: each has an outcome with a reason, and the good events are there', async () => {
    const folder = await testFolder();
    try {
      for (const [i, { bytes }] of HOSTILE_OBJECTS.entries()) {
        const body = bytes();
        const name = `${String(i).padStart(3, '0')}.json`;
        await folder.put(name, body.length < 4e6 ? body : gzipSync(body, { level: 1 }));
      }
      const { code, report, peakRssMb } = await measuredIngest([folder.path, '--threads', '1', ...flags()], 128);
      expect(code).toBe(3);
      const expected = HOSTILE_OBJECTS.map(({ outcome }) => outcome);
      const failing = expected.filter((outcome) => outcome.includes('OBJECT_')).length;
      expect(report.objects).toMatchObject({ seen: expected.length, failed: failing });
      expect(report.objects.done + report.objects.skipped + failing).toBe(expected.length);
      const { read, indexed, duplicate, rejected, skipped } = report.events;
      expect({ read, skipped }).toEqual({ read: indexed + duplicate + rejected, skipped: 0 });
      expect(await countOf(client, names(alias).deadLetters)).toBe(rejected);
      expect(await idsOf()).toEqual(expect.arrayContaining(['first', 'last', 'x']));
      for (const { code: reason, message } of report.failures) {
        expect(reason).toMatch(/^OBJECT_(CORRUPT|UNKNOWN)$/);
        expect(message).toMatch(/\w/);
      }
      expect(peakRssMb).toBeLessThan(1500);
    } finally {
      await folder.drop();
    }
  }, 180_000);
});

describe('objects of a bucket', () => {
  let bucket: TestBucket;
  beforeEach(async () => {
    bucket = await testBucket('bad-input');
  });
  afterEach(() => bucket.drop());

  test('a 40 KB string, objects for strings, scalars for objects and bad addresses are indexed, each as it was', async () => {
    const long = 'x'.repeat(40_960);
    const lines = [
      event('long', { userAgent: long, errorMessage: long, requestParameters: { policyDocument: long } }),
      event('objects', { awsRegion: { name: 'eu-west-1' }, userAgent: ['a', { b: 1 }], errorCode: { code: 5 } }),
      event('scalars', { userIdentity: 'root', requestParameters: 'none', responseElements: 5, resources: true }),
      event('address', { sourceIPAddress: '253.252.51.07' }),
      event('addresses', { sourceIPAddress: '192.0.2.1, 198.51.100.1' }),
    ];
    await bucket.put('values.ndjson', lines.join('\n'));
    const { events } = await ingest(`s3://${bucket.name}/`);
    expect(events).toEqual({ read: 5, indexed: 5, duplicate: 0, rejected: 0, skipped: 0 });
    await client.indices.refresh({ index: alias });
    const { body } = await client.search({ index: alias, body: { query: { ids: { values: ['long', 'address'] } } } });
    const sources = Object.fromEntries(
      body.hits.hits.map(({ _id, _source }) => [_id ?? '', _source as object]),
    ) as Record<string, object>;
    expect(sources['long']).toMatchObject({ http_request: { user_agent: long } });
    expect(sources['address']).toMatchObject({ src_endpoint: { domain: '253.252.51.07' } });
  });

  test('an event without a time, or with one that none is, becomes a dead letter with its place and text', async () => {
    const lines = [
      event('good'),
      event('timeless', { eventTime: undefined }),
      event('dotted', { eventTime: '...' }),
      event('early', { eventTime: '1999-12-31T23:59:59Z' }),
    ];
    await bucket.put('times.ndjson', lines.join('\n'));
    const { events } = await ingest(`s3://${bucket.name}/`);
    expect(events).toMatchObject({ read: 4, indexed: 1, rejected: 3 });
    expect(await lettersOf()).toMatchObject([
      { position: 2, reason: 'no_time', bucket: bucket.name, key: 'times.ndjson', document: lines[1] },
      { position: 3, reason: 'no_time', document: lines[2] },
      { position: 4, reason: 'time_out_of_range', document: lines[3] },
    ]);
  });

  test('a truncated gzip and a corrupt Parquet footer fail their objects, and what came before the damage is there', async () => {
    const cut = gzipSync(Array.from({ length: 3000 }, (_, i) => `${event(`cut-${i}`)}\n`).join(''), { level: 1 });
    await bucket.put('cut.json.gz', cut.subarray(0, -10));
    const footer = HOSTILE_OBJECTS.find(({ name }) => name === 'Parquet with a corrupt footer')!;
    await bucket.put('footer.gz.parquet', footer.bytes());
    await bucket.put('good.json', event('good'));
    const { objects, failures } = await ingest(`s3://${bucket.name}/`);
    expect(objects).toMatchObject({ seen: 3, done: 1, failed: 2 });
    expect(failures.map(({ key, code }) => `${key} ${code}`).sort()).toEqual([
      'cut.json.gz OBJECT_CORRUPT',
      'footer.gz.parquet OBJECT_CORRUPT',
    ]);
    expect(await countOf(client, alias)).toBeGreaterThan(2900);
    expect(await idsOf()).toEqual(expect.arrayContaining(['cut-0', 'good']));
  });

  test('keys that look like paths, commands or markup are names and nothing else', async () => {
    const keys = [
      'p/../../etc/passwd',
      'p//double//slash',
      'p/./dot',
      'p/~root/.ssh/id_rsa',
      'p/C:\\windows\\system32',
      'p/$(reboot);`id`|x&&y',
      'p/<script>alert(1)</script>',
      'p/%2e%2e%2f%00',
      'p/new\nline\ttab',
      `p/${'k'.repeat(1000)}`,
    ];
    for (const [i, key] of keys.entries()) await bucket.put(key, event(`key-${i}`));
    const { objects } = await ingest(`s3://${bucket.name}/p/`);
    expect(objects).toMatchObject({ seen: keys.length, done: keys.length, failed: 0 });
    expect(await idsOf()).toEqual(keys.map((_, i) => `key-${i}`).sort());
    // The ledger knows each by its own name: nothing is read again.
    expect((await ingest(`s3://${bucket.name}/p/`)).objects.skips).toEqual({ settled: keys.length });
  });

  test('an object deleted before it is read is skipped as gone, and the others are read', async () => {
    const proxy = await faultProxy(serverUrl('AWS_ENDPOINT_URL'));
    try {
      for (const name of ['a', 'b', 'c']) await bucket.put(`${name}.json`, event(name));
      // Deleted between its listing and its reading.
      let deleted: Promise<void> | undefined;
      proxy.add({
        match: { path: /b\.json/, test: () => ((deleted ??= bucket.remove('b.json')), true) },
        fault: { delayMs: 2000 },
      });
      const { objects, events } = await ingest(`s3://${bucket.name}/`, proxy.url);
      await deleted;
      expect(objects).toMatchObject({ seen: 3, done: 2, failed: 0, skips: { gone: 1 } });
      expect(events).toMatchObject({ read: 2, indexed: 2 });
    } finally {
      await proxy.close();
    }
  });

  test('a poison SQS message, and one of an object that is gone, stop nobody: the poison stays in the queue', async () => {
    const queue = await createQueue(sqs, 'bad-input', { VisibilityTimeout: '5' });
    const notice = (key: string): string =>
      JSON.stringify({
        Records: [
          {
            eventSource: 'aws:s3',
            eventName: 'ObjectCreated:Put',
            s3: { bucket: { name: bucket.name }, object: { key } },
          },
        ],
      });
    try {
      await bucket.put('good.json', event('good'));
      const bodies = ['{"Records":"poison"}', 'no json at all', notice('gone.json'), notice('good.json')];
      for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody }));
      const { objects, events } = await ingest(queue.url);
      expect(objects).toMatchObject({ done: 1, failed: 0, skips: { gone: 1, 'unknown-message': 2 } });
      expect(events).toMatchObject({ read: 1, indexed: 1 });
      const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      await sleep(100);
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: [...AttributeNames] }),
      );
      expect(AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0)).toBe(2);
    } finally {
      await queue.remove();
    }
  }, 60_000);
});
