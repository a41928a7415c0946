import type { Queue, QueueMessage } from './queue.ts';

export interface VisibilityOptions {
  /** How long the queue hides a received message by itself. */
  readonly queueS: number;
  /** Each extension hides it for so long from then on. */
  readonly extendS: number;
  /** A message that could not be extended; others may receive it now. */
  readonly onLost: (message: QueueMessage) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Keeps received messages from other consumers until they are settled. Each message has a deadline of its own, counted
 * from its receive, also while it only waits for its turn; it is extended when less than half of it is left.
 */
export class Visibility {
  readonly #queue: Queue;
  readonly #options: VisibilityOptions;
  /** Until when each message is hidden; ms of the monotonic clock. */
  readonly #deadlines = new Map<QueueMessage, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(queue: Queue, options: VisibilityOptions) {
    this.#queue = queue;
    this.#options = options;
  }

  /** From the moment of receive. */
  keep(message: QueueMessage): void {
    const { queueS, extendS } = this.#options;
    this.#deadlines.set(message, performance.now() + queueS * 1000);
    this.#timer ??= setInterval(() => this.#extend(), (extendS * 1000) / 8).unref();
    if (queueS * 2 < extendS) this.#extend();
  }

  release(message: QueueMessage): void {
    this.#deadlines.delete(message);
    if (this.#deadlines.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Lets go of all messages; they become visible when their time is over. */
  stop(): void {
    for (const message of [...this.#deadlines.keys()]) this.release(message);
  }

  #extend(): void {
    const { extendS, onLost, onError } = this.#options;
    const now = performance.now();
    for (const [message, deadline] of this.#deadlines) {
      if (deadline - now > (extendS * 1000) / 2) continue;
      this.#deadlines.set(message, now + extendS * 1000);
      this.#queue.hide(message, extendS).then(
        (ours) => {
          if (ours || !this.#deadlines.has(message)) return;
          this.release(message);
          onLost(message);
        },
        (error: unknown) => {
          // The next round tries again.
          if (this.#deadlines.has(message)) this.#deadlines.set(message, deadline);
          onError(error);
        },
      );
    }
  }
}
