import type { Origin, RecordSink } from '../decode/record-sink.ts';
import type { Batch, Rejected } from '../ports.ts';
import type { RecordResult } from '../record.ts';
import type { LineReader, Passed } from '../fast/pass-through.ts';
import { Spares } from './spares.ts';

/** Turns one record into one document; see `createRecordProcessor`. */
export type RecordProcessor = (record: unknown) => RecordResult;

export const DEFAULT_BATCH_BYTES = 4 * 1024 * 1024;
/** What a rejection weighs besides its document, against `batchBytes`. */
const REJECTED_BYTES = 256;
/** Records after which a batch is handed on whatever its size, so that filtered events show as progress. */
const MAX_RECORDS = 50_000;
const EMPTY = Buffer.alloc(0);

export interface BuilderOptions {
  /** Bytes after which a batch is handed on. Default 4 MiB. */
  readonly batchBytes?: number | undefined;
  /** Buffers that may be filled again, of all objects of a thread. */
  readonly spares?: Spares | undefined;
  /** Takes lines that need no parsing. */
  readonly readLine?: LineReader | undefined;
}

/** Collects the records of one object into ready-made `_bulk` bodies. */
export class BatchBuilder implements RecordSink {
  readonly #process: RecordProcessor;
  readonly #batchBytes: number;
  readonly #spares: Spares;
  readonly #readLine: LineReader | undefined;
  #ready: Batch[] = [];
  #position = 0;
  #body: Buffer = EMPTY;
  /** What a batch is likely to need: as much as the one before. */
  #capacity = 0;
  #length = 0;
  #offsets: number[] = [];
  #positions: number[] = [];
  #rejected: Rejected[] = [];
  #rejectedBytes = 0;
  #read = 0;
  #skipped = 0;
  #bytes = 0;
  /** `{"create":{"_index":"…","_id":` of the index last written to: neighbours in time share it. */
  #action = { index: '', head: Buffer.alloc(0) };

  constructor(
    process: RecordProcessor,
    { batchBytes = DEFAULT_BATCH_BYTES, spares = new Spares(), readLine }: BuilderOptions = {},
  ) {
    this.#process = process;
    this.#batchBytes = batchBytes;
    this.#spares = spares;
    this.#readLine = readLine;
  }

  line(bytes: Buffer, from: number, to: number): boolean {
    const passed = this.#readLine?.(bytes, from, to);
    if (passed === undefined) return false;
    this.#position += 1;
    this.#writeLine(passed, bytes, from, to);
    this.#count();
    return true;
  }

  record(value: unknown, origin: Origin): void {
    const result = this.#process(value);
    this.#position += 1;
    if (result.kind === 'document') this.#write(result.index, result.id, result.source);
    else if (result.kind === 'rejected') this.#reject(result.reason, result.message, origin.text());
    else this.#skipped += 1;
    this.#count();
  }

  reject(reason: string, message: string, document: string): void {
    this.#position += 1;
    this.#reject(reason, message, document);
    this.#count();
  }

  /** Bytes of the object that have been read; they count for the batch in hand. */
  consumed(bytes: number): void {
    this.#bytes += bytes;
  }

  /** The batches that are full, once. */
  take(): Batch[] {
    const ready = this.#ready;
    if (ready.length > 0) this.#ready = [];
    return ready;
  }

  /** All that is left. */
  finish(): Batch[] {
    if (this.#read > 0) this.#hand();
    return this.take();
  }

  #reject(reason: string, message: string, document: string): void {
    this.#rejected.push({ position: this.#position, reason, message, document });
    this.#rejectedBytes += document.length + REJECTED_BYTES;
  }

  #count(): void {
    this.#read += 1;
    if (this.#length + this.#rejectedBytes >= this.#batchBytes || this.#read >= MAX_RECORDS) this.#hand();
  }

  #write(index: string, id: string, source: string): void {
    this.#begin(index);
    this.#append(`${JSON.stringify(id)}}}\n`);
    this.#append(source);
    this.#append('\n');
  }

  #writeLine({ index, idFrom, idTo, additions }: Passed, bytes: Buffer, from: number, to: number): void {
    this.#begin(index);
    this.#append('"');
    this.#copy(bytes, idFrom, idTo);
    this.#append('"}}\n');
    let at = from;
    for (const addition of additions) {
      this.#copy(bytes, at, addition.at);
      this.#append(addition.text);
      at = addition.at;
    }
    this.#copy(bytes, at, to);
    this.#append('\n');
  }

  /** The action line, up to the id. */
  #begin(index: string): void {
    if (index !== this.#action.index)
      this.#action = { index, head: Buffer.from(`{"create":{"_index":${JSON.stringify(index)},"_id":`) };
    this.#offsets.push(this.#length);
    this.#positions.push(this.#position);
    this.#copy(this.#action.head, 0, this.#action.head.length);
  }

  #copy(bytes: Buffer, from: number, to: number): void {
    this.#grow(to - from);
    this.#length += bytes.copy(this.#body, this.#length, from, to);
  }

  #append(text: string): void {
    // Three bytes a UTF-16 unit is the most that UTF-8 takes; counting exactly is only worth it when that does not fit.
    if (this.#body.length - this.#length < text.length * 3) this.#grow(Buffer.byteLength(text));
    this.#length += this.#body.write(text, this.#length);
  }

  #grow(needed: number): void {
    if (this.#body.length - this.#length >= needed) return;
    const capacity = Math.max(this.#capacity, 2 * this.#body.length, this.#length + needed);
    const larger = this.#spares.take(capacity);
    this.#body.copy(larger, 0, 0, this.#length);
    this.#body = larger;
  }

  #hand(): void {
    this.#offsets.push(this.#length);
    this.#ready.push({
      // The first batch may be all there is of a small object.
      body: this.#capacity === 0 ? this.#spares.handOn(this.#body, this.#length) : this.#body.subarray(0, this.#length),
      offsets: Uint32Array.from(this.#offsets),
      positions: Uint32Array.from(this.#positions),
      rejected: this.#rejected,
      read: this.#read,
      skipped: this.#skipped,
      bytes: this.#bytes,
    });
    // The buffer belongs to whoever takes the batch.
    this.#capacity = this.#body.length;
    this.#body = EMPTY;
    this.#length = this.#read = this.#skipped = this.#bytes = this.#rejectedBytes = 0;
    this.#offsets = [];
    this.#positions = [];
    this.#rejected = [];
  }
}
