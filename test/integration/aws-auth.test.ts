import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { s3Client, sqsClient, type AwsCredentials, type AwsOptions } from '../../src/aws/clients.ts';
import { AppError } from '../../src/errors.ts';
import { s3Reader } from '../../src/ingest/read/s3.ts';
import { listingSource } from '../../src/ingest/source/listing.ts';
import { sqsSource } from '../../src/ingest/source/sqs.ts';
import { silentLogger } from '../../src/logger.ts';
import { startMinistack, type Ministack } from '../../src/runtime/ministack.ts';
import { testLedger } from '../support/ledger.ts';

/** A server that checks access keys, signatures, trust policies and policies. */
let server: Ministack;
let iam: IAMClient;
let userArn: string;
let user: { accessKeyId: string; secretAccessKey: string };
let roleArn: string;

const root = { accessKeyId: 'test', secretAccessKey: 'test' };
const policy = (...statements: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map((each) => ({ Effect: 'Allow', ...each })) });
const options = (credentials: AwsCredentials): AwsOptions => ({
  endpoint: server.url,
  region: 'us-east-1',
  credentials,
});

beforeAll(async () => {
  server = await startMinistack({ auth: true });
  iam = new IAMClient({ endpoint: server.url, region: 'us-east-1', credentials: root });
  const [s3, sqs] = await Promise.all([s3Client(options(root)), sqsClient(options(root))]);
  await s3.send(new CreateBucketCommand({ Bucket: 'logs' }));
  for (const Key of ['open/a.json', 'closed/b.json'])
    await s3.send(new PutObjectCommand({ Bucket: 'logs', Key, Body: 'x' }));
  await sqs.send(new CreateQueueCommand({ QueueName: 'notices' }));

  userArn = (await iam.send(new CreateUserCommand({ UserName: 'reader' }))).User?.Arn ?? '';
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'reader' }));
  user = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  const PolicyDocument = policy(
    { Action: 's3:ListBucket', Resource: 'arn:aws:s3:::logs' },
    { Action: 's3:GetObject', Resource: 'arn:aws:s3:::logs/open/*' },
    { Action: 'sts:AssumeRole', Resource: '*' },
  );
  await iam.send(new PutUserPolicyCommand({ UserName: 'reader', PolicyName: 'p', PolicyDocument }));

  const AssumeRolePolicyDocument = policy({
    Action: 'sts:AssumeRole',
    Principal: { AWS: userArn },
    Condition: { StringEquals: { 'sts:ExternalId': 'open sesame' } },
  });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'subscriber', AssumeRolePolicyDocument }));
  roleArn = Role?.Arn ?? '';
  const rolePolicy = policy({ Action: 's3:*', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'subscriber', PolicyName: 'p', PolicyDocument: rolePolicy }));
  s3.destroy();
  sqs.destroy();
}, 60_000);

afterAll(async () => {
  iam.destroy();
  await server.stop();
});

/** Lists the bucket and reads every object; gives what was read, and the errors of single objects. */
async function run(credentials: AwsCredentials): Promise<{ read: string[]; denied: AppError[] }> {
  const client = await s3Client(options(credentials));
  const never = new AbortController().signal;
  const common = { name: 'test', ledger: testLedger(), force: false, filters: {}, logger: silentLogger };
  const reader = s3Reader(client);
  const read: string[] = [];
  const denied: AppError[] = [];
  try {
    for await (const { ref } of listingSource(client, { ...common, bucket: 'logs', prefix: '' }).leases(never))
      await reader.open(ref, never).then(
        async (object) => {
          read.push(ref.key);
          await object.close();
        },
        (error: unknown) => {
          if (!(error instanceof AppError)) throw error;
          denied.push(error);
        },
      );
  } finally {
    client.destroy();
  }
  return { read: read.sort(), denied };
}

describe('credentials', () => {
  test('that are right read what they may; a denied object is named with the action to allow', async () => {
    const { read, denied } = await run(user);
    expect(read).toEqual(['open/a.json']);
    expect(denied).toMatchObject([
      {
        code: 'SOURCE_FORBIDDEN',
        message: expect.stringContaining('s3://logs/closed/b.json'),
        hint: expect.stringContaining('s3:GetObject'),
      },
    ]);
  });

  test('with an unknown access key are refused', async () => {
    await expect(run({ ...user, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' })).rejects.toMatchObject({ code: 'SOURCE_AUTH' });
  });

  test('with a wrong secret are refused, and the secret is not told', async () => {
    const secretAccessKey = 'wrong/secret/EXAMPLEKEY';
    const error = await run({ ...user, secretAccessKey }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SOURCE_AUTH', hint: expect.stringContaining('secret access key') });
    const { message, hint, stack, cause } = error as AppError;
    expect(JSON.stringify([message, hint, stack, cause, String(cause)])).not.toContain(secretAccessKey);
  });

  test('that may not receive from the queue name the action to allow', async () => {
    const client = await sqsClient(options(user));
    const queue = `${server.url}/000000000000/notices`;
    const opening = async (): Promise<void> => {
      const source = await sqsSource(client, { name: 'test', queue, filters: {}, logger: silentLogger });
      for await (const _ of source.leases(new AbortController().signal)) throw new Error('received');
    };
    await expect(opening()).rejects.toMatchObject({
      code: 'SOURCE_FORBIDDEN',
      hint: expect.stringContaining('sqs:ReceiveMessage'),
    });
    client.destroy();
  });
});

describe('an assumed role', () => {
  test('with the right external id reads as the role', async () => {
    const { read, denied } = await run({ ...user, roleArn, externalId: 'open sesame', sessionName: 'test' });
    expect(denied).toEqual([]);
    expect(read).toEqual(['closed/b.json', 'open/a.json']);
  });

  test.each([
    ['a wrong', 'open barley'],
    ['no', undefined],
  ])('with %s external id is refused, and the trust policy is named', async (_name, externalId) => {
    const credentials = { ...user, roleArn, ...(externalId === undefined ? {} : { externalId }) };
    const error = await run(credentials).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'SOURCE_FORBIDDEN',
      message: expect.stringContaining('sts:AssumeRole'),
      hint: expect.stringMatching(/trust policy.*external id/),
    });
  });

  test('that does not exist is refused', async () => {
    const credentials = { ...user, roleArn: `${roleArn}-gone`, externalId: 'open sesame' };
    await expect(run(credentials)).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN' });
  });
});
