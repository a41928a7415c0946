import { setMaxListeners } from 'node:events';
import { INDEXED, DUPLICATE, REJECTED, type Batch, type Outcomes } from '../ports.ts';
import type { BulkItem } from './answer.ts';
import { documentCount } from './body.ts';
import type { Fault } from './outcome.ts';

/** What became of a batch, with the cluster's own word on each operation. */
export interface Written extends Outcomes {
  readonly items: readonly (BulkItem | undefined)[];
}

/** Status of a document without an outcome yet. */
const OPEN = 255;

/**
 * One call of `write`: ends once, with the outcome of every document or with an error.
 * Aborted while some of its documents are in flight, it waits for the answer: what was sent is to be known.
 */
export class Entry {
  readonly batch: Batch;
  readonly signal: AbortSignal;
  /** Milliseconds of the monotonic clock when it came. */
  readonly at = performance.now();
  readonly documents: number;
  readonly written: Promise<Written>;
  readonly #statuses: Uint8Array;
  readonly #rejections: { ordinal: number; status: number; type: string; reason: string }[] = [];
  readonly #items: (BulkItem | undefined)[] = [];
  readonly #onAbort = (): void => this.#endIfAborted();
  #resolve: (written: Written) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #open: number;
  #inFlight = 0;
  #ended = false;

  constructor(batch: Batch, signal: AbortSignal) {
    this.batch = batch;
    this.signal = signal;
    this.documents = documentCount(batch);
    this.#open = this.documents;
    this.#statuses = new Uint8Array(this.documents).fill(OPEN);
    this.written = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // One signal is shared by all writes in flight, and more than ten listeners are no leak here.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', this.#onAbort);
    if (this.#open === 0) this.#finish();
  }

  get ended(): boolean {
    return this.#ended;
  }

  sent(): void {
    this.#inFlight += 1;
  }

  answered(): void {
    this.#inFlight -= 1;
    this.#endIfAborted();
  }

  accept(ordinal: number, status: typeof INDEXED | typeof DUPLICATE, item: BulkItem): void {
    this.#items[ordinal] = item;
    this.#settle(ordinal, status);
  }

  reject(ordinal: number, { status, type, reason }: Fault): void {
    this.#rejections.push({ ordinal, status, type: type === '' ? `http_${status}` : type, reason });
    this.#settle(ordinal, REJECTED);
  }

  fail(error: unknown): void {
    this.#close();
    this.#reject(error);
  }

  #settle(ordinal: number, status: number): void {
    this.#statuses[ordinal] = status;
    this.#open -= 1;
    if (this.#open === 0 && !this.#ended) this.#finish();
  }

  #finish(): void {
    this.#close();
    const rejections = this.#rejections.sort((a, b) => a.ordinal - b.ordinal);
    this.#resolve({ statuses: this.#statuses, rejections, items: this.#items });
  }

  #close(): void {
    this.#ended = true;
    this.signal.removeEventListener('abort', this.#onAbort);
  }

  #endIfAborted(): void {
    if (this.#inFlight === 0 && this.signal.aborted) this.fail(this.signal.reason);
  }
}

/** Some documents of a write, by ordinal, ascending. */
export interface Part {
  readonly entry: Entry;
  readonly batch: Batch;
  readonly ordinals: Uint32Array;
}

/** One request to be made. */
export interface Job {
  readonly parts: readonly Part[];
  /** Failed tries of these documents. */
  readonly attempt: number;
  /** Not to be sent before. */
  readonly readyAt: number;
}

export function documentsOf({ parts }: Job): number {
  return parts.reduce((sum, { ordinals }) => sum + ordinals.length, 0);
}

/** The same documents in two jobs; one document alone stays one job. */
export function halves(job: Job): Job[] {
  const sides: [Part[], Part[]] = [[], []];
  let room = Math.ceil(documentsOf(job) / 2);
  for (const { entry, batch, ordinals } of job.parts) {
    const here = Math.min(room, ordinals.length);
    room -= here;
    if (here > 0) sides[0].push({ entry, batch, ordinals: ordinals.subarray(0, here) });
    if (here < ordinals.length) sides[1].push({ entry, batch, ordinals: ordinals.subarray(here) });
  }
  return sides.filter((parts) => parts.length > 0).map((parts) => ({ ...job, parts }));
}
