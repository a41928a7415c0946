import { parentPort } from 'node:worker_threads';
import { messageOf, ObjectError } from '../../errors.ts';
import { createRecordProcessor } from '../record.ts';
import type { Batch, ObjectBytes } from '../ports.ts';
import { createLineReader } from '../fast/pass-through.ts';
import type { BuilderOptions, RecordProcessor } from './batch-builder.ts';
import { encodeObject } from './encode-object.ts';
import { Spares } from './spares.ts';
import {
  buffersOf,
  MAX_BATCHES_AHEAD,
  MAX_OPTION_SETS,
  type Failure,
  type FromWorker,
  type ToWorker,
} from './protocol.ts';

/** What a set of encode options makes. */
interface Processor {
  readonly process: RecordProcessor;
  readonly options: BuilderOptions;
}

type Start = ToWorker & { type: 'run' };

/** Larger batches are not held back: many objects are open at once. */
const HELD_BYTES = 256 * 1024;

const spares = new Spares();
/** Batches of all objects that their consumers have not taken, and who waits for that. */
let ahead = 0;
let waiting: (() => void)[] = [];

function wake(): void {
  const woken = waiting;
  waiting = [];
  for (const resolve of woken) resolve();
}

/** One object on this side of the thread border: its bytes are pulled, its batches are pushed. */
class WorkerRun implements ObjectBytes {
  readonly etag: string;
  readonly size: number;
  readonly #id: number;
  readonly #first: Uint8Array | undefined;
  readonly #whole: boolean;
  readonly #abort = new AbortController();
  readonly #ranges = new Map<number, (bytes: Uint8Array | undefined) => void>();
  #requests = 0;
  #answer: ((bytes: Uint8Array | undefined) => void) | undefined;
  /** Batches of this object that the consumer has not taken. */
  #ahead = 0;
  #readerFault = false;

  constructor(start: Start) {
    this.etag = start.etag;
    this.size = start.size;
    this.#id = start.run;
    this.#first = start.first;
    this.#whole = start.whole;
  }

  async run({ process, options }: Processor): Promise<void> {
    const batches = encodeObject(this, process, options, this.#abort.signal);
    // A small batch is held back, so that the only one of a small object travels with its end.
    let held: Batch | undefined;
    try {
      for (;;) {
        const next = await batches.next();
        if (next.done === true) {
          const batch = held === undefined ? {} : { batch: held };
          send({ type: 'done', run: this.#id, ...batch, format: next.value }, held);
          return;
        }
        if (held !== undefined) await this.#push(held);
        held = undefined;
        if (next.value.body.length < HELD_BYTES) held = next.value;
        else await this.#push(next.value);
      }
    } catch (error) {
      if (held !== undefined) send({ type: 'batch', run: this.#id, batch: held }, held);
      send({ type: 'failed', run: this.#id, error: failureOf(error) });
    }
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    if (this.#whole) {
      if (this.#first !== undefined) yield this.#first;
      return;
    }
    // The next chunk is under way while this one is being decoded.
    let next = this.#pull();
    try {
      for (let chunk: Uint8Array | undefined = this.#first; chunk !== undefined;) {
        yield chunk;
        chunk = await next;
        if (chunk !== undefined) next = this.#pull();
      }
    } finally {
      send({ type: 'stop', run: this.#id });
    }
    // The main thread keeps the reader's own error; this one only ends the decoding.
    if (this.#readerFault) throw new Error('the object could not be read');
  }

  async range(start: number, end: number): Promise<Uint8Array> {
    this.#abort.signal.throwIfAborted();
    const request = (this.#requests += 1);
    const bytes = await new Promise<Uint8Array | undefined>((resolve) => {
      this.#ranges.set(request, resolve);
      send({ type: 'pull-range', run: this.#id, request, range: [start, end] });
    });
    this.#abort.signal.throwIfAborted();
    if (bytes === undefined) throw new Error('the object could not be read');
    return bytes;
  }

  async close(): Promise<void> {
    // The main thread closes what it has opened.
  }

  /** The object is over: nobody will take what of it is on its way. */
  leave(): void {
    ahead -= this.#ahead;
    this.#ahead = 0;
    wake();
  }

  receive(message: Exclude<ToWorker, Start | { type: 'spare' }>): void {
    switch (message.type) {
      case 'bytes':
        this.#readerFault = message.fault === true;
        return this.#answer?.(message.bytes);
      case 'range':
        this.#ranges.get(message.request)?.(message.bytes);
        this.#ranges.delete(message.request);
        return;
      case 'taken':
        if (this.#ahead > 0) {
          this.#ahead -= 1;
          ahead -= 1;
        }
        return wake();
      case 'abort':
        this.#abort.abort();
        // Whoever waits for the main thread waits in vain.
        this.#answer?.(undefined);
        for (const resolve of this.#ranges.values()) resolve(undefined);
        this.leave();
    }
  }

  async #pull(): Promise<Uint8Array | undefined> {
    if (this.#abort.signal.aborted) return undefined;
    return new Promise((resolve) => {
      this.#answer = resolve;
      send({ type: 'pull', run: this.#id });
    });
  }

  async #push(batch: Batch): Promise<void> {
    while (ahead >= MAX_BATCHES_AHEAD && !this.#abort.signal.aborted)
      await new Promise<void>((resolve) => waiting.push(resolve));
    this.#abort.signal.throwIfAborted();
    this.#ahead += 1;
    ahead += 1;
    send({ type: 'batch', run: this.#id, batch }, batch);
  }
}

function send(message: FromWorker, batch?: Batch): void {
  parentPort!.postMessage(message, batch === undefined ? [] : buffersOf(batch));
}

function failureOf(error: unknown): Failure {
  if (error instanceof ObjectError) return { code: error.code, message: error.message, permanent: error.permanent };
  return { message: error instanceof Error ? (error.stack ?? error.message) : messageOf(error), permanent: false };
}

const runs = new Map<number, WorkerRun>();
const processors = new Map<number, Processor>();

function processorOf({ optionsId, options }: Start): Processor {
  if (options !== undefined) {
    processors.delete(optionsId);
    if (processors.size >= MAX_OPTION_SETS) processors.delete(processors.keys().next().value!);
    const { batchBytes } = options;
    processors.set(optionsId, {
      process: createRecordProcessor(options),
      options: { batchBytes, spares, readLine: createLineReader(options) },
    });
  }
  return processors.get(optionsId)!;
}

parentPort?.on('message', (message: ToWorker) => {
  if (message.type === 'spare') {
    spares.give(message.buffer);
    return;
  }
  if (message.type !== 'run') {
    runs.get(message.run)?.receive(message);
    return;
  }
  const run = new WorkerRun(message);
  runs.set(message.run, run);
  void run.run(processorOf(message)).finally(() => {
    runs.delete(message.run);
    run.leave();
  });
});
