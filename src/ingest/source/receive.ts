import { setTimeout as sleep } from 'node:timers/promises';
import { awsFault, fatalAwsError } from '../../aws/errors.ts';
import { FatalError } from '../../errors.ts';
import { backoff } from '../sink/backoff.ts';
import type { Queue, QueueMessage } from './queue.ts';

export interface ReceiveOptions {
  /** Messages asked for in one receive. */
  readonly max: number;
  /** Seconds that a receive waits for the first message; at most one second while messages are held, or may be. */
  readonly waitS: number;
  /** End when several receives in a row are empty and `idle`. Else go on until stopped. */
  readonly once: boolean;
  /** Whether so many more messages may be held. */
  readonly room: (messages: number) => boolean;
  /** Whether nothing that was received is still worked on. */
  readonly idle: () => boolean;
  /** Takes what was received; resolves when there is place for more. Gives how many were new to us. */
  readonly take: (messages: readonly QueueMessage[]) => Promise<number>;
  readonly onError: (error: unknown) => void;
  /** A receive that is silent for so long beyond its wait is cut and asked again. Default 30 s. */
  readonly silenceMs?: number;
}

/** Receives under way at once while the queue gives full ones. */
const RECEIVERS = 4;
/** So many empty receives, one after the other, mean that a queue is empty: each asks all of SQS's servers, as it waits. */
const EMPTY_RECEIVES = 3;
/** Receives that fail in a row before `once` gives up. */
const FAILURES = 5;
/**
 * How long a receive under way is let come home when the run is told to end. What it brings is shown again at once; what
 * SQS gives to a connection that was cut stays hidden for the queue's own timeout, and counts as received.
 */
const LAST_RECEIVE_MS = 1000;
/**
 * Seconds that a receive waits while messages are held, or may come to be. At the end those that nobody has begun are given
 * back, and a cut receive that waits on in SQS would take them; so a short one is always let come home, `SHORT_GRACE_MS`
 * beyond its wait.
 */
const SHORT_WAIT_S = 1;
const SHORT_GRACE_MS = 5000;
const FAILURE_WAITS = { baseMs: 1000, maxMs: 60_000 };

/** Receives messages: one receive at a time while the queue is quiet, several while it gives full ones and there is room. */
export class Receiver {
  readonly #queue: Queue;
  readonly #options: ReceiveOptions;
  readonly #active = new Set<Promise<void>>();
  readonly #failures: unknown[] = [];
  #wake: () => void = () => undefined;
  #full = false;
  #empty = 0;
  #failed = 0;

  constructor(queue: Queue, options: ReceiveOptions) {
    this.#queue = queue;
    this.#options = options;
  }

  /** Says that there may be room again, or nothing left to do. */
  changed(): void {
    this.#wake();
  }

  /** Throws `FatalError` when the queue cannot be read. */
  async run(stop: AbortSignal): Promise<void> {
    const { once, idle, room, max } = this.#options;
    const wake = (): void => this.#wake();
    stop.addEventListener('abort', wake);
    while (!stop.aborted && this.#failures.length === 0) {
      const active = this.#active.size;
      if (once && this.#empty >= EMPTY_RECEIVES && active === 0 && idle()) break;
      if ((active === 0 || (this.#full && active < RECEIVERS)) && room((active + 1) * max)) this.#start(stop);
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    stop.removeEventListener('abort', wake);
    await Promise.all(this.#active);
    for (const error of this.#failures) throw error;
  }

  #start(stop: AbortSignal): void {
    const receiving = this.#receive(stop)
      .catch((error: unknown) => void (stop.aborted || this.#failures.push(error)))
      .finally(() => {
        this.#active.delete(receiving);
        this.#wake();
      });
    this.#active.add(receiving);
  }

  async #receive(stop: AbortSignal): Promise<void> {
    const { max, idle, take, silenceMs = 30_000 } = this.#options;
    // Beside another receive, or after a full one, messages may be held before this one answers.
    const alone = this.#active.size === 0 && !this.#full && idle();
    const waitS = alone ? this.#options.waitS : Math.min(this.#options.waitS, SHORT_WAIT_S);
    const lastMs = waitS <= SHORT_WAIT_S ? waitS * 1000 + SHORT_GRACE_MS : LAST_RECEIVE_MS;
    let messages: readonly QueueMessage[];
    const cut = new AbortController();
    const cutIn = (ms: number): NodeJS.Timeout => setTimeout(() => cut.abort(), ms);
    const silence = cutIn(waitS * 1000 + silenceMs);
    let last: NodeJS.Timeout | undefined;
    const onStop = (): void => void (last = cutIn(lastMs));
    stop.addEventListener('abort', onStop);
    try {
      messages = await this.#queue.receive({ max, waitS }, cut.signal);
    } catch (error) {
      stop.throwIfAborted();
      return await this.#pause(error, stop);
    } finally {
      stop.removeEventListener('abort', onStop);
      clearTimeout(silence);
      clearTimeout(last);
    }
    this.#failed = 0;
    this.#full = messages.length === max;
    const fresh = await take(messages);
    if (fresh > 0) this.#empty = 0;
    // Receives side by side say the same thing once.
    else if (this.#active.size === 1) this.#empty += 1;
    // Only messages that we left there before: asked again at once, the queue would give them again.
    if (fresh === 0 && messages.length > 0) await sleep(this.#options.waitS * 1000, undefined, { signal: stop });
  }

  async #pause(error: unknown, stop: AbortSignal): Promise<void> {
    if (error instanceof FatalError) throw error;
    const context = { action: 'sqs:ReceiveMessage', resource: this.#queue.url };
    this.#full = false;
    this.#failed += 1;
    if (!awsFault(error, context).retry || (this.#options.once && this.#failed >= FAILURES))
      throw fatalAwsError(error, context);
    this.#options.onError(error);
    await sleep(backoff(this.#failed, FAILURE_WAITS, Math.random), undefined, { signal: stop });
  }
}
