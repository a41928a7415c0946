import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { shipped } from '../../src/content/root.ts';
import { generateEvents } from '../../src/demo/generate.ts';
import { createHandler, type SqsEvent } from '../../src/lambda.ts';
import { silentLogger } from '../../src/logger.ts';
import { names } from '../../src/names.ts';
import { trailFolder } from '../support/commands.ts';
import { faultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { countOf, installAlias } from '../support/installed.ts';
import {
  awsMembers,
  deleteAlias,
  notifiedBucket,
  serverUrl,
  testClient,
  testS3,
  testSqs,
  uniqueName,
  type NotifiedBucket,
} from '../support/servers.ts';

const alias = uniqueName('lambda');
const client = testClient();
const s3 = testS3();
const sqs = testSqs();
const folder = trailFolder({});
const EVENTS = 120;
const records = [...generateEvents({ seed: 'lambda', end: Date.now(), hours: 6, events: 600 })].slice(0, EVENTS);
let notified: NotifiedBucket;
let queue: NotifiedBucket['queue'];
let proxy: FaultProxy;
let handler: ReturnType<typeof createHandler>;
/** HTTP methods of all requests to the cluster. */
const methods = new Set<string>();

beforeAll(async () => {
  proxy = await faultProxy(serverUrl('OPENSEARCH_URL'));
  // What was received and not deleted is visible again after a second.
  notified = await notifiedBucket(s3, sqs, 'lambda', { VisibilityTimeout: '1' });
  ({ queue } = notified);
  await installAlias(client, alias);
  const config = join(folder.path, 'ocsf-cloudtrail.yml');
  writeFileSync(
    config,
    `opensearch: { url: "${proxy.url}" }\nindex: { alias: ${alias} }\ningest: { threads: 1 }\nsources:\n` +
      `  trail: { type: sqs, queue: ${queue.url}, ${awsMembers('LAMBDA_KEY')}, events: { exclude: [AssumeRole] } }\n`,
  );
  handler = createHandler({ OCSF_CLOUDTRAIL_CONFIG: config, LAMBDA_KEY: 'test' }, silentLogger);
});
afterEach(() => {
  for (const { method } of proxy.requests) methods.add(method);
  proxy.clear();
});
afterAll(async () => {
  folder.remove();
  await proxy.close();
  await Promise.all([notified.remove(), deleteAlias(client, alias)]);
  await client.close();
  s3.destroy();
  sqs.destroy();
});

const put = (key: string, body: Uint8Array): Promise<unknown> =>
  s3.send(new PutObjectCommand({ Bucket: notified.bucket, Key: key, Body: body }));
const trail = (list: readonly unknown[]): Buffer => gzipSync(JSON.stringify({ Records: list }));
/** As Lambda tells it: never a round number. */
const time = (ms = 59_987) => ({ getRemainingTimeInMillis: () => ms });

/** What Lambda's poller does with a queue: receives a batch, invokes, deletes what was not reported. */
async function poll(context = time()): Promise<{ taken: number; failed: readonly string[]; bodies: string[] }> {
  const taken = new Map<string, { receipt: string; body: string }>();
  for (let empty = 0; empty < 3 && taken.size < 10;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 30,
        WaitTimeSeconds: 1,
      }),
    );
    empty = Messages.length === 0 ? empty + 1 : 0;
    for (const { MessageId = '', ReceiptHandle = '', Body = '' } of Messages)
      taken.set(MessageId, { receipt: ReceiptHandle, body: Body });
  }
  const event: SqsEvent = {
    Records: [...taken].map(([messageId, { body }]) => ({ messageId, body, eventSourceARN: queue.arn })),
  };
  const { batchItemFailures } = await handler(event, context);
  const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  for (const [id, { receipt }] of taken)
    if (!failed.includes(id)) await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: receipt }));
  return { taken: taken.size, failed, bodies: failed.map((id) => taken.get(id)?.body ?? '') };
}

describe('the Lambda handler', () => {
  test('settles the messages it can and reports the others, by the filters of the queue in the configuration', async () => {
    await put('AWSLogs/a b+c.json.gz', trail(records.slice(0, 60)));
    await put('AWSLogs/b.json.gz', trail(records.slice(60)));
    await put('AWSLogs/cut.json.gz', trail(records).subarray(0, 500));
    await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: '{"hello": "world"}' }));
    const { taken, failed, bodies } = await poll();
    // Three objects, S3's test event, and what is no notification.
    expect([taken, failed.length]).toEqual([5, 2]);
    expect(bodies.join()).toMatch(/cut\.json\.gz/);
    expect(bodies.join()).toMatch(/hello/);
    const kept = records.filter(({ eventName }) => eventName !== 'AssumeRole').length;
    expect(kept).toBeLessThan(EVENTS);
    expect(await countOf(client, alias)).toBe(kept);
  });

  test('a batch that comes twice adds nothing, and is settled', async () => {
    const total = await countOf(client, alias);
    const message = (key: string) =>
      JSON.stringify({
        Records: [
          {
            eventSource: 'aws:s3',
            eventName: 'ObjectCreated:Put',
            s3: { bucket: { name: notified.bucket }, object: { key } },
          },
        ],
      });
    const event = {
      Records: ['AWSLogs/a+b%2Bc.json.gz', 'AWSLogs/b.json.gz', 'AWSLogs/gone.json.gz'].map((key, index) => ({
        messageId: String(index),
        body: message(key),
        eventSourceARN: queue.arn,
      })),
    };
    expect(await handler(event, time())).toEqual({ batchItemFailures: [] });
    expect(await countOf(client, alias)).toBe(total);
  });

  test('out of time, what is not settled is reported, and the next invocation finishes it', async () => {
    const late = generateEvents({ seed: 'late', end: Date.now(), hours: 6, events: 300 });
    const list = [...late].filter(({ eventName }) => eventName !== 'AssumeRole').slice(0, 100);
    const total = await countOf(client, alias);
    await put('AWSLogs/late.json.gz', trail(list));
    proxy.add({ match: { path: /_bulk/, body: /"_index":"[^"]*-ocsf-/ }, fault: { hang: true } });
    const first = await poll(time(5989));
    expect(first.failed.length).toBeGreaterThanOrEqual(1);
    expect(first.bodies.join()).toContain('late.json.gz');
    proxy.clear();
    // The claim of the first is given back or ends with its lease; until then the message only comes again.
    const deadline = Date.now() + 90_000;
    const event = {
      Records: [
        {
          messageId: 'm',
          body: first.bodies.find((body) => body.includes('late.json')) ?? '',
          eventSourceARN: queue.arn,
        },
      ],
    };
    while ((await handler(event, time())).batchItemFailures.length > 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await countOf(client, alias)).toBe(total + list.length);
  }, 120_000);

  test('where no message can fare better it throws, so that the invocation counts as an error', async () => {
    proxy.add({ fault: { respond: { status: 401, body: 'Unauthorized' } } });
    const event = { Records: [{ messageId: 'm', body: '{}', eventSourceARN: queue.arn }] };
    await expect(handler(event, time())).rejects.toMatchObject({ code: 'CLUSTER_AUTH' });
  });

  test.each([
    ['a bucket', { Records: [{ eventSource: 'aws:s3', s3: { bucket: { name: 'b' }, object: { key: 'k' } } }] }],
    ['a topic', { Records: [{ EventSource: 'aws:sns', Sns: { MessageId: 'm', Message: '{}' } }] }],
    ['a rule', { source: 'aws.s3', 'detail-type': 'Object Created', detail: {} }],
    ['a stream', { Records: [{ eventSourceARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/s', kinesis: {} }] }],
  ])('invoked by %s without a queue it throws, because any answer would count as success', async (_, event) => {
    await expect(handler(event as unknown as SqsEvent, time())).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('a queue') as unknown,
    });
  });

  test('what it rejects are dead letters, as with ingest', async () => {
    await put('AWSLogs/timeless.json.gz', trail([{ eventVersion: '1.08', eventName: 'X' }]));
    const { failed, bodies } = await poll();
    expect(bodies.join()).not.toContain('timeless');
    expect(failed.length).toBeLessThan(3);
    expect(await countOf(client, names(alias).deadLetters)).toBe(1);
  });

  test('the role of the template may ask the domain for what was asked, and nothing else', () => {
    const template = readFileSync(shipped('integration', 'deploy', 'lambda.yml'), 'utf8');
    const allowed = [...template.matchAll(/es:ESHttp(\w+)/g)].map(([, method = '']) => method.toUpperCase());
    expect(allowed.sort()).toEqual([...methods].sort());
  });
});
