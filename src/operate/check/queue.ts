import type { SQSClient } from '@aws-sdk/client-sqs';
import { awsFault, fatalAwsError } from '../../aws/errors.ts';
import { readQueue, type QueueState } from '../../aws/queue.ts';
import { notificationsOf, type Notifications } from './notifications.ts';
import { notifiers } from './queue-policy.ts';
import { checker, type Check, type Finding } from './report.ts';
import type { CheckTarget } from './source.ts';

/** Whether messages come to a queue, and may be taken from it. Takes none. */
export async function checkQueue({ name, queue, aws }: CheckTarget & { kind: 'sqs' }): Promise<Check[]> {
  const checks = checker(name);
  const state = await checks.run(
    'queue',
    () => readQueue(queue, aws),
    ({ url, waiting, inFlight }) => `${url}: ${waiting} waiting, ${inFlight} in flight`,
  );
  if (state === undefined) return checks.lines;
  const { sqsClient } = await import('../../aws/clients.ts');
  const sqs = await sqsClient(aws, queue);
  try {
    for (const [action, probe] of await probes(sqs, state.url))
      await checks.run(
        `may use it (${action})`,
        () => allowed(action, state.url, probe),
        () => action,
      );
  } finally {
    sqs.destroy();
  }
  await checks.run('queue policy', async () => state, judgeSenders);
  await checks.run('encryption', async () => state, judgeKey);
  for (const bucket of notifiers(state.policy).buckets.slice(0, 5))
    await checks.run(
      `notification of ${bucket} (s3:GetBucketNotification)`,
      () => notificationsOf(bucket, aws),
      (found) => judgeNotification(bucket, state.arn, found),
    );
  await checks.run('dead-letter queue', async () => state, judgeRedrive);
  await checks.run('visibility timeout', async () => state, judgeVisibility);
  return checks.lines;
}

/**
 * Requests that are refused for their content where one may make them, and for another reason where not: so nothing is
 * received, deleted or hidden by asking.
 */
async function probes(sqs: SQSClient, QueueUrl: string): Promise<[action: string, probe: () => Promise<unknown>][]> {
  const sdk = await import('@aws-sdk/client-sqs');
  const receipt = { QueueUrl, ReceiptHandle: 'ocsf-cloudtrail-check' };
  const tooMany = { QueueUrl, MaxNumberOfMessages: 11, VisibilityTimeout: 0, WaitTimeSeconds: 0 };
  return [
    ['sqs:ReceiveMessage', () => sqs.send(new sdk.ReceiveMessageCommand(tooMany))],
    ['sqs:DeleteMessage', () => sqs.send(new sdk.DeleteMessageCommand(receipt))],
    [
      'sqs:ChangeMessageVisibility',
      () => sqs.send(new sdk.ChangeMessageVisibilityCommand({ ...receipt, VisibilityTimeout: 0 })),
    ],
  ];
}

async function allowed(action: string, resource: string, probe: () => Promise<unknown>): Promise<void> {
  try {
    await probe();
  } catch (error) {
    const { kind } = awsFault(error, { action, resource });
    if (kind !== 'receipt' && kind !== 'unknown') throw fatalAwsError(error, { action, resource });
  }
}

function judgeSenders({ policy, arn }: QueueState): Finding | string {
  const { services, buckets } = notifiers(policy);
  if (services.length > 0)
    return `${services.join(', ')} may send to it${buckets.length === 0 ? '' : `, for ${buckets.join(', ')}`}`;
  return {
    status: 'warning',
    message: `Its policy lets neither S3, SNS nor EventBridge send to it: new objects are not announced.`,
    hint: `Allow sqs:SendMessage on ${arn} to s3.amazonaws.com, with aws:SourceArn of the bucket; or use integration/security/cloudformation.yml.`,
  };
}

function judgeKey({ kmsKey }: QueueState): Finding | string {
  if (kmsKey !== 'alias/aws/sqs') return kmsKey ?? 'none, or by SQS itself';
  return {
    status: 'failed',
    message: 'It is encrypted with alias/aws/sqs, which S3, SNS and EventBridge may not use: their messages are lost.',
    hint: 'Encrypt it with SQS-managed keys (SSE-SQS), or with a key whose policy lets the sender use kms:GenerateDataKey and kms:Decrypt.',
  };
}

function judgeNotification(bucket: string, queue: string, found: Notifications | string): Finding | string {
  if (typeof found === 'string')
    return {
      status: 'warning',
      message: `Could not look: ${found}`,
      hint: `Only needed to see whether the bucket notifies this queue: allow s3:GetBucketNotification on ${bucket} to have it checked.`,
    };
  if (found.queues.includes(queue)) return 'to this queue';
  const others = [...found.queues, ...found.others];
  return {
    status: 'failed',
    message: `The queue policy expects messages of s3://${bucket}, and the bucket announces its objects ${others.length === 0 ? 'to nobody' : `to ${others.join(', ')} only`}.`,
    hint: `Add a notification of s3:ObjectCreated:* for ${queue} to the bucket.`,
  };
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
