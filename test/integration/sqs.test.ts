import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { sqsClient } from '../../src/aws/clients.ts';
import type { Lease, ObjectSource } from '../../src/ingest/ports.ts';
import { sqsSource, type SqsOptions } from '../../src/ingest/source/sqs.ts';
import { faultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { testLogger, type LogLine } from '../support/log.ts';
import { createQueue, testAws } from '../support/servers.ts';

const never = new AbortController().signal;

/** A visibility timeout, in seconds, of which half is more than a busy machine makes this process wait. */
const PATIENT_S = 4;

let proxy: FaultProxy;
/** The source's, through the proxy. */
let client: SQSClient;
/** The test's own. */
let direct: SQSClient;
let lines: LogLine[];
let drops: (() => Promise<void>)[];

beforeAll(async () => {
  const aws = testAws();
  proxy = await faultProxy(aws.endpoint ?? '');
  client = await sqsClient({ ...aws, endpoint: proxy.url });
  direct = await sqsClient(aws);
});
afterAll(async () => {
  client.destroy();
  direct.destroy();
  await proxy.close();
});
beforeEach(() => {
  proxy.clear();
  lines = [];
  drops = [];
});
afterEach(async () => {
  for (const drop of drops) await drop();
});

interface TestQueue {
  readonly name: string;
  readonly url: string;
  readonly send: (body: string) => Promise<void>;
  /** Messages that are visible, and that somebody holds. */
  readonly depth: () => Promise<[visible: number, held: number]>;
}

async function queueOf(attributes: Record<string, string> = {}): Promise<TestQueue & { arn: string }> {
  const { name, url, arn, remove } = await createQueue(direct, 'sqs-source', attributes);
  drops.push(remove);
  return {
    name,
    url,
    arn,
    send: async (MessageBody) => void (await direct.send(new SendMessageCommand({ QueueUrl: url, MessageBody }))),
    async depth() {
      const { Attributes = {} } = await direct.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
      );
      return [Number(Attributes.ApproximateNumberOfMessages), Number(Attributes.ApproximateNumberOfMessagesNotVisible)];
    },
  };
}

/** A notification of S3 that names these objects. */
const named = (...keys: string[]): string =>
  JSON.stringify({
    Records: keys.map((key) => ({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      eventTime: '2026-11-21T05:00:00.000Z',
      s3: { bucket: { name: 'logs' }, object: { key: encodeURIComponent(key), size: 3, eTag: 'abc' } },
    })),
  });

async function open(queue: { name: string }, options: Partial<SqsOptions> = {}): Promise<ObjectSource> {
  const log = testLogger();
  lines = log.lines;
  return await sqsSource(client, {
    name: 'test',
    queue: `sqs://${queue.name}`,
    filters: {},
    logger: log.logger,
    onceWaitS: 0,
    ...options,
  });
}

async function keysOf(
  source: ObjectSource,
  each: (lease: Lease) => unknown = (lease) => lease.ack(),
): Promise<string[]> {
  const keys: string[] = [];
  for await (const lease of source.leases(never)) {
    keys.push(lease.ref.key);
    await each(lease);
  }
  return keys.sort();
}

/** What the source asked of SQS, such as `DeleteMessageBatch`, with the request. */
const calls = (operation: string): Record<string, unknown>[] =>
  proxy.requests
    .filter(({ headers }) => headers['x-amz-target'] === `AmazonSQS.${operation}`)
    .map(({ body }) => JSON.parse(body.toString()) as Record<string, unknown>);
const hidden = (): number[] =>
  calls('ChangeMessageVisibilityBatch').flatMap(({ Entries }) =>
    (Entries as { VisibilityTimeout: number }[]).map(({ VisibilityTimeout }) => VisibilityTimeout),
  );
const operation = (name: string): { headers: Record<string, RegExp> } => ({
  headers: { 'x-amz-target': new RegExp(`\\.${name}$`) },
});

describe('a message of the queue', () => {
  test('is deleted only when everything it names is acknowledged', async () => {
    const queue = await queueOf();
    await queue.send(named('a', 'b', 'c'));
    const leases: Lease[] = [];
    await keysOf(await open(queue), async (lease) => {
      leases.push(lease);
      if (leases.length < 3) return;
      await leases[2]!.ack();
      await leases[0]!.ack();
      expect(await queue.depth()).toEqual([0, 1]);
      await leases[1]!.ack();
      expect(await queue.depth()).toEqual([0, 0]);
    });
    expect(leases.map(({ ref }) => ref)).toMatchObject([
      { bucket: 'logs', key: 'a', etag: 'abc', size: 3, lastModified: '2026-11-21T05:00:00.000Z' },
      { key: 'b' },
      { key: 'c' },
    ]);
  });

  test('one object that fails brings all of it back, after a pause', async () => {
    const queue = await queueOf();
    await queue.send(named('good', 'bad'));
    const source = await open(queue, { retryS: PATIENT_S });
    expect(await keysOf(source, (lease) => (lease.ref.key === 'bad' ? lease.nack('no') : lease.ack()))).toEqual([
      'bad',
      'good',
    ]);
    expect(hidden()).toEqual([PATIENT_S]);
    expect(calls('DeleteMessageBatch')).toEqual([]);
    await sleep(PATIENT_S * 1000 + 200);
    expect(await keysOf(await open(queue))).toEqual(['bad', 'good']);
    expect(await queue.depth()).toEqual([0, 0]);
  });

  test('stays hidden while work goes on, also when that takes longer than the timeout of the queue', async () => {
    const queue = await queueOf({ VisibilityTimeout: `${PATIENT_S}` });
    await queue.send(named('slow'));
    const other: number[] = [];
    await keysOf(await open(queue, { minVisibilityS: PATIENT_S, onceWaitS: 1 }), async (lease) => {
      for (let look = 0; look < 4; look += 1) {
        await sleep((PATIENT_S * 1000) / 2);
        const { Messages = [] } = await direct.send(new ReceiveMessageCommand({ QueueUrl: queue.url }));
        other.push(Messages.length);
      }
      await lease.ack();
    });
    expect(other).toEqual([0, 0, 0, 0]);
    expect(hidden().length).toBeGreaterThan(1);
    expect(await queue.depth()).toEqual([0, 0]);
  });

  test('stays hidden from its receive on, also while it waits for its turn', async () => {
    const queue = await queueOf({ VisibilityTimeout: `${PATIENT_S}` });
    for (let index = 0; index < 10; index += 1) await queue.send(named(`k${index}`));
    let first = true;
    const keys = await keysOf(await open(queue, { minVisibilityS: PATIENT_S, onceWaitS: 1 }), async (lease) => {
      if (first) await sleep(PATIENT_S * 1500);
      first = false;
      await lease.ack();
    });
    // One that had become visible again would have come twice.
    expect(keys).toEqual(Array.from({ length: 10 }, (_, index) => `k${index}`));
  });

  test('a queue whose own timeout is very short is extended at once', async () => {
    const queue = await queueOf({ VisibilityTimeout: '5' });
    await queue.send(named('a'));
    await keysOf(await open(queue), async (lease) => {
      for (let look = 0; look < 100 && hidden().length === 0; look += 1) await sleep(30);
      expect(hidden()).toEqual([30]);
      await lease.ack();
    });
  });

  test('settled messages are no longer extended', async () => {
    const queue = await queueOf({ VisibilityTimeout: '1' });
    await queue.send(named('a'));
    await keysOf(await open(queue, { minVisibilityS: 1 }));
    const before = hidden().length;
    await sleep(1500);
    expect(hidden()).toHaveLength(before);
  });

  test('that somebody else deleted meanwhile is no error', async () => {
    const queue = await queueOf();
    await queue.send(named('a'));
    const receipts: string[] = [];
    proxy.add({
      match: operation('ReceiveMessage'),
      fault: {
        rewrite: (body) => {
          const { Messages = [] } = JSON.parse(body.toString()) as { Messages?: { ReceiptHandle: string }[] };
          receipts.push(...Messages.map(({ ReceiptHandle }) => ReceiptHandle));
          return body;
        },
      },
    });
    const keys = await keysOf(await open(queue), async (lease) => {
      await direct.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: receipts[0] }));
      await lease.ack();
    });
    expect(keys).toEqual(['a']);
  });

  test('delivered twice is given twice, and both are deleted', async () => {
    const queue = await queueOf();
    await queue.send(named('a'));
    await queue.send(named('a'));
    expect(await keysOf(await open(queue))).toEqual(['a', 'a']);
    expect(await queue.depth()).toEqual([0, 0]);
  });
});

describe('messages that name nothing to read', () => {
  test('test events, removals, digests and metadata are deleted and counted', async () => {
    const queue = await queueOf();
    await queue.send(JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent' }));
    await queue.send(named('a').replace('ObjectCreated:Put', 'ObjectRemoved:Delete'));
    await queue.send(named('AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/2026/11/21/d.json.gz'));
    await queue.send(named('aws/CLOUD_TRAIL_MGMT/2.0/metadata/v1.metadata.json', 'b'));
    const source = await open(queue);
    expect(await keysOf(source)).toEqual(['b']);
    expect(source.skipped()).toEqual({ notification: 2, digest: 1, metadata: 1 });
    expect(await queue.depth()).toEqual([0, 0]);
  });

  test('objects outside the days and accounts that are asked for are left out', async () => {
    const queue = await queueOf();
    const key = (day: string): string => `AWSLogs/123456789012/CloudTrail/eu-west-1/${day}/x.json.gz`;
    await queue.send(named(key('2026/11/01')));
    await queue.send(named(key('2026/11/21')));
    const source = await open(queue, { filters: { since: Date.parse('2026-11-20') } });
    expect(await keysOf(source)).toEqual([key('2026/11/21')]);
    expect(source.skipped()).toEqual({ filtered: 1 });
  });

  test('what is no notification is left in the queue, counted, and told', async () => {
    const queue = await queueOf();
    await queue.send('{"order":"66","password":"hunter2"}');
    await queue.send(named('a'));
    const source = await open(queue);
    expect(await keysOf(source)).toEqual(['a']);
    expect(source.skipped()).toEqual({ 'unknown-message': 1 });
    expect(await queue.depth()).toEqual([0, 1]);
    expect(hidden()).toEqual([30]);
    const told = lines.find(({ msg }) => msg.includes('left a message'));
    expect(told).toMatchObject({ level: 40, reason: expect.stringContaining('order') });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});

describe('a poison message', () => {
  test('is left to the redrive policy of the queue', async () => {
    const dead = await queueOf();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: '2' });
    const queue = await queueOf({ RedrivePolicy });
    await queue.send(named('bad'));
    const tries: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      tries.push((await keysOf(await open(queue, { retryS: 0 }), (lease) => lease.nack('no'))).length);
    }
    expect(tries.reduce((sum, each) => sum + each)).toBe(2);
    expect(await queue.depth()).toEqual([0, 0]);
    expect((await dead.depth())[0]).toBe(1);
    expect(lines.filter(({ level }) => level >= 40)).toEqual([]);
  });

  test('cannot loop hot where there is none, which is said at the start', async () => {
    const queue = await queueOf();
    await queue.send(named('bad'));
    const source = await open(queue, { retryS: 0 });
    expect(lines).toMatchObject([{ level: 40, msg: expect.stringContaining('dead-letter queue') }]);
    expect(await keysOf(source, (lease) => lease.nack('no'))).toHaveLength(5);
    expect(hidden()).toEqual([0, 0, 0, 0, 3600]);
    expect(await queue.depth()).toEqual([0, 1]);
  });
});

describe('consumed messages that are kept', () => {
  test('stay in the queue, and are not given again by the same run', async () => {
    const queue = await queueOf({ VisibilityTimeout: '1' });
    await queue.send(named('a'));
    await queue.send(JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent' }));
    const source = await open(queue, { deleteConsumed: false, minVisibilityS: 1, onceWaitS: 1 });
    expect(await keysOf(source)).toEqual(['a']);
    await sleep(1200);
    expect(await queue.depth()).toEqual([2, 0]);
  });
});

describe('a queue that misbehaves', () => {
  test('entries of a batch that SQS could not do are sent again', async () => {
    const queue = await queueOf();
    for (const key of ['a', 'b', 'c']) await queue.send(named(key));
    const failing = (body: Buffer): string => {
      const { Successful = [] } = JSON.parse(body.toString()) as { Successful?: { Id: string }[] };
      const [first, ...rest] = Successful;
      const Failed = [{ Id: first!.Id, SenderFault: false, Code: 'InternalError', Message: 'try again' }];
      return JSON.stringify({ Successful: rest, Failed });
    };
    proxy.add({ match: operation('DeleteMessageBatch'), nth: 1, fault: { rewrite: failing } });
    const leases: Lease[] = [];
    await keysOf(await open(queue), async (lease) => {
      leases.push(lease);
      if (leases.length === 3) await Promise.all(leases.map((each) => each.ack()));
    });
    const sent = calls('DeleteMessageBatch').map(({ Entries }) => (Entries as unknown[]).length);
    expect(sent).toEqual([3, 1]);
  });

  test('500, throttling and resets are waited for', async () => {
    const queue = await queueOf();
    await queue.send(named('a'));
    const receive = operation('ReceiveMessage');
    const throttled = { status: 400, body: '{"__type":"com.amazonaws.sqs#RequestThrottled","message":"slow down"}' };
    const source = await open(queue);
    proxy.add({ match: receive, nth: 1, fault: { respond: { status: 500 } } });
    proxy.add({ match: receive, nth: 1, fault: { respond: throttled } });
    proxy.add({ match: receive, nth: 1, fault: { reset: 'before' } });
    proxy.add({ match: operation('DeleteMessageBatch'), nth: 1, fault: { reset: 'after' } });
    expect(await keysOf(source)).toEqual(['a']);
    expect(await queue.depth()).toEqual([0, 0]);
  }, 30_000);

  test('a message that cannot be deleted now is told, and costs no more', async () => {
    const queue = await queueOf();
    await queue.send(named('a'));
    proxy.add({ match: operation('DeleteMessageBatch'), fault: { respond: { status: 500 } } });
    expect(await keysOf(await open(queue))).toEqual(['a']);
    expect(lines.some(({ msg }) => msg === 'could not settle a message')).toBe(true);
  }, 30_000);

  test('a denied deletion ends the run and names the action', async () => {
    const queue = await queueOf();
    await queue.send(named('a'));
    const body = '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}';
    proxy.add({ match: operation('DeleteMessageBatch'), fault: { respond: { status: 403, body } } });
    await expect(keysOf(await open(queue))).rejects.toMatchObject({
      code: 'SOURCE_FORBIDDEN',
      hint: expect.stringContaining('sqs:DeleteMessage'),
    });
  });

  test('a denied receive ends the run and names the action', async () => {
    const queue = await queueOf();
    const body = '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}';
    proxy.add({ match: operation('ReceiveMessage'), fault: { respond: { status: 403, body } } });
    await expect(keysOf(await open(queue))).rejects.toMatchObject({
      code: 'SOURCE_FORBIDDEN',
      hint: expect.stringContaining('sqs:ReceiveMessage'),
    });
  });

  test('settings that may not be read cost a warning, not the run', async () => {
    const queue = await queueOf();
    await queue.send(named('a'));
    const body = '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}';
    proxy.add({ match: operation('GetQueueAttributes'), fault: { respond: { status: 403, body } } });
    expect(await keysOf(await open(queue))).toEqual(['a']);
    expect(lines).toMatchObject([{ level: 40, msg: expect.stringContaining('sqs:GetQueueAttributes') }]);
  });

  test('a queue that does not exist is said to be missing, by name and by URL', async () => {
    await expect(open({ name: 'no-such-queue' })).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    const { url } = await queueOf();
    await expect(open({ name: '' }, { queue: `${url}-gone` })).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });
});

describe('a run that is told to end', () => {
  test('gives back at once what nobody has begun, and lets the rest be settled', async () => {
    const queue = await queueOf();
    for (let index = 0; index < 5; index += 1) await queue.send(named(`k${index}`));
    const stop = new AbortController();
    const leases: Lease[] = [];
    for await (const lease of (await open(queue, { follow: { pollMs: 20_000 } })).leases(stop.signal)) {
      leases.push(lease);
      await sleep(200);
      stop.abort();
    }
    expect(leases).toHaveLength(1);
    expect(await queue.depth()).toEqual([4, 1]);
    await leases[0]!.ack();
    expect(calls('DeleteMessageBatch')).toHaveLength(1);
  });
});

describe('a receive under way when the run is told to end', () => {
  test('comes home, and what it brings is shown again at once', async () => {
    const queue = await queueOf({ VisibilityTimeout: '600' });
    for (let index = 0; index < 5; index += 1) await queue.send(named(`k${index}`));
    const stop = new AbortController();
    proxy.add({ match: operation('ReceiveMessage'), nth: 1, fault: { onHit: () => stop.abort() } });
    for await (const lease of (await open(queue, { follow: { pollMs: 1000 } })).leases(stop.signal))
      expect(lease).toBeUndefined();
    expect(await queue.depth()).toEqual([5, 0]);
  });
});

describe('backlog', () => {
  test('tells what waits in the queue and how old it is', async () => {
    const queue = await queueOf();
    for (let index = 0; index < 7; index += 1) await queue.send(named(`k${index}`));
    const source = await open(queue);
    expect(source.backlog?.()).toEqual({ objects: 7 });
    await keysOf(source, async (lease) => {
      expect(source.backlog?.().oldestAgeMs).toBeGreaterThanOrEqual(0);
      await lease.ack();
    });
  });
});
