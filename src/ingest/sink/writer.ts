import type { Answer } from '../../opensearch/request.ts';
import { DUPLICATE, INDEXED, type Batch, type Sink } from '../ports.ts';
import { faultOfItem, faultOfResponse, itemsOf, type BulkItem } from './answer.ts';
import { backoff, type BackoffOptions } from './backoff.ts';
import { gather } from './body.ts';
import { describeFault, fatalFault } from './fault.ts';
import { Entry, documentsOf, halves, type Job, type Part, type Written } from './job.ts';
import { judge, type Fault, type Ruling } from './outcome.ts';
import { Pace } from './pace.ts';
import { Queue } from './queue.ts';

/** A wait, for whoever watches: the cluster cannot take documents now. */
export interface Wait {
  /** What the cluster said and, where known, what ends the wait. */
  readonly reason: string;
  /** Tries that failed so far. */
  readonly attempt: number;
  readonly delayMs: number;
}

export interface WriterOptions {
  /** Bytes of a request at most, but for a batch that is larger by itself. Default 5 MiB. */
  readonly maxBytes?: number;
  /** Documents of a request at most, but for a batch that has more by itself. Default 5,000. */
  readonly maxDocuments?: number;
  /** How long a small batch waits for company. Default 5 ms. */
  readonly lingerMs?: number;
  /** Requests in flight at most; fewer while the cluster refuses. Default 4. */
  readonly requests?: number;
  /** Waits before tries. Default: from 250 ms to 30 s. */
  readonly backoff?: BackoffOptions;
  readonly onWait?: (wait: Wait) => void;
}

/** Sends one `_bulk` body, once. Faults of cluster and network are answers; what it throws ends the writes concerned. */
export type BulkTransport = (body: Buffer) => Promise<Answer>;

/** Tries after which a document over which the server stumbles is rejected. */
const MAX_SUSPECT_TRIES = 8;
/** Refusals (429) after which a request is offered in halves: it may be larger than the cluster can ever take at once. */
const REFUSALS_BEFORE_SPLIT = 5;

/**
 * Writes batches through `_bulk`, several small ones in one request.
 *
 * A write is *queued* until a request has room for it; *in flight* while its documents are in a request; and *delayed*
 * while those without an outcome wait for their next try. It ends when each of its documents has an outcome, when one meets
 * a fatal answer, or when its signal aborts: at once while queued or delayed, after the answer while in flight.
 * Nothing is sent again once it has an outcome. A request without an answer is offered again as it was: ids make that
 * harmless, but what it did create counts as duplicate then, because nobody can tell.
 *
 * Service is first come, first served, delayed documents first. Memory: the batches of the callers, and for each request
 * in flight a copy of those that share it.
 */
export class BulkWriter implements Sink {
  readonly #transport: BulkTransport;
  readonly #queue: Queue;
  readonly #pace: Pace;
  readonly #waits: BackoffOptions;
  readonly #onWait: (wait: Wait) => void;
  readonly #unsettled = new Set<Entry>();
  #delayed: Job[] = [];
  #active = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(transport: BulkTransport, options: WriterOptions = {}) {
    this.#transport = transport;
    this.#queue = new Queue({
      maxBytes: options.maxBytes ?? 5 * 1024 * 1024,
      maxDocuments: options.maxDocuments ?? 5000,
      lingerMs: options.lingerMs ?? 5,
    });
    this.#waits = options.backoff ?? { baseMs: 250, maxMs: 30_000 };
    this.#onWait = options.onWait ?? (() => undefined);
    this.#pace = new Pace(options.requests ?? 4, this.#waits, Math.random);
  }

  async write(batch: Batch, signal: AbortSignal): Promise<Written> {
    if (this.#closed) throw new Error('The sink is closed.');
    signal.throwIfAborted();
    const entry = new Entry(batch, signal);
    if (entry.ended) return entry.written;
    this.#unsettled.add(entry);
    this.#queue.push(entry);
    this.#pump();
    try {
      return await entry.written;
    } finally {
      this.#unsettled.delete(entry);
    }
  }

  /** Waits for what was written; takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([...this.#unsettled].map(({ written }) => written));
    clearTimeout(this.#timer);
  }

  /** Starts what may start now, and sets the alarm for what may later. */
  #pump(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    while (now >= this.#pace.pausedUntil && this.#active < this.#pace.limit) {
      const job = this.#takeDelayed(now) ?? this.#queue.take(now);
      if (job === undefined) break;
      this.#active += 1;
      void this.#run(job).finally(() => {
        this.#active -= 1;
        this.#pump();
      });
    }
    if (this.#active >= this.#pace.limit) return;
    const next = Math.min(this.#queue.dueAt, ...this.#delayed.map(({ readyAt }) => readyAt));
    if (next === Infinity) return;
    this.#timer = setTimeout(() => this.#pump(), Math.max(1, Math.max(next, this.#pace.pausedUntil) - now));
  }

  #takeDelayed(now: number): Job | undefined {
    const live = this.#delayed
      .map((job) => ({ ...job, parts: job.parts.filter(({ entry }) => !entry.ended) }))
      .filter(({ parts }) => parts.length > 0);
    const job = live.find(({ readyAt }) => readyAt <= now);
    this.#delayed = live.filter((other) => other !== job);
    return job;
  }

  async #run(job: Job): Promise<void> {
    const sentAt = performance.now();
    const entries = job.parts.map(({ entry }) => entry);
    for (const entry of entries) entry.sent();
    try {
      this.#settle(job, await this.#transport(gather(job.parts)), sentAt);
    } catch (error) {
      for (const entry of entries) entry.fail(error);
    }
    for (const entry of entries) entry.answered();
  }

  #settle(job: Job, answer: Answer, sentAt: number): void {
    const documents = documentsOf(job);
    const items = itemsOf(answer, documents);
    if (items !== undefined) return this.#settleItems(job, items, sentAt);
    const fault = faultOfResponse(answer);
    const ruling = judge('response', fault);
    if (ruling.verdict === 'fatal') {
      for (const { entry } of job.parts) entry.fail(fatalFault(fault, ruling));
    } else if (ruling.verdict !== 'split') {
      this.#refused(job, fault, ruling, sentAt);
    } else if (documents > 1) {
      this.#delayed.push(...halves(job));
    } else {
      for (const { entry, ordinals } of job.parts) entry.reject(ordinals[0] ?? 0, fault);
    }
  }

  #settleItems(job: Job, items: readonly BulkItem[], sentAt: number): void {
    const again: Part[] = [];
    let cause: { fault: Fault; ruling: Ruling } | undefined;
    let documents = 0;
    let left = 0;
    for (const { entry, batch, ordinals } of job.parts) {
      const open = ordinals.filter((ordinal) => {
        const item = items[documents++];
        if (item === undefined || entry.ended) return false;
        const fault = faultOfItem(item);
        const ruling = judge('item', fault);
        if (!settled(entry, ordinal, item, fault, ruling, job.attempt)) {
          cause ??= { fault, ruling };
          return true;
        }
        return false;
      });
      if (open.length === 0 || entry.ended) continue;
      left += open.length;
      again.push({ entry, batch, ordinals: open });
    }
    if (cause === undefined || left === 0) return this.#pace.accepted();
    const rest = { ...job, parts: again };
    // Tried before, it may be about one index that is not well: the others go on.
    if (left === documents && job.attempt === 0) return this.#refused(rest, cause.fault, cause.ruling, sentAt);
    this.#pace.strained();
    const attempt = job.attempt + 1;
    const delayMs = backoff(attempt, this.#waits, Math.random);
    this.#delayed.push({ ...rest, attempt, readyAt: performance.now() + delayMs });
    this.#onWait({ reason: describeFault(cause.fault, cause.ruling.hint), attempt, delayMs });
  }

  /** None of a request was taken: everything waits, then it goes first. */
  #refused(job: Job, fault: Fault, ruling: Ruling, sentAt: number): void {
    const wait = this.#pace.refused(sentAt, performance.now());
    if (wait !== undefined) this.#onWait({ reason: describeFault(fault, ruling.hint), ...wait });
    const again = { ...job, attempt: job.attempt + 1, readyAt: this.#pace.pausedUntil };
    const tooLarge = fault.status === 429 && again.attempt % REFUSALS_BEFORE_SPLIT === 0;
    this.#delayed.push(...(tooLarge ? halves(again) : [again]));
  }
}

/** Notes the outcome of a document, if this is one; false when the document is to be offered again. */
function settled(
  entry: Entry,
  ordinal: number,
  item: BulkItem,
  fault: Fault,
  ruling: Ruling,
  attempt: number,
): boolean {
  switch (ruling.verdict) {
    case 'indexed':
      entry.accept(ordinal, INDEXED, item);
      return true;
    case 'duplicate':
      entry.accept(ordinal, DUPLICATE, item);
      return true;
    case 'rejected':
    case 'split':
      entry.reject(ordinal, fault);
      return true;
    case 'fatal':
      entry.fail(fatalFault(fault, ruling));
      return true;
    case 'suspect':
      if (attempt + 1 < MAX_SUSPECT_TRIES) return false;
      entry.reject(ordinal, fault);
      return true;
    case 'retry':
      return false;
  }
}
