/** The bytes of a stream that are not settled yet, in one piece: a record is parsed from one buffer. */
export class PendingBytes {
  bytes: Buffer = Buffer.alloc(0);
  /** End of what is filled. */
  end = 0;
  /** Offset of `bytes[0]` in the stream. */
  #base = 0;

  /** Adds a chunk, forgetting everything before `keepFrom`. Returns how far indices have moved to the left. */
  append(chunk: Uint8Array, keepFrom: number): number {
    const kept = this.end - keepFrom;
    const needed = kept + chunk.length;
    if (needed > this.bytes.length) {
      // Doubling keeps a record of any size linear.
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * kept, 64 * 1024));
      this.bytes.copy(larger, 0, keepFrom, this.end);
      this.bytes = larger;
    } else if (keepFrom > 0) this.bytes.copyWithin(0, keepFrom, this.end);
    this.bytes.set(chunk, kept);
    this.end = needed;
    this.#base += keepFrom;
    return keepFrom;
  }

  /** Offset in the stream. */
  offsetOf(index: number): number {
    return this.#base + index;
  }

  text(from: number, to: number): string {
    return this.bytes.toString('utf8', from, to);
  }
}
