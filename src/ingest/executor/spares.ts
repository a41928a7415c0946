/** Smaller buffers are cheaper to make than to send back. */
const WORTH_BYTES = 256 * 1024;
/** Buffers kept at most: one being filled and one that comes back meanwhile. */
const KEPT = 2;

/**
 * Buffers of batches that have been written, to be filled again. New ones would cost the kernel a page at a time, and used ones
 * would lie about until the garbage collector of a thread that makes little garbage comes by.
 */
export class Spares {
  readonly #buffers: ArrayBuffer[] = [];

  /** Whether the buffer should come back. */
  static worth(buffer: ArrayBufferLike): buffer is ArrayBuffer {
    return buffer instanceof ArrayBuffer && buffer.byteLength >= WORTH_BYTES;
  }

  /** One of at least so many bytes, if there is one and so much is needed. */
  take(bytes: number): Buffer | undefined {
    if (bytes < WORTH_BYTES) return undefined;
    const at = this.#buffers.findIndex((buffer) => buffer.byteLength >= bytes);
    return at < 0 ? undefined : Buffer.from(this.#buffers.splice(at, 1)[0]!);
  }

  give(buffer: ArrayBuffer): void {
    if (this.#buffers.length < KEPT) this.#buffers.push(buffer);
  }
}
