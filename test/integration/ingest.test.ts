import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { defaultConfig } from '../../src/config/load.ts';
import { sourceSpecs, type SourceFlags } from '../../src/config/sources.ts';
import { PACKAGE_ROOT } from '../../src/content/root.ts';
import { generateEvents } from '../../src/demo/generate.ts';
import { runIngest, type RunOptions } from '../../src/ingest/run.ts';
import type { RunReport } from '../../src/ingest/totals.ts';
import { silentLogger } from '../../src/logger.ts';
import { names } from '../../src/names.ts';
import { emulatorEnvironment } from '../../src/runtime/environment.ts';
import { cli } from '../support/commands.ts';
import { faultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { countOf, installAlias } from '../support/installed.ts';
import {
  createBucket,
  createQueue,
  deleteAlias,
  notifyQueue,
  serverUrl,
  testClient,
  testS3,
  testSqs,
  uniqueName,
} from '../support/servers.ts';

const client = testClient();
const s3 = testS3();
const sqs = testSqs();
const EVENTS = 600;
const OBJECTS = 12;
const records = [...generateEvents({ seed: 'ingest', end: Date.now(), hours: 6, events: 3000 })].slice(0, EVENTS);
const never = new AbortController().signal;

let alias: string;
let bucket: Awaited<ReturnType<typeof createBucket>>;
let proxy: FaultProxy;

beforeAll(async () => {
  proxy = await faultProxy(serverUrl('OPENSEARCH_URL'));
});
beforeEach(async () => {
  alias = uniqueName('ingest');
  bucket = await createBucket(s3, 'ingest');
  await installAlias(client, alias);
});
afterEach(async () => {
  proxy.clear();
  await deleteAlias(client, alias);
  await bucket.remove();
});
afterAll(async () => {
  await proxy.close();
  await client.close();
  s3.destroy();
  sqs.destroy();
});

const put = (key: string, body: Uint8Array | string): Promise<unknown> =>
  s3.send(new PutObjectCommand({ Bucket: bucket.bucket, Key: key, Body: Buffer.from(body) }));

const part = (index: number): unknown[] => records.slice((index * EVENTS) / OBJECTS, ((index + 1) * EVENTS) / OBJECTS);
const trail = (list: readonly unknown[]): Buffer => gzipSync(JSON.stringify({ Records: list }));

/** A trail's bucket: twelve objects of fifty records each. */
async function fill(): Promise<void> {
  for (let index = 0; index < OBJECTS; index += 1)
    await put(
      `AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/21/part-${String(index).padStart(2, '0')}.json.gz`,
      trail(part(index)),
    );
}

function ingest(
  words: readonly string[],
  change: Partial<RunOptions> = {},
  flags: SourceFlags = {},
): Promise<RunReport> {
  const aws = { awsRegion: 'us-east-1', awsEndpoint: serverUrl('AWS_ENDPOINT_URL') };
  return runIngest({
    opensearch: { url: serverUrl('OPENSEARCH_URL'), insecure: false },
    alias,
    sources: sourceSpecs(words, { ...aws, ...flags }, undefined, Date.now()),
    ingest: defaultConfig().ingest,
    follow: false,
    force: false,
    logger: silentLogger,
    signals: { drain: never, abort: never },
    ...change,
  });
}

/** The program itself, against the fault proxy. */
function start(words: readonly string[]): ChildProcess {
  const args = [
    'ingest',
    ...words,
    '--alias',
    alias,
    '--json',
    '--opensearch-url',
    proxy.url,
    '--aws-endpoint',
    serverUrl('AWS_ENDPOINT_URL'),
  ];
  return spawn(process.execPath, [`${PACKAGE_ROOT}dist/cli.js`, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

const source = (): string => `s3://${bucket.bucket}/AWSLogs/`;

describe('ingest by listing', () => {
  test('every event is there once, a second run reads nothing, and --force of what is there gives duplicates only', async () => {
    await fill();
    const first = await ingest([source()]);
    expect(first.objects).toMatchObject({ seen: OBJECTS, done: OBJECTS, failed: 0 });
    expect(first.events).toEqual({ read: EVENTS, indexed: EVENTS, duplicate: 0, rejected: 0, skipped: 0 });
    expect(await countOf(client, alias)).toBe(EVENTS);

    const second = await ingest([source()]);
    expect(second.events.read).toBe(0);
    expect(second.objects.skips).toEqual({ settled: OBJECTS });

    const forced = await ingest([source()], { force: true });
    expect(forced.events).toEqual({ read: EVENTS, indexed: 0, duplicate: EVENTS, rejected: 0, skipped: 0 });
    expect(await countOf(client, alias)).toBe(EVENTS);
  });

  test('a late file with a smaller key, and a file that was replaced, are read by the next run', async () => {
    const folder = 'AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/21';
    await put(`${folder}/b.json.gz`, trail(part(0)));
    await ingest([source()]);
    await put(`${folder}/a.json.gz`, trail(part(1)));
    await put(`${folder}/b.json.gz`, trail(part(2)));
    const report = await ingest([source()]);
    expect(report.objects.done).toBe(2);
    expect(await countOf(client, alias)).toBe((3 * EVENTS) / OBJECTS);
  });

  test('keys with spaces, plus, equals, percent and other scripts are read', async () => {
    const odd = ['a b', 'a+b', 'a=b', 'a%2Fb', 'ä/日本', 'quote\'"'];
    for (const [index, name] of odd.entries()) await put(`AWSLogs/${name}.json.gz`, trail(part(index)));
    const report = await ingest([`s3://${bucket.bucket}/`]);
    expect(report.objects).toMatchObject({ done: odd.length, failed: 0 });
    expect(await countOf(client, alias)).toBe((odd.length * EVENTS) / OBJECTS);
  });

  test('two workers on one bucket give each event once', async () => {
    await fill();
    const reports = await Promise.all([ingest([source()]), ingest([source()])]);
    const sum = (key: 'indexed' | 'rejected'): number => reports.reduce((total, { events }) => total + events[key], 0);
    expect(sum('indexed')).toBe(EVENTS);
    expect(sum('rejected')).toBe(0);
    expect(await countOf(client, alias)).toBe(EVENTS);
  });

  test('filters leave events out and count them', async () => {
    await fill();
    const account = records.map((record) => record.recipientAccountId).find((id) => id !== undefined) ?? '';
    const kept = records.filter((record) => record.recipientAccountId === account).length;
    // The prefix is no trail's, so that keys cannot tell accounts and every object is read.
    const report = await ingest([source()], {}, { account: [account] });
    expect(report.events.indexed + report.events.skipped).toBe(report.events.read);
    expect(report.events.indexed).toBeLessThanOrEqual(kept);
  });
});

describe('ingest by SQS', () => {
  test('the same bucket by listing and by SQS at once gives each event once, and the queue is empty after', async () => {
    const queue = await createQueue(sqs, 'ingest', { VisibilityTimeout: '30' });
    try {
      await notifyQueue(s3, bucket.bucket, queue.arn);
      await fill();
      const reports = await Promise.all([ingest([source()]), ingest([queue.url])]);
      const sum = (key: 'indexed' | 'rejected'): number =>
        reports.reduce((total, { events }) => total + events[key], 0);
      expect({ indexed: sum('indexed'), rejected: sum('rejected') }).toEqual({ indexed: EVENTS, rejected: 0 });
      expect(await countOf(client, alias)).toBe(EVENTS);
      const again = await ingest([queue.url]);
      expect(again.events.read).toBe(0);
    } finally {
      await queue.remove();
    }
  }, 120_000);
});

test('a queue is followed until stopped, or once with --once', async () => {
  const queue = await createQueue(sqs, 'ingest', { VisibilityTimeout: '30' });
  try {
    await notifyQueue(s3, bucket.bucket, queue.arn);
    await put('AWSLogs/first.json.gz', trail(part(0)));
    const drained = start([queue.url, '--once']);
    expect(await once(drained, 'exit')).toEqual([0, null]);
    expect(await countOf(client, alias)).toBe(EVENTS / OBJECTS);

    const follower = start([`sqs://${queue.name}`]);
    for (const index of [1, 2]) {
      await put(`AWSLogs/later-${index}.json.gz`, trail(part(index)));
      while ((await countOf(client, alias)) < ((1 + index) * EVENTS) / OBJECTS)
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    follower.kill('SIGTERM');
    expect(await once(follower, 'exit')).toEqual([143, null]);
  } finally {
    await queue.remove();
  }
}, 60_000);

test('a queue named by its ARN needs no other word of its region', async () => {
  const queue = await createQueue(sqs, 'ingest', { VisibilityTimeout: '30' });
  const [aws, opensearch] = [serverUrl('AWS_ENDPOINT_URL'), serverUrl('OPENSEARCH_URL')];
  const { AWS_REGION: _, ...environment } = emulatorEnvironment(aws);
  try {
    await notifyQueue(s3, bucket.bucket, queue.arn);
    await put('AWSLogs/first.json.gz', trail(part(0)));
    const named = ['--alias', alias, '--aws-endpoint', aws, '--opensearch-url', opensearch];
    const { code, stderr } = await cli(['ingest', queue.arn, '--once', ...named], environment);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await countOf(client, alias)).toBe(EVENTS / OBJECTS);
  } finally {
    await queue.remove();
  }
}, 60_000);

describe('bad input', () => {
  test('an invalid line, an event without a time and a truncated archive cost no neighbour', async () => {
    const lines = part(0).map((record) => JSON.stringify(record));
    const { eventTime: _, ...timeless } = records[0] ?? { eventTime: '' };
    await put(
      'x/lines.ndjson',
      [
        ...lines.slice(0, 10),
        '{"eventID": "cut',
        ...lines.slice(10, 20),
        JSON.stringify(timeless),
        ...lines.slice(20),
      ].join('\n'),
    );
    await put('x/whole.json.gz', trail(part(1)));
    const archive = trail(part(2));
    await put('x/cut.json.gz', archive.subarray(0, archive.length - 200));
    const report = await ingest([`s3://${bucket.bucket}/x/`]);
    expect(report.objects).toMatchObject({ done: 2, failed: 1 });
    expect(report.failures[0]).toMatchObject({ key: 'x/cut.json.gz', code: 'OBJECT_CORRUPT' });
    expect(report.events.rejected).toBe(2);
    const { deadLetters } = names(alias);
    expect(await countOf(client, deadLetters)).toBe(2);
    const { body } = await client.search({ index: deadLetters, body: { sort: [{ position: 'asc' }] } });
    const letters = body.hits.hits.map(({ _source }) => _source as Record<string, unknown>);
    expect(letters).toMatchObject([
      { reason: 'invalid_json', key: 'x/lines.ndjson', position: 11, bucket: bucket.bucket },
      { reason: 'no_time', key: 'x/lines.ndjson', position: 22 },
    ]);
    expect(await countOf(client, alias)).toBeGreaterThanOrEqual((2 * EVENTS) / OBJECTS);
  });

  test('digests, folder markers and empty objects are skipped and counted', async () => {
    await put('AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/2026/11/21/d.json.gz', gzipSync('{}'));
    await put('AWSLogs/folder/', '');
    await put('AWSLogs/empty.json', '');
    await put(
      'AWSLogs/digest.json',
      JSON.stringify({ awsAccountId: '123456789012', digestStartTime: '2026-11-21T00:00:00Z', digestS3Bucket: 'b' }),
    );
    const report = await ingest([source()]);
    expect(report.objects).toMatchObject({ done: 0, failed: 0, skipped: 4 });
    expect(report.events.read).toBe(0);
  });

  test('a prefix where nothing is, is an error and not a success', async () => {
    await expect(ingest([`s3://${bucket.bucket}/nowhere/`])).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });
});

describe('faults', () => {
  test('kill -9 in mid-run and a rerun give each event once', async () => {
    await fill();
    // Slow enough to be caught in the middle.
    proxy.add({ match: { path: /_bulk/ }, fault: { delayMs: 150 } });
    const child = start([source()]);
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline && (await countOf(client, alias)) === 0)
      await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const before = await countOf(client, alias);
    expect(before).toBeGreaterThan(0);
    proxy.clear();
    const report = await ingest([source()]);
    expect(report.objects.failed).toBe(0);
    expect(await countOf(client, alias)).toBe(EVENTS);
  }, 60_000);

  test('a run of which a source fails ends with its error, and with the report of what the others did', async () => {
    await fill();
    const gone = `s3://${uniqueName('gone')}/`;
    const words = [gone, source(), '--alias', alias, '--json', '--aws-endpoint', serverUrl('AWS_ENDPOINT_URL')];
    const { code, stdout, stderr } = await cli(['ingest', ...words], {
      ...emulatorEnvironment(serverUrl('AWS_ENDPOINT_URL')),
      OPENSEARCH_URL: serverUrl('OPENSEARCH_URL'),
    });
    expect([code, stderr]).toEqual([1, expect.stringContaining('SOURCE_NOT_FOUND: ')]);
    const report = JSON.parse(stdout) as RunReport;
    expect(report.events).toMatchObject({ read: EVENTS, indexed: EVENTS });
    expect(report.failedSources).toMatchObject([{ name: gone, code: 'SOURCE_NOT_FOUND' }]);
    expect(await countOf(client, alias)).toBe(EVENTS);
  });

  test('SIGTERM drains: what is in flight is settled and the exit code says so', async () => {
    await fill();
    // The objects are settled late, so that the run is still there when it is told to end.
    proxy.add({ match: { path: /_bulk/, body: /"state":"done"/ }, fault: { delayMs: 3000 } });
    proxy.add({ match: { path: /_bulk/ }, fault: { delayMs: 100 } });
    const child = start([source()]);
    const output: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
    while ((await countOf(client, alias)) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    const report = JSON.parse(Buffer.concat(output).toString()) as RunReport;
    expect(code).toBe(143);
    expect(report.interrupted).toBe(true);
    expect(report.events.indexed).toBe(await countOf(client, alias));
    await ingest([source()]);
    expect(await countOf(client, alias)).toBe(EVENTS);
  }, 60_000);
});
