/** The bytes of a stream that are not settled yet, in one piece: a record is parsed from one buffer. */
export class PendingBytes {
  bytes: Buffer = Buffer.alloc(0);
  /** End of what is filled. */
  end = 0;
  /** Offset of `bytes[0]` in the stream. */
  #base = 0;
  /** Where a chunk is put behind what is kept. A chunk that comes when nothing is kept stays where it is: small objects are one. */
  #joined: Buffer = this.bytes;

  /** Adds a chunk, forgetting everything before `keepFrom`. Returns how far indices have moved to the left. */
  append(chunk: Uint8Array, keepFrom: number): number {
    const kept = this.end - keepFrom;
    const needed = kept + chunk.length;
    if (kept === 0) this.bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    else {
      // Doubling keeps a record of any size linear.
      const joined =
        needed > this.#joined.length ? Buffer.allocUnsafeSlow(Math.max(needed, 2 * kept, 64 * 1024)) : this.#joined;
      this.bytes.copy(joined, 0, keepFrom, this.end);
      joined.set(chunk, kept);
      this.bytes = this.#joined = joined;
    }
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
