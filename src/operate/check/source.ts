import { stat } from 'node:fs/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { AwsOptions } from '../../aws/clients.ts';
import { fatalAwsError } from '../../aws/errors.ts';
import { readQueue, type QueueState } from '../../aws/queue.ts';
import { AppError } from '../../errors.ts';
import { checker, type Check, type Finding } from './report.ts';

/** What a source reads from. */
export type CheckTarget = { readonly name: string } & (
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string; readonly aws: AwsOptions }
  | { readonly kind: 'sqs'; readonly queue: string; readonly aws: AwsOptions }
  | { readonly kind: 'folder'; readonly path: string }
);

/** Whether a source can be read. Takes no message from a queue and changes nothing. `now` is epoch ms. */
export async function checkSource(target: CheckTarget, now: () => number): Promise<Check[]> {
  switch (target.kind) {
    case 's3':
      return checkBucket(target, now);
    case 'sqs':
      return checkQueue(target);
    case 'folder':
      return checkFolder(target);
  }
}

async function checkFolder({ name, path }: CheckTarget & { kind: 'folder' }): Promise<Check[]> {
  const checks = checker(name);
  const look = async () =>
    stat(path).catch((cause: unknown) => {
      throw new AppError('SOURCE_NOT_FOUND', `${path} cannot be read.`, {
        cause,
        hint: 'Check the path and its permissions.',
      });
    });
  await checks.run('readable', look, (found) => (found.isDirectory() ? `the folder ${path}` : `the file ${path}`));
  return checks.lines;
}

async function checkQueue({ name, queue, aws }: CheckTarget & { kind: 'sqs' }): Promise<Check[]> {
  const checks = checker(name);
  const state = await checks.run(
    'queue',
    () => readQueue(queue, aws),
    ({ url, waiting, inFlight }) => `${url}: ${waiting} waiting, ${inFlight} in flight`,
  );
  if (state === undefined) return checks.lines;
  await checks.run('dead-letter queue', async () => state, judgeRedrive);
  await checks.run('visibility timeout', async () => state, judgeVisibility);
  return checks.lines;
}

function judgeRedrive({ deadLetterQueue, maxReceives }: QueueState): Finding | string {
  return deadLetterQueue === undefined
    ? {
        status: 'warning',
        message: 'The queue has none: a message that cannot be read comes again until it expires.',
        hint: 'Give the queue a redrive policy with maxReceiveCount 5, as integration/security/cloudformation.yml does.',
      }
    : `${deadLetterQueue} after ${maxReceives ?? '?'} receives`;
}

const SHORT_VISIBILITY = 30;

function judgeVisibility({ visibilitySeconds }: QueueState): Finding | string {
  return visibilitySeconds < SHORT_VISIBILITY
    ? {
        status: 'warning',
        message: `${visibilitySeconds} s is short: messages come again while they are still being read.`,
        hint: 'Set the visibility timeout of the queue to 300 s; it is prolonged as long as an object is being read.',
      }
    : `${visibilitySeconds} s`;
}

/** AWS refuses signatures that differ by more than 15 minutes. */
const MAX_SKEW_MS = 15 * 60_000;
const WARN_SKEW_MS = 60_000;

async function checkBucket(target: CheckTarget & { kind: 's3' }, now: () => number): Promise<Check[]> {
  const { name, bucket, prefix, aws } = target;
  const checks = checker(name);
  const { s3Client } = await import('../../aws/clients.ts');
  const sdk = await import('@aws-sdk/client-s3');
  const s3 = await s3Client(aws);
  const date = watchDate(s3);
  const where = `s3://${bucket}/${prefix}`;
  const asking = async <T>(action: string, resource: string, send: () => Promise<T>): Promise<T> => {
    try {
      return await send();
    } catch (error) {
      throw fatalAwsError(error, { action, resource });
    }
  };
  try {
    const command = new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 100 });
    const listed = await checks.run(
      'list (s3:ListBucket)',
      () => asking('s3:ListBucket', where, () => s3.send(command)),
      ({ Contents = [] }): Finding | string =>
        Contents.length > 0
          ? where
          : {
              status: 'warning',
              message: `${where} holds nothing.`,
              hint: 'Check the prefix: CloudTrail writes below AWSLogs/.',
            },
    );
    const first = listed?.Contents?.find(({ Size = 0 }) => Size > 0)?.Key;
    if (first !== undefined) {
      const resource = `s3://${bucket}/${first}`;
      const get = new sdk.GetObjectCommand({ Bucket: bucket, Key: first, Range: 'bytes=0-0' });
      const read = async () => {
        const { Body, ServerSideEncryption } = await s3.send(get);
        await Body?.transformToByteArray();
        return ServerSideEncryption;
      };
      await checks.run(
        'get (s3:GetObject, kms:Decrypt)',
        () => asking('s3:GetObject', resource, read),
        (encryption) => `${resource}${encryption === undefined ? '' : `, encrypted with ${encryption}`}`,
      );
    }
    if (listed !== undefined) {
      await checks.run(
        'notifications (s3:GetBucketNotification)',
        () => notifications(s3, bucket),
        (found) => found,
      );
      await checks.run('clock', async () => skewOf(date.last, now()), judgeSkew);
    }
    return checks.lines;
  } finally {
    s3.destroy();
  }
}

/** Not needed to list a bucket, so what is missing here is only said. */
async function notifications(s3: S3Client, bucket: string): Promise<Finding | string> {
  const { GetBucketNotificationConfigurationCommand } = await import('@aws-sdk/client-s3');
  try {
    const found = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
    const queues = (found.QueueConfigurations ?? []).map(({ QueueArn = '' }) => QueueArn);
    const others = (found.TopicConfigurations ?? []).map(({ TopicArn = '' }) => TopicArn);
    const events = found.EventBridgeConfiguration === undefined ? [] : ['EventBridge'];
    const all = [...queues, ...others, ...events];
    return all.length === 0 ? 'none: new objects are found by listing' : `to ${all.join(', ')}`;
  } catch (error) {
    const { message } = fatalAwsError(error, { action: 's3:GetBucketNotification', resource: `s3://${bucket}` });
    return {
      status: 'warning',
      message: `Could not look: ${message}`,
      hint: 'Only needed to see whether the bucket notifies a queue: allow s3:GetBucketNotification to have it checked.',
    };
  }
}

/** Remembers the `Date` header of the last answer. */
function watchDate(s3: S3Client): { last: string | undefined } {
  const date: { last: string | undefined } = { last: undefined };
  s3.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Readonly<Record<string, string>> };
      date.last = headers?.['date'] ?? date.last;
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'watchDate' },
  );
  return date;
}

/** Milliseconds by which this machine is ahead; undefined where the answer had no time. */
function skewOf(date: string | undefined, now: number): number | undefined {
  const theirs = Date.parse(date ?? '');
  return Number.isNaN(theirs) ? undefined : now - theirs;
}

function judgeSkew(skew: number | undefined): Finding | string {
  if (skew === undefined) return { status: 'warning', message: 'Could not look: the answer carries no time.' };
  const seconds = Math.round(skew / 1000);
  const said = `this machine is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} AWS`;
  if (Math.abs(skew) < WARN_SKEW_MS) return said;
  return {
    status: Math.abs(skew) < MAX_SKEW_MS ? 'warning' : 'failed',
    message: `${said}; AWS refuses requests at 15 minutes.`,
    hint: 'Set the clock, by NTP or chrony.',
  };
}
