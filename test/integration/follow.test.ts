import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shipped } from '../../src/content/root.ts';
import { generateEvents } from '../../src/demo/generate.ts';
// Here, because jest's loader stumbles when two sources import them at the same moment.
import '../../src/ingest/read/file.ts';
import '../../src/ingest/read/s3.ts';
import '../../src/ingest/source/folder.ts';
import '../../src/ingest/source/listing.ts';
import { runIngest } from '../../src/ingest/run.ts';
import type { RunReport } from '../../src/ingest/totals.ts';
import { defaultConfig } from '../../src/config/load.ts';
import { silentLogger } from '../../src/logger.ts';
import { trailFolder } from '../support/commands.ts';
import { faultProxy } from '../support/fault-proxy.ts';
import { countOf, installAlias } from '../support/installed.ts';
import {
  awsMembers,
  createBucket,
  deleteAlias,
  notifiedBucket,
  serverUrl,
  testClient,
  testS3,
  testSqs,
  uniqueName,
  type NotifiedBucket,
} from '../support/servers.ts';

const alias = uniqueName('follow');
const client = testClient();
const s3 = testS3();
const sqs = testSqs();
const folder = trailFolder({});
const settings = trailFolder({});
const records = [...generateEvents({ seed: 'follow', end: Date.now(), hours: 6, events: 900 })].slice(0, 300);
const part = (index: number): Buffer =>
  gzipSync(JSON.stringify({ Records: records.slice(index * 50, (index + 1) * 50) }));
let listed: Awaited<ReturnType<typeof createBucket>>;
let notified: NotifiedBucket;
let config: string;
let child: ChildProcess | undefined;

beforeAll(async () => {
  listed = await createBucket(s3, 'follow');
  notified = await notifiedBucket(s3, sqs, 'follow', { VisibilityTimeout: '30' });
  await installAlias(client, alias);
  config = join(settings.path, 'ocsf-cloudtrail.yml');
  const aws = awsMembers('KEY');
  writeFileSync(
    config,
    `opensearch: { url: "${serverUrl('OPENSEARCH_URL')}" }
index: { alias: ${alias} }
ingest: { threads: 1 }
metrics: { port: 0 }
sources:
  listed: { type: s3, bucket: ${listed.bucket}, prefix: AWSLogs/, pollInterval: 1s, events: { exclude: [AssumeRole] }, ${aws} }
  queue: { type: sqs, queue: "${notified.queue.url}", pollInterval: 1s, categories: [management], ${aws} }
  folder: { type: folder, path: "${folder.path}", pollInterval: 1s }
  off: { type: folder, path: /nowhere, enabled: false }
`,
  );
});
afterAll(async () => {
  child?.kill('SIGKILL');
  folder.remove();
  settings.remove();
  await Promise.all([listed.remove(), notified.remove(), deleteAlias(client, alias)]);
  await client.close();
  s3.destroy();
  sqs.destroy();
});

const put = (bucket: string, key: string, body: Buffer): Promise<unknown> =>
  s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
async function until<T>(ask: () => Promise<T>, good: (value: T) => boolean, ms = 30_000): Promise<T> {
  for (const deadline = Date.now() + ms; ; await sleep(200)) {
    const value = await ask();
    if (good(value)) return value;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(value)} after ${ms} ms`);
  }
}

describe('ingest --follow', () => {
  test('runs every enabled source of the configuration until SIGTERM, and then adds up', async () => {
    await put(listed.bucket, 'AWSLogs/0.json.gz', part(0));
    child = spawn(process.execPath, [shipped('dist', 'cli.js'), 'ingest', '--follow', '--config', config, '--json'], {
      env: { PATH: process.env['PATH'] ?? '', KEY: 'test' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    const url = await until(
      async () => /Metrics: (\S+)\/metrics/.exec(output.stderr)?.[1],
      (found) => found !== undefined,
    );
    await until(
      async () => (await fetch(`${url}/ready`)).status,
      (status) => status === 200,
    );
    expect(await (await fetch(`${url}/health`)).text()).toBe('ok\n');

    // What comes while it runs, by each way; a file is moved in when it is whole.
    await put(listed.bucket, 'AWSLogs/1.json.gz', part(1));
    await put(notified.bucket, 'AWSLogs/2.json.gz', part(2));
    await put(notified.bucket, 'AWSLogs/3.json.gz', part(3));
    const partial = join(settings.path, '4.json.gz');
    writeFileSync(partial, part(4));
    renameSync(partial, join(folder.path, '4.json.gz'));
    const metric = async (pattern: RegExp): Promise<number> =>
      Number(pattern.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? 0);
    const kept = records
      .slice(0, 250)
      .filter(
        ({ eventName, eventCategory }, index) =>
          (index >= 100 || eventName !== 'AssumeRole') &&
          (index < 100 || index >= 200 || eventCategory === 'Management'),
      );
    await until(
      () => countOf(client, alias),
      (count) => count === kept.length,
    );
    expect(await metric(/events_total\{outcome="indexed"\} (\d+)/)).toBe(kept.length);
    await until(
      () => metric(/objects_total\{source="queue",state="done"\} (\d+)/),
      (done) => done === 2,
    );

    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    const report = JSON.parse(output.stdout) as RunReport;
    expect(code).toBe(143);
    expect(report).toMatchObject({ interrupted: true, objects: { done: 5, failed: 0 } });
    expect(report.events).toMatchObject({ read: 250, indexed: kept.length, skipped: 250 - kept.length, rejected: 0 });
    expect(output.stderr).toContain('Stopping: settling what is in flight.');
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: notified.queue.url, AttributeNames: ['All'] }),
    );
    expect([
      Attributes?.['ApproximateNumberOfMessages'],
      Attributes?.['ApproximateNumberOfMessagesNotVisible'],
    ]).toEqual(['0', '0']);
  }, 90_000);

  test('a source that fails is tried again, and the others go on meanwhile', async () => {
    const proxy = await faultProxy(serverUrl('AWS_ENDPOINT_URL'));
    const stop = new AbortController();
    const failures: string[] = [];
    const aws = {
      region: 'us-east-1',
      endpoint: proxy.url,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    const base = { filters: {}, concurrency: 4, pollMs: 300 };
    const before = await countOf(client, alias);
    const run = runIngest({
      opensearch: { url: serverUrl('OPENSEARCH_URL'), insecure: false },
      alias,
      sources: [
        { ...base, name: 'flaky', kind: 's3', bucket: listed.bucket, prefix: 'flaky/', aws },
        { ...base, name: 'folder', kind: 'folder', path: folder.path },
      ],
      ingest: { ...defaultConfig().ingest, threads: 1 },
      follow: true,
      force: false,
      logger: silentLogger,
      signals: { drain: stop.signal, abort: new AbortController().signal },
      observer: { sourceFailed: (source) => failures.push(source) },
      sourceWaits: { baseMs: 200, maxMs: 200 },
    });
    try {
      await until(
        async () => proxy.requests.length,
        (seen) => seen > 2,
      );
      const denied = { respond: { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' } };
      const heal = proxy.add({ fault: denied });
      await until(
        async () => failures.length,
        (count) => count >= 2,
      );
      writeFileSync(join(folder.path, '5.json.gz'), part(5));
      await until(
        () => countOf(client, alias),
        (count) => count === before + 50,
      );
      heal();
      const extra = [...generateEvents({ seed: 'healed', end: Date.now(), hours: 6, events: 100 })].slice(0, 20);
      await put(listed.bucket, 'flaky/9.json.gz', gzipSync(JSON.stringify({ Records: extra })));
      await until(
        () => countOf(client, alias),
        (count) => count === before + 70,
      );
    } finally {
      stop.abort();
      const report = await run;
      await proxy.close();
      expect(report).toMatchObject({ interrupted: true, objects: { failed: 0 } });
      expect(new Set(failures)).toEqual(new Set(['flaky']));
    }
  }, 60_000);
});
