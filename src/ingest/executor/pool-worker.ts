import { Worker, type ResourceLimits } from 'node:worker_threads';
import { AppError, messageOf, ObjectError } from '../../errors.ts';
import type { Batch, EncodeOptions, ObjectBytes, ObjectFormat } from '../ports.ts';
import { MAX_OPTION_SETS, type Failure, type FromWorker, type ToWorker } from './protocol.ts';
import { Spares } from './spares.ts';

type Event = { readonly batch: Batch } | { readonly format: ObjectFormat } | { readonly error: unknown };

/** One object that a worker works on, seen from the main thread: bytes go in as they are asked for, batches come out. */
class PoolRun {
  readonly id: number;
  readonly #object: ObjectBytes;
  readonly #post: (message: ToWorker, transfer?: ArrayBuffer[]) => void;
  #chunks: AsyncIterator<Uint8Array> | undefined;
  #events: Event[] = [];
  #wake = (): void => undefined;
  /** Nothing further is heard. */
  #over = false;
  /** The worker is through with the object, or dead. */
  #left = false;
  #readerFault: { error: unknown } | undefined;
  /** A chunk has been asked for and is not there yet. */
  #reading = false;

  constructor(id: number, object: ObjectBytes, post: (message: ToWorker, transfer?: ArrayBuffer[]) => void) {
    this.id = id;
    this.#object = object;
    this.#post = post;
  }

  /** Reads the first chunk and hands the object to the worker: false when it ended before that. */
  async start(optionsId: number, options: EncodeOptions | undefined): Promise<boolean> {
    this.#chunks = this.#object.chunks()[Symbol.asyncIterator]();
    const { etag, size } = this.#object;
    const next = await this.#chunks.next();
    const first = next.done === true ? undefined : ownCopy(next.value);
    const whole = first === undefined || first.length === size;
    if (whole) await this.#stop();
    if (this.#over) return false;
    const start = { type: 'run', run: this.id, etag, size, optionsId, first, whole } as const;
    this.#post(options === undefined ? start : { ...start, options }, first === undefined ? [] : [first.buffer]);
    return true;
  }

  /** The next batch, or the format at the end. Throws what ended the object. */
  async next(): Promise<{ batch: Batch } | { format: ObjectFormat }> {
    while (this.#events.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    const event = this.#events.shift()!;
    if ('error' in event) throw event.error;
    return event;
  }

  /** The consumer is through with a batch. */
  taken(): void {
    if (!this.#over) this.#post({ type: 'taken', run: this.id });
  }

  /** Ends the run from this side; what the worker says from now on is not heard. */
  async leave(): Promise<void> {
    this.#over = true;
    if (!this.#left) this.#post({ type: 'abort', run: this.id });
    this.#left = true;
    await this.#stop();
  }

  /** Ends the run with an error, whatever the worker is doing. */
  fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#add({ error });
  }

  /** The worker died. */
  lost(error: unknown): void {
    this.#left = true;
    this.fail(error);
  }

  receive(message: FromWorker): void {
    if (this.#over) return;
    switch (message.type) {
      case 'pull':
        return void this.#feed();
      case 'pull-range':
        return void this.#feedRange(message.request, message.range);
      case 'stop':
        return void this.#stop();
      case 'batch':
        return this.#add({ batch: message.batch });
      case 'done':
        this.#over = this.#left = true;
        if (message.batch !== undefined) this.#add({ batch: message.batch });
        return this.#add({ format: message.format });
      case 'failed':
        this.#left = true;
        return this.fail(this.#readerFault === undefined ? errorOf(message.error) : this.#readerFault.error);
    }
  }

  async #feed(): Promise<void> {
    this.#reading = true;
    try {
      const next = await this.#chunks!.next();
      if (this.#over) return;
      if (next.done === true) return this.#post({ type: 'bytes', run: this.id });
      const bytes = ownCopy(next.value);
      this.#post({ type: 'bytes', run: this.id, bytes }, [bytes.buffer]);
    } catch (error) {
      this.#readerFault = { error };
      if (!this.#over) this.#post({ type: 'bytes', run: this.id, fault: true });
    } finally {
      this.#reading = false;
    }
  }

  async #feedRange(request: number, [start, end]: [number, number]): Promise<void> {
    try {
      const bytes = ownCopy(await this.#object.range(start, end));
      if (!this.#over) this.#post({ type: 'range', run: this.id, request, bytes }, [bytes.buffer]);
    } catch (error) {
      this.#readerFault = { error };
      if (!this.#over) this.#post({ type: 'range', run: this.id, request });
    }
  }

  /** Frees the connection behind the chunks. */
  async #stop(): Promise<void> {
    const chunks = this.#chunks;
    this.#chunks = { next: async () => ({ done: true, value: undefined }) };
    // A fault in closing what is no longer wanted is nobody's.
    const stopped = chunks?.return?.().catch(() => undefined);
    // A generator hears of it only when the chunk that was asked for has come, which a stalled connection may never let happen.
    if (!this.#reading) await stopped;
  }

  #add(event: Event): void {
    this.#events.push(event);
    this.#wake();
  }
}

/** A thread, and the objects it has in hand. Starts when the first one comes; a thread that died is replaced by the next. */
export class PoolWorker {
  readonly #url: URL;
  readonly #limits: ResourceLimits;
  readonly #runs = new Map<number, PoolRun>();
  #thread: Worker | undefined;
  #knownOptions = new Set<number>();

  constructor(url: URL, limits: ResourceLimits) {
    this.#url = url;
    this.#limits = limits;
  }

  get load(): number {
    return this.#runs.size;
  }

  async *run(
    id: number,
    object: ObjectBytes,
    options: { id: number; value: EncodeOptions },
    signal: AbortSignal,
  ): AsyncGenerator<Batch, ObjectFormat> {
    const thread = (this.#thread ??= this.#start());
    const run = new PoolRun(id, object, (message, transfer = []) => thread.postMessage(message, transfer));
    const onAbort = (): void => run.fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#runs.set(id, run);
    try {
      const value = this.#knownOptions.has(options.id) ? undefined : options.value;
      // A thread that died meanwhile, or was never told, does not know the options.
      if (await run.start(options.id, value)) {
        if (this.#knownOptions.size >= MAX_OPTION_SETS) this.#knownOptions.clear();
        this.#knownOptions.add(options.id);
      }
      for (;;) {
        const event = await run.next();
        if ('format' in event) return event.format;
        yield this.#lent(event.batch, thread);
        run.taken();
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#runs.delete(id);
      await run.leave();
    }
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  /** The batch, with the way back for its buffer. */
  #lent(batch: Batch, thread: Worker): Batch {
    const { buffer } = batch.body;
    if (!Spares.worth(buffer)) return batch;
    const release = (): void => {
      if (this.#thread === thread) thread.postMessage({ type: 'spare', buffer } satisfies ToWorker, [buffer]);
    };
    return { ...batch, release };
  }

  #start(): Worker {
    const thread = new Worker(this.#url, { resourceLimits: this.#limits });
    // More is said by `exit`, which always follows.
    let cause: unknown;
    thread.on('error', (error) => (cause = error));
    thread.on('message', (message: FromWorker) => this.#runs.get(message.run)?.receive(message));
    thread.on('exit', () => this.#died(thread, cause));
    return thread;
  }

  #died(thread: Worker, cause: unknown): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    this.#knownOptions = new Set();
    // Among several nobody knows who it was; alone there is no doubt, and trying again would end the same way.
    const permanent = this.#runs.size === 1;
    const why = cause === undefined ? 'it was stopped' : messageOf(cause);
    for (const run of this.#runs.values())
      run.lost(
        new ObjectError('OBJECT_READ', `The worker thread that decoded the object died: ${why}.`, { permanent, cause }),
      );
  }
}

function errorOf({ code, message, permanent }: Failure): Error {
  return code === undefined
    ? new AppError('OBJECT_READ', `Decoding failed unexpectedly: ${message}`)
    : new ObjectError(code, message, { permanent });
}

/** Bytes with a buffer of their own, because giving a buffer away takes it from the reader. */
function ownCopy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}
