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

  /** One of at least so many bytes. */
  take(bytes: number): Buffer {
    const at = this.#buffers.findIndex((buffer) => buffer.byteLength >= bytes);
    return at < 0 ? Buffer.allocUnsafeSlow(Math.max(bytes, WORTH_BYTES)) : Buffer.from(this.#buffers.splice(at, 1)[0]!);
  }

  give(buffer: ArrayBuffer): void {
    this.#buffers.push(buffer);
    if (this.#buffers.length <= KEPT) return;
    this.#buffers.sort((a, b) => b.byteLength - a.byteLength).pop();
  }

  /**
   * What of a buffer has been filled, to be handed on: alone where that is little, so that the buffer is filled again at once.
   * A thread that made a large buffer for each small object would do little else than collect garbage.
   */
  handOn(buffer: Buffer, length: number): Buffer {
    const filled = buffer.subarray(0, length);
    if (2 * length > buffer.length || !Spares.worth(buffer.buffer)) return filled;
    const copy = Buffer.allocUnsafeSlow(length);
    filled.copy(copy);
    this.give(buffer.buffer);
    return copy;
  }
}
