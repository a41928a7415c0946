import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectsCommand, S3Client } from '@aws-sdk/client-s3';
import { paginateListObjectsV2, PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Client } from '@opensearch-project/opensearch';
import type { AwsOptions } from '../../src/aws/clients.ts';
import { names } from '../../src/names.ts';

/** The servers of the jest run (see global-setup.js). Fails at once where a test runs without them. */
export function serverUrl(variable: 'OPENSEARCH_URL' | 'AWS_ENDPOINT_URL'): string {
  const url = process.env[variable];
  if (url === undefined) throw new Error(`${variable} is not set: this test needs the servers of the global setup`);
  return url;
}

/** A name no other test file has: lower case, digits and hyphens, fit for an alias, a bucket and a queue. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(5).toString('hex')}`;
}

/** A client for the test cluster. Close it in `afterAll`. */
export function testClient(): Client {
  return new Client({ node: serverUrl('OPENSEARCH_URL'), maxRetries: 0, requestTimeout: 30_000 });
}

/** Deletes everything that an install with this alias can have made; safe when nothing is there. */
export async function deleteAlias(client: Client, alias: string): Promise<void> {
  const own = names(alias);
  const indices = [own.indexPattern, own.ledger, own.deadLetters];
  await client.indices.delete({ index: indices, ignore_unavailable: true, expand_wildcards: 'all' });
  for (const name of [own.indexTemplate, own.ledgerTemplate, own.deadLettersTemplate])
    await client.indices.deleteIndexTemplate({ name }, { ignore: [404] });
  for (const name of [own.mappingsComponent, own.settingsComponent])
    await client.cluster.deleteComponentTemplate({ name }, { ignore: [404] });
}

/** How to reach the test run's S3 and SQS; through a proxy where one is given. */
export function testAws(endpoint = serverUrl('AWS_ENDPOINT_URL')) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { endpoint, region: 'us-east-1', credentials } satisfies AwsOptions;
}

export function testS3(): S3Client {
  return new S3Client({ ...testAws(), forcePathStyle: true });
}

export function testSqs(): SQSClient {
  return new SQSClient(testAws());
}

/** A bucket of its own; `remove` empties and deletes it. */
export async function createBucket(
  s3: S3Client,
  prefix: string,
): Promise<{ bucket: string; remove: () => Promise<void> }> {
  const bucket = uniqueName(prefix);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const remove = async (): Promise<void> => {
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
      const Objects = (page.Contents ?? []).map(({ Key }) => ({ Key }));
      if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    }
    await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  };
  return { bucket, remove };
}

/** A queue of its own, with any attributes SQS takes (`VisibilityTimeout`, `RedrivePolicy`, …). */
export async function createQueue(
  sqs: SQSClient,
  prefix: string,
  attributes: Record<string, string> = {},
): Promise<{ name: string; url: string; arn: string; remove: () => Promise<void> }> {
  const name = uniqueName(prefix);
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  const remove = async (): Promise<void> => void (await sqs.send(new DeleteQueueCommand({ QueueUrl: url })));
  return { name, url, arn: Attributes?.['QueueArn'] ?? '', remove };
}

/** Makes the bucket notify the queue of every object created in it; S3 sends a test event at once. */
export async function notifyQueue(s3: S3Client, bucket: string, queueArn: string): Promise<void> {
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: { QueueConfigurations: [{ QueueArn: queueArn, Events: ['s3:ObjectCreated:*'] }] },
    }),
  );
}

export type NotifiedBucket = Awaited<ReturnType<typeof notifiedBucket>>;

/** A bucket that tells a queue of each object put into it, both of their own; `attributes` are the queue's. */
export async function notifiedBucket(s3: S3Client, sqs: SQSClient, prefix: string, attributes: Record<string, string>) {
  const [{ bucket, remove }, queue] = await Promise.all([
    createBucket(s3, prefix),
    createQueue(sqs, prefix, attributes),
  ]);
  await notifyQueue(s3, bucket, queue.arn);
  return { bucket, queue, remove: async () => void (await Promise.all([remove(), queue.remove()])) };
}

/** Members of a source in a configuration file, with which it reaches S3 and SQS; the keys are in this variable. */
export function awsMembers(variable: string): string {
  const { endpoint, region } = testAws();
  const keys = `accessKeyId: "\${${variable}}", secretAccessKey: "\${${variable}}"`;
  return `region: ${region}, endpoint: "${endpoint}", credentials: { ${keys} }`;
}
