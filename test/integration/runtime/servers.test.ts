import { afterAll, expect, test } from '@jest/globals';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import {
  createBucket,
  createQueue,
  notifyQueue,
  testClient,
  testS3,
  testSqs,
  uniqueName,
} from '../../support/servers.ts';

const client = testClient();
const s3 = testS3();
const sqs = testSqs();
afterAll(async () => {
  await client.close();
  s3.destroy();
  sqs.destroy();
});

test('the cluster of the run is a real OpenSearch that indexes and finds', async () => {
  const index = uniqueName('runtime');
  const { body: info } = await client.info();
  expect(info.version.distribution).toBe('opensearch');
  await client.index({ index, id: '1', body: { user: 'alice' }, refresh: true });
  const { body } = await client.search({ index, body: { query: { match: { user: 'alice' } } } });
  expect(body.hits.hits.map((hit) => hit._id)).toEqual(['1']);
  await client.indices.delete({ index });
});

test('the emulator of the run stores an object and tells the queue of it', async () => {
  const { bucket, remove } = await createBucket(s3, 'runtime');
  const queue = await createQueue(sqs, 'runtime');
  await notifyQueue(s3, bucket, queue.arn);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a b+c.json', Body: '{"Records":[]}' }));
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'a b+c.json' }));
  expect(await object.Body?.transformToString()).toBe('{"Records":[]}');
  const keys: string[] = [];
  for (let tries = 0; keys.length === 0 && tries < 10; tries++) {
    const command = new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 });
    for (const message of (await sqs.send(command)).Messages ?? []) {
      const event = JSON.parse(message.Body ?? '{}') as { Records?: { s3: { object: { key: string } } }[] };
      keys.push(...(event.Records ?? []).map((record) => record.s3.object.key));
    }
  }
  expect(keys).toEqual(['a+b%2Bc.json']);
  await queue.remove();
  await remove();
});
