/**
 * An async iterable over a generator whose `return()` is heard at once. A generator that waits inside `next()` would
 * answer `return()` only after the wait, so a consumer that gives up would wait for a long poll.
 */
export function stoppable<T>(make: (signal: AbortSignal) => AsyncGenerator<T>, signal: AbortSignal): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const stop = new AbortController();
      const generator = make(AbortSignal.any([signal, stop.signal]));
      return {
        next: () => generator.next(),
        return: () => {
          stop.abort();
          return generator.return(undefined);
        },
      };
    },
  };
}

/** A bounded queue between producers that wait when it is full and one reader. Aborting ends it for both. */
export class Channel<T> {
  readonly #capacity: number;
  readonly #items: T[] = [];
  #head = 0;
  #closed = false;
  #failure: { error: unknown } | undefined;
  readonly #waiting = new Set<() => void>();

  /** `signal`: what is still in the queue when it aborts stays there, for `drain`. */
  constructor(capacity: number, signal: AbortSignal) {
    this.#capacity = capacity;
    if (signal.aborted) this.close();
    else signal.addEventListener('abort', () => this.close(), { once: true });
  }

  get size(): number {
    return this.#items.length - this.#head;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Resolves to whether the item was taken: not when the channel is closed. */
  async push(item: T): Promise<boolean> {
    while (!this.#closed && this.size >= this.#capacity) await this.#change();
    if (this.#closed) return false;
    this.#items.push(item);
    this.#notify();
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#notify();
  }

  /** The reader meets the error after what is in the queue. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.close();
  }

  /** Takes everything out that nobody has read. */
  drain(): T[] {
    const rest = this.#items.slice(this.#head);
    this.#items.length = 0;
    this.#head = 0;
    return rest;
  }

  /** Reads until the channel is closed and empty, or `signal` aborts. */
  async *read(signal: AbortSignal): AsyncGenerator<T> {
    while (!signal.aborted) {
      const item = this.#take();
      if (item !== undefined) {
        yield item.value;
        continue;
      }
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#closed) return;
      await this.#change();
    }
  }

  #take(): { value: T } | undefined {
    if (this.size === 0) return undefined;
    const value = this.#items[this.#head] as T;
    this.#head += 1;
    // Shifting an array of thousands at each step would be quadratic.
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    this.#notify();
    return { value };
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #notify(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
