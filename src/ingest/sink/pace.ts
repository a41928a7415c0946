import { backoff, type BackoffOptions } from './backoff.ts';

/**
 * How many requests may be in flight, and from when. A refusal of a whole request halves the number and holds everything
 * back for a while, so that a cluster in trouble meets one knock at a time; what it accepts lets the number grow by one for
 * each round of requests without a refusal.
 *
 * Times are milliseconds of a monotonic clock, given by the caller.
 */
export class Pace {
  readonly #max: number;
  readonly #waits: BackoffOptions;
  readonly #random: () => number;
  #limit: number;
  #accepted = 0;
  /** Refusals one after the other, those of requests that were in flight together counted once. */
  #refusals = 0;
  #pausedUntil = 0;

  constructor(max: number, waits: BackoffOptions, random: () => number) {
    this.#max = max;
    this.#limit = max;
    this.#waits = waits;
    this.#random = random;
  }

  /** Requests that may be in flight. */
  get limit(): number {
    return this.#limit;
  }

  /** Nothing is to be sent before. */
  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  accepted(): void {
    this.#refusals = 0;
    this.#accepted += 1;
    if (this.#accepted < this.#limit) return;
    this.#accepted = 0;
    this.#limit = Math.min(this.#max, this.#limit + 1);
  }

  /** Part of a request was refused: less at once, without a pause for what the cluster does accept. */
  strained(): void {
    this.#accepted = 0;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
  }

  /** A whole request, sent at `sentAt`, was refused. Returns the consecutive refusals and the wait, if it opened one. */
  refused(sentAt: number, now: number): { attempt: number; delayMs: number } | undefined {
    if (sentAt < this.#pausedUntil) return undefined;
    this.strained();
    this.#refusals += 1;
    const delayMs = backoff(this.#refusals, this.#waits, this.#random);
    this.#pausedUntil = now + delayMs;
    return { attempt: this.#refusals, delayMs };
  }
}
