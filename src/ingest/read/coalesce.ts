import type { Readable } from 'node:stream';

/** Fewer, larger chunks: each costs a message to a worker thread and a call into the decompressor. */
export const CHUNK_BYTES = 256 * 1024;

/**
 * The bytes of a stream, `expected` of them, in chunks of `CHUNK_BYTES`; the last is shorter. Each chunk has an ArrayBuffer
 * of its own, so that it can be transferred. What had arrived before a failure is yielded before the failure is thrown.
 * A stream that gives nothing for `stallMs` while we wait fails with ETIMEDOUT. The stream is destroyed at the end.
 */
export async function* coalesce(stream: Readable, expected: number, stallMs: number): AsyncGenerator<Uint8Array> {
  let waiting = true;
  const timer = setTimeout(() => {
    if (waiting) stream.destroy(Object.assign(new Error('the body stalled'), { code: 'ETIMEDOUT' }));
    else timer.refresh();
  }, stallMs);
  let left = expected;
  let chunk = new Uint8Array(Math.min(CHUNK_BYTES, left));
  let filled = 0;
  const take = (): Uint8Array => {
    const taken = filled === chunk.length ? chunk : chunk.slice(0, filled);
    left = Math.max(0, left - filled);
    chunk = new Uint8Array(Math.min(CHUNK_BYTES, left));
    filled = 0;
    return taken;
  };
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      for (let at = 0; at < piece.length && filled < chunk.length;) {
        const part = piece.subarray(at, at + chunk.length - filled);
        chunk.set(part, filled);
        filled += part.length;
        at += part.length;
        // The last chunk waits for the end of the stream: one that is left before it has ended takes its connection with it.
        if (filled < chunk.length || filled === left) continue;
        waiting = false;
        yield take();
        waiting = true;
      }
      timer.refresh();
    }
  } catch (error) {
    waiting = false;
    if (filled > 0) yield take();
    throw error;
  } finally {
    clearTimeout(timer);
    stream.destroy();
  }
  if (filled > 0) yield take();
}
