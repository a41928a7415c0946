/** A body that can be looked at before it is read. */
export class ByteStream implements AsyncIterable<Uint8Array> {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #ahead: Uint8Array[] = [];

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** At least the first `length` bytes, or all there are. They stay in the stream. */
  async peek(length: number): Promise<Uint8Array> {
    let size = this.#ahead.reduce((sum, chunk) => sum + chunk.length, 0);
    while (size < length) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      this.#ahead.push(next.value);
      size += next.value.length;
    }
    return this.#ahead.length === 1 ? this.#ahead[0]! : Buffer.concat(this.#ahead);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = this.#ahead.shift(); chunk !== undefined; chunk = this.#ahead.shift()) yield chunk;
      for (;;) {
        const next = await this.#chunks.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await this.close();
    }
  }

  /** Stops reading, so that the connection behind it is freed. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
