import { afterAll, expect, test } from '@jest/globals';
import { DeleteBucketCommand, DeleteObjectsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DeleteQueueCommand, GetQueueUrlCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { buildStage, fillStage } from '../../../src/demo/stage.ts';
import type { DeliveredObject } from '../../../src/demo/write/deliver.ts';
import { testS3, testSqs, uniqueName } from '../../support/servers.ts';

const name = uniqueName('stage');
const s3 = testS3();
const sqs = testSqs();
const never = new AbortController().signal;

const keys = async (Bucket: string): Promise<string[]> =>
  ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key ?? '');

afterAll(async () => {
  for (const Bucket of [`${name}-trail`, `${name}-lake`]) {
    const Objects = (await keys(Bucket)).map((Key) => ({ Key }));
    if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
  }
  for (const QueueName of [`${name}-lake-events`, `${name}-lake-events-dlq`]) {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  }
  s3.destroy();
  sqs.destroy();
});

test('the stage is built twice without harm: the second time empties buckets and queue, and the queue hears of the lake only', async () => {
  const object = (place: DeliveredObject['place'], key: string): DeliveredObject => ({
    place,
    key,
    body: Buffer.from(key),
  });
  const first = await buildStage(s3, sqs, name);
  await fillStage(s3, first, [object('trail', 'a/old=1'), object('lake', 'b/old=1')], never, () => undefined);

  const stage = await buildStage(s3, sqs, name);
  expect(stage).toEqual(first);
  expect([await keys(stage.buckets.trail), await keys(stage.buckets.lake)]).toEqual([[], []]);

  const put: string[] = [];
  const objects = [object('trail', 'a/new=1'), object('lake', 'b/new=1')];
  await fillStage(s3, stage, objects, never, ({ key }) => put.push(key));
  expect(put.sort()).toEqual(['a/new=1', 'b/new=1']);
  expect(await keys(stage.buckets.trail)).toEqual(['a/new=1']);

  const heard: string[] = [];
  for (let polls = 0; polls < 10 && !heard.some((body) => body.includes('new')); polls++) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: stage.queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    heard.push(...Messages.map(({ Body }) => Body ?? ''));
  }
  expect(heard.filter((body) => body.includes('b/new%3D1'))).toHaveLength(1);
  expect(heard.some((body) => body.includes('a/new') || body.includes('old'))).toBe(false);
});
