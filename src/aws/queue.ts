import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsOptions } from './clients.ts';
import { parseQueue } from './endpoint.ts';
import { fatalAwsError } from './errors.ts';

/** A queue as SQS describes it. */
export interface QueueState {
  readonly url: string;
  readonly arn: string;
  /** Messages that wait, as SQS counts them: about right, and a minute late. */
  readonly waiting: number;
  /** Messages that a consumer holds. */
  readonly inFlight: number;
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
  /** ARN of the queue that takes messages which fail too often; absent where there is none. */
  readonly deadLetterQueue?: string;
  /** Deliveries after which a message goes there. */
  readonly maxReceives?: number;
  /** Who may send to it: the text of its policy; absent where it has none. */
  readonly policy?: string;
  /** The KMS key that encrypts it, where it is not SQS's own. */
  readonly kmsKey?: string;
}

/** The URL of a queue, however it is named. Throws `FatalError`. */
export async function queueUrl(client: SQSClient, queue: string): Promise<string> {
  const { url, name, owner } = parseQueue(queue);
  if (url !== undefined) return url;
  const { GetQueueUrlCommand } = await import('@aws-sdk/client-sqs');
  const who = { QueueName: name, ...(owner === undefined ? {} : { QueueOwnerAWSAccountId: owner }) };
  try {
    const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand(who));
    return QueueUrl;
  } catch (error) {
    throw fatalAwsError(error, { action: 'sqs:GetQueueUrl', resource: queue });
  }
}

/** Asks SQS about a queue, by name or URL. Throws `FatalError`. */
export async function readQueue(queue: string, options: AwsOptions): Promise<QueueState> {
  const [{ GetQueueAttributesCommand }, { sqsClient }] = await Promise.all([
    import('@aws-sdk/client-sqs'),
    import('./clients.ts'),
  ]);
  const sqs = await sqsClient(options, queue);
  try {
    const url = await queueUrl(sqs, queue);
    const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
    const { RedrivePolicy, ...attributes } = answer.Attributes ?? {};
    const redrive = JSON.parse(RedrivePolicy ?? '{}') as { deadLetterTargetArn?: string; maxReceiveCount?: unknown };
    return {
      url,
      arn: attributes['QueueArn'] ?? '',
      waiting: Number(attributes['ApproximateNumberOfMessages'] ?? 0),
      inFlight: Number(attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
      visibilitySeconds: Number(attributes['VisibilityTimeout'] ?? 30),
      retentionSeconds: Number(attributes['MessageRetentionPeriod'] ?? 345_600),
      ...(redrive.deadLetterTargetArn === undefined ? {} : { deadLetterQueue: redrive.deadLetterTargetArn }),
      ...(redrive.maxReceiveCount === undefined ? {} : { maxReceives: Number(redrive.maxReceiveCount) }),
      ...(attributes['Policy'] === undefined || attributes['Policy'] === '' ? {} : { policy: attributes['Policy'] }),
      ...(attributes['KmsMasterKeyId'] === undefined ? {} : { kmsKey: attributes['KmsMasterKeyId'] }),
    };
  } catch (error) {
    throw fatalAwsError(error, { action: 'sqs:GetQueueAttributes', resource: queue });
  } finally {
    sqs.destroy();
  }
}
