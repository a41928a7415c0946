import type { ErrorCode } from '../../errors.ts';
import type { Batch, EncodeOptions, ObjectFormat } from '../ports.ts';

/** Batches of one thread that may be on their way to their consumers: one being written, one ready. */
export const MAX_BATCHES_AHEAD = 2;

/** Option sets that a worker remembers; a run of the program has one a source. */
export const MAX_OPTION_SETS = 64;

/** What the main thread says to a worker. Bytes are copies made for it, and transferred. */
export type ToWorker =
  | {
      readonly type: 'run';
      readonly run: number;
      readonly etag: string;
      readonly size: number;
      /** Number of the encode options, and the options where this worker has not seen them yet. */
      readonly optionsId: number;
      readonly options?: EncodeOptions;
      /** The first bytes: for most objects all there are, so that they take one message each way. */
      readonly first: Uint8Array | undefined;
      readonly whole: boolean;
    }
  /** The answer to a pull. No bytes: the object has ended, or (`fault`) its reader threw. */
  | { readonly type: 'bytes'; readonly run: number; readonly bytes?: Uint8Array; readonly fault?: boolean }
  | { readonly type: 'range'; readonly run: number; readonly request: number; readonly bytes?: Uint8Array }
  /** The buffer of a batch that has been written, to be filled again. */
  | { readonly type: 'spare'; readonly buffer: ArrayBuffer }
  /** The consumer has taken a batch. */
  | { readonly type: 'taken'; readonly run: number }
  | { readonly type: 'abort'; readonly run: number };

/** What a worker says to the main thread. */
export type FromWorker =
  | { readonly type: 'pull'; readonly run: number }
  | { readonly type: 'pull-range'; readonly run: number; readonly request: number; readonly range: [number, number] }
  /** No further chunks are wanted. */
  | { readonly type: 'stop'; readonly run: number }
  | { readonly type: 'batch'; readonly run: number; readonly batch: Batch }
  | { readonly type: 'done'; readonly run: number; readonly batch?: Batch; readonly format: ObjectFormat }
  | { readonly type: 'failed'; readonly run: number; readonly error: Failure };

/** An error as it crosses a thread. Without a code it is one that nobody foresaw. */
export interface Failure {
  readonly code?: ErrorCode;
  readonly message: string;
  readonly permanent: boolean;
}

/** Buffers that go along with a batch. */
export function buffersOf(batch: Batch): ArrayBuffer[] {
  const buffers = [batch.body.buffer, batch.offsets.buffer, batch.positions.buffer] as ArrayBuffer[];
  // Empty ones are shared.
  return buffers.filter((buffer) => buffer.byteLength > 0);
}
