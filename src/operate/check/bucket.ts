import type { S3Client } from '@aws-sdk/client-s3';
import { fatalAwsError } from '../../aws/errors.ts';
import { notificationsOf, type Notifications } from './notifications.ts';
import { checker, type Check, type Finding } from './report.ts';
import type { CheckTarget } from './source.ts';

/** AWS refuses signatures that differ by more than 15 minutes. */
const MAX_SKEW_MS = 15 * 60_000;
const WARN_SKEW_MS = 60_000;

/** Whether objects can be listed and read. */
export async function checkBucket(target: CheckTarget & { kind: 's3' }, now: () => number): Promise<Check[]> {
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
        () => notificationsOf(bucket, aws),
        judgeNotifications,
      );
      await checks.run('clock', async () => skewOf(date.last, now()), judgeSkew);
    }
    return checks.lines;
  } finally {
    s3.destroy();
  }
}

/** Not needed to list a bucket, so what is missing here is only said. */
function judgeNotifications(found: Notifications | string): Finding | string {
  if (typeof found === 'string')
    return {
      status: 'warning',
      message: `Could not look: ${found}`,
      hint: 'Only needed to see whether the bucket notifies a queue: allow s3:GetBucketNotification to have it checked.',
    };
  const all = [...found.queues, ...found.others];
  return all.length === 0 ? 'none: new objects are found by listing' : `to ${all.join(', ')}`;
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
