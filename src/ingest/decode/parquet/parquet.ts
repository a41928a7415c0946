import { messageOf } from '../../../errors.ts';
import { toJson } from '../../map/json.ts';
import { MAX_REJECTED_TEXT, type Origin, type RecordSink } from '../record-sink.ts';
import { Column } from './arrow.ts';
import { parquetEngine } from './engine.ts';
import { checkPages, corrupt, Footer, footerLength, TRAILER_BYTES, type RowGroup } from './footer.ts';
import { rowReader } from './rows.ts';

/** Arrow bytes that one call of the decoder should give. */
const CALL_BYTES = 8 * 1024 * 1024;
const MAX_CALL_BYTES = 128 * 1024 * 1024;
/** Rows of the first call, until it is known how large they are. */
const FIRST_ROWS = 2 * 1024;
/** Rows handed on between two yields. */
const STEP_ROWS = 1024;

export interface Ranges {
  readonly size: number;
  range(start: number, end: number): Promise<Uint8Array>;
}

/**
 * Reads the rows of a Parquet file, a row group at a time, and of that a part at a time. Yields after every step.
 * Throws `ObjectError` where the file is damaged, after every row before the damage has been handed on.
 */
export async function* decodeParquet(file: Ranges, sink: RecordSink, signal: AbortSignal): AsyncGenerator<void> {
  const footer = await readFooter(file);
  for (let index = 0; index < footer.rowGroups; index += 1) {
    const group = footer.rowGroup(index);
    signal.throwIfAborted();
    const leave = await turn();
    try {
      const pages = asBuffer(await file.range(group.start, group.end));
      checkPages(group, pages);
      yield* decodeRowGroup(footer.asFile(group, pages), group, sink, signal);
    } finally {
      leave();
    }
  }
}

let last: Promise<void> = Promise.resolve();

/** Waits until no other object of this thread has a row group in hand: each takes its decoded size in memory. */
async function turn(): Promise<() => void> {
  const before = last;
  let leave = (): void => undefined;
  last = new Promise((resolve) => (leave = resolve));
  await before;
  return leave;
}

async function readFooter(file: Ranges): Promise<Footer> {
  const { size } = file;
  if (size < 3 * 4) throw corrupt('it is cut');
  const length = footerLength(asBuffer(await file.range(size - TRAILER_BYTES, size)), size);
  const start = size - TRAILER_BYTES - length;
  return new Footer(asBuffer(await file.range(start, start + length)), start);
}

async function* decodeRowGroup(
  bytes: Uint8Array,
  group: RowGroup,
  sink: RecordSink,
  signal: AbortSignal,
): AsyncGenerator<void> {
  // Each call passes over the rows before its own, so a big row group is read in few calls.
  const target = Math.min(Math.max(CALL_BYTES, group.uncompressed / 4), MAX_CALL_BYTES);
  let rows = Math.min(FIRST_ROWS, Math.ceil((group.rows * target) / Math.max(group.uncompressed, 1)) || 1);
  for (let offset = 0; offset < group.rows;) {
    let decoded: Decoded;
    try {
      decoded = await decodeRows(bytes, offset, rows);
    } catch (error) {
      // A trap leaves the decoder's memory behind; an ordinary error may be further on in what was asked for.
      if (!(error instanceof WebAssembly.RuntimeError) && rows > 64) {
        rows = Math.ceil(rows / 4);
        continue;
      }
      throw corrupt(`rows behind the ${offset}th of a row group cannot be decoded: ${messageOf(error)}`, error);
    }
    let read: number;
    try {
      read = yield* handRows(decoded.batches, sink, signal);
    } finally {
      decoded.free();
    }
    if (read === 0) throw corrupt(`a row group claims ${group.rows} rows and has ${offset}`);
    offset += read;
    rows = Math.min(Math.max(1, Math.floor((target * read) / decoded.bytes)), 4 * rows);
  }
}

/** Rows in the decoder's memory, until they are freed. */
interface Decoded {
  readonly batches: readonly Column[];
  readonly bytes: number;
  free(): void;
}

async function decodeRows(file: Uint8Array, offset: number, limit: number): Promise<Decoded> {
  const { readParquet, wasmMemory } = await parquetEngine();
  const table = readParquet(file, { offset, limit, batchSize: limit });
  const bytes = table.getArrayMemorySize();
  const stream = table.intoFFI();
  const addresses = stream.arrayAddrs();
  // The last: each call may move the memory.
  const { buffer } = wasmMemory();
  const batches = Array.from(addresses, (array) => new Column(buffer, stream.schemaAddr(), array));
  return { batches, bytes, free: () => stream.free() };
}

async function* handRows(
  batches: readonly Column[],
  sink: RecordSink,
  signal: AbortSignal,
): AsyncGenerator<void, number> {
  let count = 0;
  for (const batch of batches) {
    const read = readerOf(batch);
    let row = 0;
    const origin: Origin = { text: () => toJson(read(row)).slice(0, MAX_REJECTED_TEXT) };
    for (; row < batch.length; row += 1) {
      const { record, fault } = readRow(read, row);
      if (fault === undefined) sink.record(record, origin);
      else sink.reject('invalid_row', fault, '');
      count += 1;
      if (count % STEP_ROWS !== 0) continue;
      signal.throwIfAborted();
      yield;
    }
  }
  yield;
  return count;
}

/** A schema that was damaged can come through the decoder and make no sense. */
function readerOf(batch: Column): (row: number) => unknown {
  try {
    return rowReader(batch);
  } catch (error) {
    throw corrupt(`its columns cannot be read: ${messageOf(error)}`, error);
  }
}

function readRow(read: (row: number) => unknown, row: number): { record?: unknown; fault?: string } {
  try {
    return { record: read(row) };
  } catch (error) {
    return { fault: messageOf(error) };
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
