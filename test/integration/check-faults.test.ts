import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { AwsOptions } from '../../src/aws/clients.ts';
import type { Check } from '../../src/operate/check/report.ts';
import { checkSource } from '../../src/operate/check/source.ts';
import { faultProxy, type FaultProxy, type FaultRule } from '../support/fault-proxy.ts';
import { createBucket, createQueue, notifyQueue, serverUrl, testAws, testS3, testSqs } from '../support/servers.ts';

/** The emulator, but for the one answer that a test replaces by AWS's own words. */
let proxy: FaultProxy;
let bucket: Awaited<ReturnType<typeof createBucket>>;
let queue: Awaited<ReturnType<typeof createQueue>>;
const s3 = testS3();
const sqs = testSqs();
let aws: AwsOptions;

beforeAll(async () => {
  proxy = await faultProxy(serverUrl('AWS_ENDPOINT_URL'));
  aws = testAws(proxy.url);
  [bucket, queue] = await Promise.all([
    createBucket(s3, 'check'),
    createQueue(sqs, 'check', { VisibilityTimeout: '300' }),
  ]);
  await s3.send(new PutObjectCommand({ Bucket: bucket.bucket, Key: 'AWSLogs/a.json', Body: '{"Records":[]}' }));
});
afterEach(() => proxy.clear());
afterAll(async () => {
  await proxy.close();
  await Promise.all([bucket.remove(), queue.remove()]);
  s3.destroy();
  sqs.destroy();
});

const xml = (status: number, code: string, message: string): FaultRule['fault'] => ({
  respond: {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  },
});
const query = (status: number, code: string, message: string): FaultRule['fault'] => ({
  respond: {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  },
});
const json = (status: number, type: string, message: string): FaultRule['fault'] => ({
  respond: {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-query-error': `${type};Sender` },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${type}`, message }),
  },
});
const checkBucket = (change: Partial<AwsOptions> = {}): Promise<Check[]> =>
  checkSource({ name: 'trail', kind: 's3', bucket: bucket.bucket, prefix: '', aws: { ...aws, ...change } }, Date.now);
const checkQueue = (): Promise<Check[]> => checkSource({ name: 'queue', kind: 'sqs', queue: queue.url, aws }, Date.now);
const worst = (checks: readonly Check[]) => checks.find(({ status }) => status === 'failed');
const DENIED = 'User: arn:aws:iam::123456789012:user/reader is not authorized to perform: ';

describe('check says who is at fault in a bucket', () => {
  test.each([
    [
      'the IAM policy, for listing',
      {
        match: { path: /list-type/ },
        fault: xml(
          403,
          'AccessDenied',
          `${DENIED}s3:ListBucket on resource: "arn:aws:s3:::b" because no identity-based policy allows it`,
        ),
      },
      'list',
      /Allow s3:ListBucket on s3:/,
    ],
    [
      'the IAM policy, for reading',
      {
        match: { path: /a\.json/ },
        fault: xml(403, 'AccessDenied', `${DENIED}s3:GetObject on resource: "arn:aws:s3:::b/k"`),
      },
      'get',
      /Allow s3:GetObject on s3:/,
    ],
    [
      'the KMS key',
      {
        match: { path: /a\.json/ },
        fault: xml(
          403,
          'AccessDenied',
          `${DENIED}kms:Decrypt on resource: arn:aws:kms:eu-west-1:123456789012:key/k because no resource-based policy allows the kms:Decrypt action`,
        ),
      },
      'get',
      /Allow kms:Decrypt on the key.*key policy/,
    ],
    [
      'a key that is disabled',
      {
        match: { path: /a\.json/ },
        fault: xml(400, 'KMS.DisabledException', 'arn:aws:kms:eu-west-1:123456789012:key/k is disabled.'),
      },
      'get',
      /disabled, pending deletion or gone/,
    ],
    [
      'an archived object',
      {
        match: { path: /a\.json/ },
        fault: xml(403, 'InvalidObjectState', 'The operation is not valid for the object&apos;s storage class'),
      },
      'get',
      /restore it first/,
    ],
    [
      'the clock',
      {
        match: {},
        fault: xml(
          403,
          'RequestTimeTooSkewed',
          'The difference between the request time and the current time is too large.',
        ),
      },
      'list',
      /clock differs/,
    ],
    [
      'a bucket of another region',
      {
        match: {},
        fault: xml(400, 'AuthorizationHeaderMalformed', 'the region us-east-1 is wrong; expecting eu-central-1'),
      },
      'list',
      /region/,
    ],
    [
      'the secret key',
      { match: {}, fault: xml(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match') },
      'list',
      /secret access key does not belong/,
    ],
  ] as [string, FaultRule, string, RegExp][])('%s', async (_, rule, what, hint) => {
    proxy.add(rule);
    const found = worst(await checkBucket());
    expect(found?.what).toContain(what);
    expect(found?.hint).toMatch(hint);
  });

  test('the trust policy of a role', async () => {
    proxy.add({
      match: { body: /Action=AssumeRole/ },
      fault: query(403, 'AccessDenied', `${DENIED}sts:AssumeRole on resource: arn:aws:iam::123456789012:role/lake`),
    });
    const credentials = {
      accessKeyId: 'test',
      secretAccessKey: 'test',
      roleArn: 'arn:aws:iam::123456789012:role/lake',
      externalId: 'x',
    };
    expect(worst(await checkBucket({ credentials }))).toMatchObject({
      what: expect.stringContaining('list') as unknown,
      hint: expect.stringMatching(/trust policy.*sts:ExternalId/) as unknown,
    });
  });

  test('nobody, where only the notification may not be seen', async () => {
    proxy.add({ match: { path: /\?notification/ }, fault: xml(403, 'AccessDenied', 'Access Denied') });
    const checks = await checkBucket();
    expect(checks.filter(({ status }) => status !== 'ok')).toMatchObject([
      { status: 'warning', hint: expect.stringContaining('s3:GetBucketNotification') as unknown },
    ]);
  });
});

describe('check says who is at fault in a queue', () => {
  const policy = (): string =>
    JSON.stringify({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 's3.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: queue.arn,
          Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${bucket.bucket}` } },
        },
      ],
    });
  const set = (Attributes: Record<string, string>): Promise<unknown> =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes }));

  test.each(['GetQueueAttributes', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'])(
    'the policy that does not allow sqs:%s',
    async (operation) => {
      proxy.add({
        match: { headers: { 'x-amz-target': new RegExp(`\\.${operation}$`) } },
        fault: json(403, 'AccessDeniedException', `${DENIED}sqs:${operation.toLowerCase()} on resource: arn`),
      });
      expect(worst(await checkQueue())?.hint).toContain(`Allow sqs:${operation.toLowerCase()}`);
    },
  );

  test('the queue policy that lets nobody send', async () => {
    const checks = await checkQueue();
    expect(worst(checks)).toBeUndefined();
    expect(checks.find(({ what }) => what === 'queue policy')).toMatchObject({
      status: 'warning',
      hint: expect.stringContaining('sqs:SendMessage') as unknown,
    });
  });

  test('the bucket that announces nothing to it, until it does', async () => {
    await set({ Policy: policy() });
    expect(worst(await checkQueue())).toMatchObject({
      what: `notification of ${bucket.bucket} (s3:GetBucketNotification)`,
      hint: expect.stringContaining(queue.arn) as unknown,
    });
    await notifyQueue(s3, bucket.bucket, queue.arn);
    const checks = await checkQueue();
    expect(worst(checks)).toBeUndefined();
    expect(checks.find(({ what }) => what.startsWith('notification of'))?.message).toBe('to this queue');
  });

  test('the key that no sender may use', async () => {
    proxy.add({
      match: { headers: { 'x-amz-target': /GetQueueAttributes$/ } },
      fault: {
        rewrite: (body) => {
          const answer = JSON.parse(body.toString()) as { Attributes: object };
          return JSON.stringify({ Attributes: { ...answer.Attributes, KmsMasterKeyId: 'alias/aws/sqs' } });
        },
      },
    });
    expect(worst(await checkQueue())).toMatchObject({
      what: 'encryption',
      hint: expect.stringContaining('kms:GenerateDataKey') as unknown,
    });
  });

  test('asking takes nothing out of the queue and hides nothing', async () => {
    // S3's test event is there since the notification was made.
    const message = (checks: readonly Check[]) => checks[0]?.message;
    expect(message(await checkQueue())).toMatch(/: 1 waiting, 0 in flight/);
    expect(message(await checkQueue())).toMatch(/: 1 waiting, 0 in flight/);
  });
});
