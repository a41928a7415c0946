import { ObjectError } from '../../errors.ts';
import type { ObjectBytes, ObjectFormat } from '../ports.ts';
import { ByteStream } from './byte-stream.ts';
import { gunzip } from './gzip.ts';
import { JsonSplitter } from './json/splitter.ts';
import type { RecordSink } from './record-sink.ts';
import { SNIFFED_BYTES, sniff } from './sniff.ts';
import { decodeParquet } from './parquet/parquet.ts';
import { spool } from './spool.ts';
import { unzstd } from './zstd.ts';

/** Compression inside compression is met (a `.gz` compressed again on upload); deeper than this it is meant to harm. */
const MAX_LAYERS = 3;
/** One layer of gzip expands at most 1,032 times; what expands more, and by this much, is a bomb. */
const BOMB_RATIO = 1200;
const BOMB_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;
/** A Parquet file up to this size is taken in one request instead of three. */
const SMALL_BYTES = 4 * 1024 * 1024;

/**
 * Reads one object into `sink`, by its content and never by its name. Yields after every step, so that the caller can hand on
 * what has come together; returns the format. Throws `ObjectError` after everything before the damage has been handed on.
 */
export async function* decode(
  object: ObjectBytes,
  sink: RecordSink,
  signal: AbortSignal,
): AsyncGenerator<void, ObjectFormat> {
  let read = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of object.chunks()) {
      signal.throwIfAborted();
      read += chunk.length;
      yield chunk;
    }
  }
  async function* guarded(unpacked: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let size = 0;
    for await (const chunk of unpacked) {
      signal.throwIfAborted();
      size += chunk.length;
      if (size > BOMB_BYTES && size > BOMB_RATIO * read)
        throw corrupt(`it expands more than ${BOMB_RATIO} times, which no log does`);
      yield chunk;
    }
  }
  let stream = new ByteStream(counted());
  try {
    for (let layers = 0; ; layers += 1) {
      const container = sniff(await stream.peek(SNIFFED_BYTES));
      if (container === 'empty') return 'empty';
      if (container === 'json') return yield* decodeJson(stream, sink);
      if (container === 'parquet') {
        const file = layers === 0 && object.size > SMALL_BYTES ? undefined : await spool(stream);
        try {
          // Read by ranges: the connection on which the first bytes came is of no further use.
          if (file === undefined) await stream.close();
          yield* decodeParquet(file ?? object, sink, signal);
        } finally {
          await file?.close();
        }
        return 'parquet';
      }
      if (layers === MAX_LAYERS) throw corrupt(`it is compressed more than ${MAX_LAYERS} times over`);
      // Only the object itself can be read twice, not what is packed in it.
      const again = layers === 0 ? (): AsyncIterable<Uint8Array> => pieces(object) : undefined;
      stream = new ByteStream(guarded(container === 'gzip' ? gunzip(stream, again) : unzstd(stream)));
    }
  } finally {
    await stream.close();
  }
}

/** The whole object by ranges, as its chunks are given once only. */
async function* pieces(object: ObjectBytes): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < object.size; at += PIECE_BYTES)
    yield await object.range(at, Math.min(at + PIECE_BYTES, object.size));
}

async function* decodeJson(stream: ByteStream, sink: RecordSink): AsyncGenerator<void, ObjectFormat> {
  const splitter = new JsonSplitter(sink);
  const chunks = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = await chunks.next();
      } catch (error) {
        splitter.flush();
        throw error;
      }
      if (next.done === true) break;
      splitter.push(next.value);
      if (splitter.format === 'digest') return 'digest';
      yield;
    }
  } finally {
    await chunks.return(undefined);
  }
  splitter.end();
  return splitter.format;
}

function corrupt(why: string): ObjectError {
  return new ObjectError('OBJECT_CORRUPT', `The object is damaged: ${why}.`, { permanent: true });
}
