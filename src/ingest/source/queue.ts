import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchResultErrorEntry, SQSClient } from '@aws-sdk/client-sqs';
import { awsFault, fatalAwsError } from '../../aws/errors.ts';
import { queueUrl } from '../../aws/queue.ts';
import { createBatcher } from '../batcher.ts';
import { backoff } from '../sink/backoff.ts';

export interface QueueMessage {
  readonly id: string;
  /** Proof that this receive is ours; another receive of the same message has another. */
  readonly receipt: string;
  readonly body: string;
  /** From 1. */
  readonly receives: number;
  /** Epoch ms. */
  readonly sentAt?: number;
}

export interface QueueAttributes {
  /** Seconds that a received message stays invisible. */
  readonly visibilityS: number;
  /** Whether messages that are received too often go to a dead-letter queue. */
  readonly redrives: boolean;
  /** Messages waiting, roughly: visible and delayed. */
  readonly waiting: number;
  /** Messages that some consumer holds, roughly. */
  readonly held: number;
}

/** What is done with a queue. Errors are those of the SDK. */
export interface Queue {
  readonly url: string;
  attributes(signal?: AbortSignal): Promise<QueueAttributes>;
  /** At most 10 messages; waits up to `waitS` (20) for the first. */
  receive(options: { max: number; waitS: number }, signal: AbortSignal): Promise<readonly QueueMessage[]>;
  /** Whether the message was still ours. Calls that come together travel together. */
  remove(message: QueueMessage): Promise<boolean>;
  /** Makes the message visible again after so many seconds from now. Whether it was still ours. */
  hide(message: QueueMessage, seconds: number): Promise<boolean>;
}

/** SQS keeps a message from others for at most so long after its receive. */
export const MOST_HIDDEN_S = 12 * 3600;

const ENTRIES = 10;
const TRIES = 4;
const WAITS = { baseMs: 250, maxMs: 4000 };

/** Finds a queue. Throws `FatalError`. */
export async function openQueue(client: SQSClient, queue: string): Promise<Queue> {
  const sqs = await import('@aws-sdk/client-sqs');
  const url = await queueUrl(client, queue);

  /** Sends up to ten entries; those that SQS could not do now are sent again. */
  const batched = (
    send: (
      entries: { Id: string; ReceiptHandle: string; VisibilityTimeout: number }[],
    ) => Promise<{ Failed?: BatchResultErrorEntry[] | undefined }>,
  ) =>
    createBatcher<{ receipt: string; seconds: number }, boolean>(
      async (items) => {
        const ours = items.map(() => true);
        let left = items.map((_, index) => index);
        for (let attempt = 1; ; attempt += 1) {
          const entries = left.map((index) => ({
            Id: String(index),
            ReceiptHandle: items[index]?.receipt ?? '',
            VisibilityTimeout: items[index]?.seconds ?? 0,
          }));
          const { Failed = [] } = await send(entries);
          // The sender's fault is always the same: the message is no longer ours (expired, deleted, hidden for 12 hours).
          for (const { Id, SenderFault } of Failed) if (SenderFault === true) ours[Number(Id)] = false;
          left = Failed.filter(({ SenderFault }) => SenderFault !== true).map(({ Id }) => Number(Id));
          if (left.length === 0) return ours;
          const first = Failed.find(({ SenderFault }) => SenderFault !== true);
          if (attempt === TRIES)
            throw Object.assign(new Error(first?.Message ?? 'failed'), { name: first?.Code ?? 'InternalError' });
          await sleep(backoff(attempt, WAITS, Math.random));
        }
      },
      { maxItems: ENTRIES, lingerMs: 20 },
    );
  const remove = batched((entries) =>
    client.send(
      new sqs.DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: entries.map(({ Id, ReceiptHandle }) => ({ Id, ReceiptHandle })),
      }),
    ),
  );
  const hide = batched((Entries) =>
    client.send(new sqs.ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries })),
  );

  return {
    url,
    async attributes(signal) {
      const command = new sqs.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
      const answer = await client.send(command, signal === undefined ? {} : { abortSignal: signal });
      const attributes: Readonly<Record<string, string | undefined>> = answer.Attributes ?? {};
      const number = (name: string): number => Number(attributes[name] ?? 0);
      return {
        visibilityS: number('VisibilityTimeout'),
        redrives: (attributes['RedrivePolicy'] ?? '') !== '',
        waiting: number('ApproximateNumberOfMessages') + number('ApproximateNumberOfMessagesDelayed'),
        held: number('ApproximateNumberOfMessagesNotVisible'),
      };
    },
    async receive({ max, waitS }, signal) {
      const command = new sqs.ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: waitS,
        MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
      });
      const { Messages = [] } = await client.send(command, { abortSignal: signal });
      return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }) => ({
        id: MessageId,
        receipt: ReceiptHandle,
        body: Body,
        receives: Number(Attributes.ApproximateReceiveCount ?? 1),
        ...(Attributes.SentTimestamp === undefined ? {} : { sentAt: Number(Attributes.SentTimestamp) }),
      }));
    },
    remove: ({ receipt }) => remove({ receipt, seconds: 0 }),
    hide: ({ receipt }, seconds) => hide({ receipt, seconds }),
  };
}

/** A queue's attributes; undefined where they may not be read. Throws `FatalError` for everything else. */
export async function attributesOf(queue: Queue): Promise<QueueAttributes | undefined> {
  const context = { action: 'sqs:GetQueueAttributes', resource: queue.url };
  try {
    return await queue.attributes();
  } catch (error) {
    if (awsFault(error, context).kind === 'forbidden') return undefined;
    throw fatalAwsError(error, context);
  }
}
