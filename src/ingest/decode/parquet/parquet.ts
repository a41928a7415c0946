import { messageOf } from '../../../errors.ts';
import { toJson } from '../../map/json.ts';
import { MAX_REJECTED_TEXT, type Origin, type RecordSink } from '../record-sink.ts';
import { Column } from './arrow.ts';
import { parquetEngine } from './engine.ts';
import { checkPages, corrupt, Footer, footerLength, TRAILER_BYTES, type RowGroup } from './footer.ts';
import { rowReader } from './rows.ts';

/** Arrow bytes that one call of the decoder should give. */
const CALL_BYTES = 5 * 1024 * 1024;
const MAX_CALL_BYTES = 128 * 1024 * 1024;
/** Each call passes over the rows before its own, so a big row group is read in so many calls at most. */
const CALLS = 6;
/** Rows of the first call, until it is known how large they are. */
const FIRST_ROWS = 2 * 1024;
/** Rows of the first call of a row group whose neighbour's were small: its own may be of another size. */
const MAX_FIRST_ROWS = 4 * FIRST_ROWS;
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
  const turn = queue();
  try {
    await turn.near;
    const footer = await readFooter(file);
    await turn.come;
    turn.begin();
    let firstRows = FIRST_ROWS;
    for (let index = 0; index < footer.rowGroups; index += 1) {
      const group = footer.rowGroup(index);
      if (group === undefined) continue;
      signal.throwIfAborted();
      const bytes = await readRowGroup(file, footer, group);
      const rows = yield* decodeRowGroup(bytes, group, firstRows, sink, signal);
      firstRows = Math.min(rows, MAX_FIRST_ROWS);
    }
  } finally {
    turn.end();
  }
}

/** The last in the queue: when it has begun, and when it and all before it have ended. */
let last = { begun: Promise.resolve(), ended: Promise.resolve() };

/**
 * The objects of a thread are decoded one after the other, because each takes a row group and a batch in memory. The next one
 * in the queue (`near`) reads its footer meanwhile, and with it all of a small object.
 */
function queue(): { near: Promise<void>; come: Promise<void>; begin: () => void; end: () => void } {
  const before = last;
  let begin = (): void => undefined;
  let leave = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const left = new Promise<void>((resolve) => (leave = resolve));
  // Whoever gives up while waiting lets nobody pass.
  const ended = left.then(async () => before.ended);
  last = { begun: Promise.race([begun, ended]), ended };
  return { near: before.begun, come: before.ended, begin, end: leave };
}

async function readFooter(file: Ranges): Promise<Footer> {
  const { size } = file;
  if (size < 3 * 4) throw corrupt('it is cut');
  const length = footerLength(asBuffer(await file.range(size - TRAILER_BYTES, size)), size);
  const start = size - TRAILER_BYTES - length;
  return new Footer(asBuffer(await file.range(start, start + length)), start);
}

/** The row group as a file of its own, until the next one is asked for. */
async function readRowGroup(file: Ranges, footer: Footer, group: RowGroup): Promise<Uint8Array> {
  const pages = asBuffer(await file.range(group.start, group.end));
  checkPages(group, pages);
  return joined(footer.asFile(group, pages));
}

/** Larger buffers are not kept. */
const KEPT_BYTES = 32 * 1024 * 1024;
let kept = Buffer.alloc(0);

/**
 * The parts in one piece, in the same memory each time: row groups that have been decoded would lie about until the garbage
 * collector has a look at old buffers, which a thread makes it do every 64 MB.
 */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > KEPT_BYTES) return Buffer.concat(parts, length);
  if (length > kept.length) kept = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  for (const part of parts) {
    kept.set(part, filled);
    filled += part.length;
  }
  return kept.subarray(0, length);
}

/** Gives the rows of a call that is neither too large nor too small. */
async function* decodeRowGroup(
  bytes: Uint8Array,
  group: RowGroup,
  firstRows: number,
  sink: RecordSink,
  signal: AbortSignal,
): AsyncGenerator<void, number> {
  let rows = Math.min(firstRows, Math.ceil((group.rows * CALL_BYTES) / Math.max(group.uncompressed, 1)) || 1);
  let wanted = rows;
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
    const rowBytes = decoded.bytes / read;
    const target = Math.min(Math.max(CALL_BYTES, (group.rows * rowBytes) / CALLS), MAX_CALL_BYTES);
    const calls = Math.ceil(((group.rows - offset) * rowBytes) / target);
    wanted = Math.max(1, Math.floor(target / rowBytes));
    // What is left in calls of the same size.
    rows = Math.min(wanted, Math.ceil((group.rows - offset) / calls) || 1, 4 * rows);
  }
  return wanted;
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
