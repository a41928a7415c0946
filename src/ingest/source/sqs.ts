import type { SQSClient } from '@aws-sdk/client-sqs';
import { awsFault, fatalAwsError } from '../../aws/errors.ts';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Filters } from '../filter.ts';
import type { Lease, ObjectRef, ObjectSource, SkipReason } from '../ports.ts';
import { Channel, stoppable } from './iterable.ts';
import { noticed } from './noticed.ts';
import {
  attributesOf,
  MOST_HIDDEN_S,
  openQueue,
  type Queue,
  type QueueAttributes,
  type QueueMessage,
} from './queue.ts';
import { Receiver } from './receive.ts';
import { Visibility } from './visibility.ts';

export interface SqsOptions {
  readonly name: string;
  /** URL, name, ARN, `sqs://name` or `sqs://account/name`. */
  readonly queue: string;
  readonly filters: Filters;
  /** Go on until stopped; a receive waits so long for messages, at most 20 s. Absent: end when the queue is empty. */
  readonly follow?: { readonly pollMs: number };
  /** Seconds that a receive waits for messages in a run that ends by itself. Default 2. */
  readonly onceWaitS?: number;
  /** Messages asked for in one receive, 1 to 10. Default 10. */
  readonly batchSize?: number;
  /** Default true. Else a message stays, and comes again whenever the queue's visibility timeout is over. */
  readonly deleteConsumed?: boolean;
  /** Seconds until a message that failed is shown again; doubled with each receive. Default 30. */
  readonly retryS?: number;
  /** Shortest extension of a message's visibility. Default 30 s. */
  readonly minVisibilityS?: number;
  readonly logger: Logger;
}

/** Messages held at once. */
const MAX_MESSAGES = 256;
/** Messages remembered as consumed, where they are not deleted. */
const REMEMBERED = 100_000;
/** A message that failed as often, in a queue that never gives it up, is shown again at most once an hour. */
const POISON_RECEIVES = 5;

/**
 * Objects that the messages of a queue name. A message is deleted when everything it names is settled, and kept from other
 * consumers until then; what fails comes back after a pause that grows with each receive, until the queue's redrive policy
 * takes it away. Throws `FatalError` where there is no such queue, or it may not be used.
 */
export async function sqsSource(client: SQSClient, options: SqsOptions): Promise<ObjectSource> {
  const queue = await openQueue(client, options.queue);
  const attributes = await attributesOf(queue);
  const { logger, name } = options;
  if (attributes === undefined)
    logger.warn(
      { source: name, queue: queue.url },
      "the queue's settings cannot be read: allow sqs:GetQueueAttributes",
    );
  else if (!attributes.redrives)
    logger.warn(
      { source: name, queue: queue.url },
      'the queue has no dead-letter queue: give it a redrive policy, so that objects that cannot be read leave it',
    );
  return new SqsSource(queue, attributes, options);
}

/** One received message that names objects to read. */
interface Open {
  readonly message: QueueMessage;
  /** Objects not settled yet. */
  pending: number;
  /** The worst of what became of its objects. `released`: nobody worked on it, so others may have it at once. */
  end: 'done' | 'released' | 'failed';
}

/** A lease that waits for its reader, and how to give it back when none comes. */
interface Waiting {
  readonly lease: Lease;
  readonly release: () => Promise<void>;
}

/** Received → kept invisible → its objects leased → each acked or nacked → deleted, or shown again later. */
class SqsSource implements ObjectSource {
  readonly name: string;
  readonly redelivers = true;
  readonly #queue: Queue;
  readonly #options: SqsOptions;
  readonly #redrives: boolean;
  readonly #visibility: Visibility;
  readonly #open = new Set<Open>();
  readonly #skips: Partial<Record<SkipReason, number>> = {};
  /** In order of consumption, oldest first. */
  readonly #consumed = new Set<string>();
  #depth: { attributes: QueueAttributes | undefined; at: number };
  #receiver: Receiver | undefined;
  #unknownSeen = 0;

  constructor(queue: Queue, attributes: QueueAttributes | undefined, options: SqsOptions) {
    const { name, logger, minVisibilityS = 30 } = options;
    this.name = name;
    this.#queue = queue;
    this.#options = options;
    this.#redrives = attributes?.redrives ?? true;
    this.#depth = { attributes, at: performance.now() };
    const queueS = attributes?.visibilityS ?? 0;
    this.#visibility = new Visibility(queue, {
      queueS,
      extendS: Math.min(Math.max(queueS, minVisibilityS), MOST_HIDDEN_S),
      onLost: ({ id }) => logger.debug({ source: name, message: id }, 'another consumer may receive the message now'),
      onError: (error) => logger.warn({ source: name, err: messageOf(error) }, 'could not extend the visibility'),
    });
  }

  leases(signal: AbortSignal): AsyncIterable<Lease> {
    return stoppable((stop) => this.#leases(stop, signal), signal);
  }

  skipped(): Readonly<Partial<Record<SkipReason, number>>> {
    return this.#skips;
  }

  backlog(): { objects?: number; oldestAgeMs?: number } {
    this.#refreshDepth();
    const sent = [...this.#open].flatMap(({ message }) => message.sentAt ?? []);
    const { attributes } = this.#depth;
    return {
      ...(attributes === undefined ? {} : { objects: attributes.waiting + this.#open.size }),
      ...(sent.length === 0 ? {} : { oldestAgeMs: Math.max(0, Date.now() - Math.min(...sent)) }),
    };
  }

  /** `told` is the run's wish to end; `stop` is also the reader's who gave up. */
  async *#leases(stop: AbortSignal, told: AbortSignal): AsyncGenerator<Lease> {
    const channel = new Channel<Waiting>(1000, stop);
    const receiving = this.#receiveInto(channel, stop).then(
      () => channel.close(),
      (error: unknown) => channel.fail(error),
    );
    try {
      for await (const { lease } of channel.read(stop)) yield lease;
    } finally {
      channel.close();
      await receiving;
      await Promise.allSettled(channel.drain().map(({ release }) => release()));
      // Whoever gave up settles nothing; a run that was told to end still settles what it has.
      if (stop.aborted && !told.aborted) this.#visibility.stop();
    }
  }

  async #receiveInto(channel: Channel<Waiting>, stop: AbortSignal): Promise<void> {
    const { batchSize = 10, follow, onceWaitS = 2, logger } = this.#options;
    this.#receiver = new Receiver(this.#queue, {
      max: batchSize,
      waitS: follow === undefined ? onceWaitS : Math.min(20, Math.max(1, Math.ceil(follow.pollMs / 1000))),
      once: follow === undefined,
      room: (messages) => this.#open.size === 0 || this.#open.size + messages <= MAX_MESSAGES,
      idle: () => this.#open.size === 0,
      take: async (messages) => {
        const fresh = messages.filter(({ id }) => !this.#consumed.has(id));
        for (const message of fresh) this.#visibility.keep(message);
        for (const message of fresh) await this.#take(message, channel);
        return fresh.length;
      },
      onError: (error) =>
        logger.warn({ source: this.name, err: messageOf(error) }, 'could not receive messages; trying again'),
    });
    await this.#receiver.run(stop);
  }

  /** Turns a message into leases, or settles it where it names nothing to read. */
  async #take(message: QueueMessage, channel: Channel<Waiting>): Promise<void> {
    const { wanted, skips, unknown } = noticed(message.body, this.#options.filters);
    if (unknown !== undefined) return await this.#leave(message, unknown);
    for (const reason of skips) this.#skip(reason);
    const open: Open = { message, pending: wanted.length, end: 'done' };
    this.#open.add(open);
    if (wanted.length === 0) return await this.#finish(open);
    for (const ref of wanted) {
      const waiting = this.#waiting(ref, open);
      if (!(await channel.push(waiting))) await waiting.release();
    }
  }

  #waiting(ref: ObjectRef, open: Open): Waiting {
    const settle = async (end: Open['end']): Promise<void> => {
      open.pending -= 1;
      if (open.end !== 'failed' && end !== 'done') open.end = end;
      if (open.pending === 0) await this.#finish(open);
    };
    return {
      lease: { ref, source: this.name, ack: () => settle('done'), nack: () => settle('failed') },
      release: () => settle('released'),
    };
  }

  /** All that the message names is settled. */
  async #finish(open: Open): Promise<void> {
    const { message, end } = open;
    const { deleteConsumed = true, retryS = 30, logger } = this.#options;
    this.#visibility.release(message);
    try {
      if (end !== 'done')
        await this.#queue.hide(message, end === 'released' ? 0 : retryPauseS(message.receives, this.#redrives, retryS));
      else if (deleteConsumed) await this.#queue.remove(message);
      else this.#remember(message.id);
    } catch (error) {
      const action = end === 'done' ? 'sqs:DeleteMessage' : 'sqs:ChangeMessageVisibility';
      const context = { action, resource: this.#queue.url };
      if (!awsFault(error, context).retry) throw fatalAwsError(error, context);
      // It comes once more, and is found settled.
      logger.warn({ source: this.name, err: messageOf(error) }, 'could not settle a message');
    } finally {
      this.#open.delete(open);
      this.#receiver?.changed();
    }
  }

  /** A message that is no notification is somebody else's: it is neither deleted nor read again and again. */
  async #leave(message: QueueMessage, reason: string): Promise<void> {
    this.#skip('unknown-message');
    this.#unknownSeen += 1;
    const level = this.#unknownSeen <= 5 ? 'warn' : 'debug';
    this.#options.logger[level](
      { source: this.name, message: message.id, reason },
      'left a message in the queue: it is no notification of S3',
    );
    await this.#finish({ message, pending: 0, end: 'failed' });
  }

  #remember(id: string): void {
    this.#consumed.add(id);
    if (this.#consumed.size <= REMEMBERED) return;
    for (const oldest of this.#consumed) {
      this.#consumed.delete(oldest);
      return;
    }
  }

  #skip(reason: SkipReason): void {
    this.#skips[reason] = (this.#skips[reason] ?? 0) + 1;
  }

  /** The depth that `backlog` tells is a few seconds old. */
  #refreshDepth(): void {
    if (this.#depth.attributes === undefined || performance.now() - this.#depth.at < 10_000) return;
    this.#depth = { ...this.#depth, at: performance.now() };
    this.#queue.attributes(AbortSignal.timeout(10_000)).then(
      (attributes) => (this.#depth = { attributes, at: performance.now() }),
      () => undefined,
    );
  }
}

/** Seconds until a message that failed is shown again. */
export function retryPauseS(receives: number, redrives: boolean, firstS: number): number {
  const pause = firstS * 2 ** Math.min(receives - 1, 20);
  const least = !redrives && receives >= POISON_RECEIVES ? 3600 : 0;
  // An hour less than SQS allows, because what is allowed counts from the receive.
  return Math.min(Math.max(pause, least), MOST_HIDDEN_S - 3600);
}
