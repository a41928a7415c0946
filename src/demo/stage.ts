import { setMaxListeners } from 'node:events';
import {
  CreateBucketCommand, DeleteObjectsCommand, HeadBucketCommand, paginateListObjectsV2, PutBucketNotificationConfigurationCommand,
  PutObjectCommand, type S3Client,
} from '@aws-sdk/client-s3'; // prettier-ignore
import {
  CreateQueueCommand, DeleteMessageBatchCommand, GetQueueAttributesCommand, ReceiveMessageCommand, type SQSClient,
} from '@aws-sdk/client-sqs'; // prettier-ignore
import pMap from 'p-map';
import type { DeliveredObject, Place } from './write/deliver.ts';

/** Buckets and a queue of the demo, in an S3 and SQS that may have those of an earlier demo. */
export interface Stage {
  readonly buckets: Readonly<Record<Place, string>>;
  /** Told of every object that is made in the lake's bucket. */
  readonly queueUrl: string;
}

/** A message that is received so often without being deleted goes to the dead-letter queue. */
const MAX_RECEIVES = 5;
/** Uploads at once. */
const UPLOADS = 16;

/** Makes what is missing, and empties the buckets and the queue of an earlier demo of the same name. */
export async function buildStage(s3: S3Client, sqs: SQSClient, name: string): Promise<Stage> {
  const buckets = { trail: `${name}-trail`, lake: `${name}-lake` };
  for (const bucket of Object.values(buckets)) await emptyBucket(s3, bucket);
  const deadLetters = await createQueue(sqs, `${name}-lake-events-dlq`, {});
  const queue = await createQueue(sqs, `${name}-lake-events`, {
    VisibilityTimeout: '60',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: MAX_RECEIVES }),
  });
  await emptyQueue(sqs, queue.url);
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: buckets.lake,
      NotificationConfiguration: { QueueConfigurations: [{ QueueArn: queue.arn, Events: ['s3:ObjectCreated:*'] }] },
    }),
  );
  return { buckets, queueUrl: queue.url };
}

/** Uploads objects as they are made, some at once. */
export async function fillStage(
  s3: S3Client,
  { buckets }: Stage,
  objects: Iterable<DeliveredObject>,
  signal: AbortSignal,
  onPut: (object: DeliveredObject) => void,
): Promise<void> {
  const put = async (object: DeliveredObject): Promise<void> => {
    const { place, key, body } = object;
    await s3.send(new PutObjectCommand({ Bucket: buckets[place], Key: key, Body: body }), { abortSignal: signal });
    onPut(object);
  };
  setMaxListeners(2 * UPLOADS, signal);
  await pMap(objects, put, { concurrency: UPLOADS, signal });
}

async function emptyBucket(s3: S3Client, bucket: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    return;
  }
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
    const Objects = Contents.map(({ Key }) => ({ Key }));
    if (Objects.length > 0)
      await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
  }
}

/** Takes out what an earlier demo left behind: its objects are gone. Purging would be done late, and take new messages too. */
async function emptyQueue(sqs: SQSClient, QueueUrl: string): Promise<void> {
  for (;;) {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
    const { Messages = [] } = await sqs.send(receive);
    if (Messages.length === 0) return;
    const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

async function createQueue(
  sqs: SQSClient,
  name: string,
  attributes: Record<string, string>,
): Promise<{ url: string; arn: string }> {
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  return { url, arn: Attributes?.['QueueArn'] ?? '' };
}
