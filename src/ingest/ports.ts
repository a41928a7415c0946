/**
 * The places where the ingest chain meets the world. Data moves one way,
 *
 *   source → lease → object → decode → map → document → bulk → outcome → ack
 *
 * and only outcomes come back. Each interface has an in-memory adapter and a real one, with one contract suite for both.
 */
import type { Filters } from './filter.ts';
import { isCovered, scopeOf, type Scope } from './scope.ts';

/** Identity of one object to read. */
export interface ObjectRef {
  /** S3 bucket, or `file://<host>` for a local file. */
  readonly bucket: string;
  /** Decoded S3 key, or absolute path. Up to 1,024 bytes of UTF-8. */
  readonly key: string;
  /** S3 ETag without quotes, or `<size>-<mtimeMs>` for a file. Absent when a notification did not carry it. */
  readonly etag?: string;
  /** Bytes. */
  readonly size?: number;
  /** ISO 8601; the object's own time, from which lag is computed. */
  readonly lastModified?: string;
}

/** One unit of work from a source. Settled exactly once, by `ack` or by `nack`. */
export interface Lease {
  readonly ref: ObjectRef;
  /** Name of the source, for reports and the ledger. */
  readonly source: string;
  ack(): Promise<void>;
  /** Gives the object back: a listing meets it in its next run, SQS delivers the message again. */
  nack(cause: unknown): Promise<void>;
}

/**
 * Something a source saw and did not lease: counted, reported, never read. `foreign`: logs of another AWS service;
 * `notification`: a message that names nothing to read (test event, removal); `unknown-message`: left in the queue.
 */
export type SkipReason =
  'settled' | 'digest' | 'metadata' | 'empty' | 'folder' | 'filtered' | 'foreign' | 'notification' | 'unknown-message';

export interface ObjectSource {
  readonly name: string;
  /** Set where a nacked lease comes again by itself (SQS); a listing meets it only in its next run. */
  readonly redelivers?: true;
  /** Ends when the source is exhausted (`once`), or when the signal aborts. A source error throws and settles nothing. */
  leases(signal: AbortSignal): AsyncIterable<Lease>;
  /** Objects seen but not leased, by reason, so far. */
  skipped(): Readonly<Partial<Record<SkipReason, number>>>;
  /** What the source knows of the work ahead, for ETA and lag. */
  backlog?(): { objects?: number; bytes?: number; oldestAgeMs?: number };
}

/** Reads objects. Errors: `ObjectError` (OBJECT_GONE, OBJECT_CHANGED, OBJECT_READ), `FatalError` (SOURCE_AUTH, SOURCE_FORBIDDEN). */
export interface ObjectReader {
  open(ref: ObjectRef, signal: AbortSignal): Promise<ObjectBytes>;
}

/** An object opened for reading. Cut connections are resumed inside; the bytes are those of one version (`etag`). */
export interface ObjectBytes {
  readonly etag: string;
  readonly size: number;
  /** The whole body from the start. May be called once. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Bytes [start, end), any number of times: Parquet reads its footer and row groups so. */
  range(start: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Everything decode → map → encode needs to know; structured-clonable, because it crosses to a worker thread. */
export interface EncodeOptions {
  /** Index names are `<indexPrefix><period of the event's time>`. */
  readonly indexPrefix: string;
  readonly period: Period;
  /** Epoch ms; events later than a day after it are rejected. */
  readonly now: number;
  readonly filters: Filters;
  /** Bytes of `_bulk` body after which a batch is handed on. Default 4 MiB. */
  readonly batchBytes?: number;
}
export type Period = 'day' | 'month' | 'year';

/** Ready-made `_bulk` body for some records of one object. Buffers are transferred between threads, never copied. */
export interface Batch {
  /** NDJSON: an action line and a source line for each document. */
  readonly body: Uint8Array;
  /** Where each document's action line starts; one more entry than documents, the last is `body.length`. */
  readonly offsets: Uint32Array;
  /** 1-based number of each document's record (or Parquet row) in the object. */
  readonly positions: Uint32Array;
  /** Records that can never become documents. */
  readonly rejected: readonly Rejected[];
  /** Records in this batch: documents + rejected + skipped. */
  readonly read: number;
  /** Records left out by a filter. */
  readonly skipped: number;
  /** Bytes of the object (as stored, so compressed) consumed since the batch before. */
  readonly bytes: number;
  /**
   * Gives the buffers back to be used again: whoever calls it has no further use for them. Not calling it costs memory until
   * the garbage collector comes by, and nothing else.
   */
  readonly release?: () => void;
}

/** A record that did not become a document. */
export interface Rejected {
  readonly position: number;
  /** Stable word: `invalid_json`, `no_time`, `time_out_of_range`, `too_large`, `not_an_event`, `mapping_failed`, `invalid_row`. */
  readonly reason: string;
  readonly message: string;
  /** The record as read, cut at 1 MiB; invalid UTF-8 replaced. */
  readonly document: string;
}

export type ObjectFormat = 'ocsf-json' | 'cloudtrail-json' | 'parquet' | 'digest' | 'empty' | 'unknown';

/** Runs decode → map → encode, in worker threads or in process. */
export interface Executor {
  /**
   * Yields the batches of one object in order; the return value names the format.
   * A damaged object throws `ObjectError` after everything before the damage has been yielded.
   */
  run(object: ObjectBytes, options: EncodeOptions, signal: AbortSignal): AsyncGenerator<Batch, ObjectFormat>;
  close(): Promise<void>;
}

export const INDEXED = 0;
export const DUPLICATE = 1;
export const REJECTED = 2;

/** What became of each document of a batch, by ordinal. */
export interface Outcomes {
  /** `INDEXED`, `DUPLICATE` or `REJECTED` for each document. */
  readonly statuses: Uint8Array;
  readonly rejections: readonly { ordinal: number; status: number; type: string; reason: string }[];
}

/**
 * Writes batches. Resolves when every document has an outcome; waits through 429, 5xx and blocks;
 * throws `FatalError` when no retry can help: then nothing of the batch may be acknowledged.
 */
export interface Sink {
  write(batch: Batch, signal: AbortSignal): Promise<Outcomes>;
  close(): Promise<void>;
}

/** Events of one object or of a run. Invariant: read = indexed + duplicate + rejected + skipped. */
export interface EventCounts {
  read: number;
  indexed: number;
  duplicate: number;
  rejected: number;
  skipped: number;
}

export interface DeadLetter {
  /** The document's own id; for a record that never had one, a hash of object and position. */
  readonly id: string;
  /** Stable word: a `Rejected.reason`, or the error type the cluster gave. */
  readonly reason: string;
  readonly message: string;
  /** HTTP status of the item, where the cluster rejected it. */
  readonly status?: number;
  /** Index the document was meant for. */
  readonly index?: string;
  readonly source: string;
  readonly ref: ObjectRef;
  /** 1-based record number in the object. */
  readonly position: number;
  /** The document, or the record as read where it never became one. */
  readonly document: string;
}

/** Keeps rejected documents for `replay`. Resolves when all are stored (writing one again is harmless), else throws. */
export interface DeadLetters {
  write(letters: readonly DeadLetter[], signal: AbortSignal): Promise<void>;
}

/** How an object ended. `failed` objects are tried again; after five permanent failures they are left alone. */
export type ObjectState = 'done' | 'failed' | 'skipped';

/** What is known of one object; `_id` is sha256(bucket, key). */
export interface LedgerRow {
  readonly ref: ObjectRef;
  readonly source: string;
  readonly state: ObjectState | 'claimed';
  readonly format?: ObjectFormat;
  readonly counts?: EventCounts;
  /** What the readings of this version kept. Absent: filters left none of its events out. */
  readonly kept?: readonly Scope[];
  readonly error?: { code: string; message: string; permanent: boolean };
  readonly attempts: number;
  readonly worker: string;
  /** ISO 8601. */
  readonly claimedAt: string;
  /** ISO 8601; after it another worker may take the claim over. */
  readonly leaseUntil?: string;
  readonly settledAt?: string;
}

export interface ClaimOptions {
  readonly source: string;
  readonly filters: Filters;
  readonly force: boolean;
}

export type Claim =
  | { readonly status: 'claimed'; readonly ref: ObjectRef; readonly attempts: number; readonly token: unknown }
  | { readonly status: 'settled'; readonly row: LedgerRow }
  | { readonly status: 'held'; readonly by: string; readonly until: string };

export interface Settlement {
  readonly state: ObjectState;
  /** With the ETag that was really read. */
  readonly ref: ObjectRef;
  readonly format?: ObjectFormat;
  readonly counts: EventCounts;
  readonly bytes: number;
  readonly seconds: number;
  readonly error?: { code: string; message: string; permanent: boolean };
}

/**
 * Which objects are done, and who works on which. Compare-and-set only saves work: document ids give exactness,
 * so an expired lease costs a second reading, never a second event.
 */
export interface Ledger {
  /** Rows in the order of the refs; at most 1,000 refs a call. */
  lookup(refs: readonly ObjectRef[], signal: AbortSignal): Promise<readonly (LedgerRow | undefined)[]>;
  /** Concurrent calls travel as one request. `filters` are those it is read under; `force` claims settled objects too. */
  claim(ref: ObjectRef, options: ClaimOptions, signal: AbortSignal): Promise<Claim>;
  /** Prolongs a claim while its object is being read. */
  renew(claim: Claim & { status: 'claimed' }, signal?: AbortSignal): Promise<void>;
  /** Resolves also when another worker has taken the claim over: the object is that worker's to settle then. */
  settle(claim: Claim & { status: 'claimed' }, settlement: Settlement, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** A failed object is not read again after this many permanent failures of the same ETag. */
export const MAX_ATTEMPTS = 5;

/** Whether a row means that this very version of the object has no event that the filters let through and no reading kept. */
export function isSettled(row: LedgerRow | undefined, ref: ObjectRef, filters: Filters): boolean {
  if (row === undefined || !isRead(row, ref)) return false;
  // A listing asks this of every key, and filters leave nothing out of most: their scope is not made for those.
  return row.kept === undefined || isCovered(row.kept, scopeOf(filters, ref));
}

/** Whether a row means that this very version of the object needs no more work, under the filters that it was read with. */
export function isRead(row: LedgerRow, ref: ObjectRef): boolean {
  if (row.state === 'claimed') return false;
  // Somebody names it again, so it is there again: what answered 404 may have been a fault in passing.
  if (row.error?.code === 'OBJECT_GONE') return false;
  if (ref.etag !== undefined && row.ref.etag !== ref.etag) return false;
  return row.state !== 'failed' || (row.error?.permanent === true && row.attempts >= MAX_ATTEMPTS);
}

/** What the chain says of each object; progress, metrics, totals and the exit code read only these. */
export interface ObjectReport {
  readonly ref: ObjectRef;
  readonly source: string;
  /** `settled`: an earlier run did it. `held`: another worker is at it. */
  readonly state: ObjectState | 'settled' | 'held';
  readonly format?: ObjectFormat;
  readonly counts: EventCounts;
  readonly bytes: number;
  readonly seconds: number;
  readonly error?: { code: string; message: string; permanent: boolean };
}

export interface IngestPorts {
  readonly source: ObjectSource;
  readonly reader: ObjectReader;
  readonly executor: Executor;
  readonly sink: Sink;
  readonly ledger: Ledger;
  readonly deadLetters: DeadLetters;
}
