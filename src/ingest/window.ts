/**
 * Bounds bytes over all objects, those of batches on their way to the cluster and those of objects that are open, so that
 * memory does not grow with the number of objects in flight. First come, first served, so that no object starves.
 */
export class Window {
  readonly #limit: number;
  #used = 0;
  readonly #waiting: { bytes: number; resolve: () => void }[] = [];

  /** `limit` in bytes. What is larger than the limit passes alone. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  async acquire(bytes: number): Promise<void> {
    if (this.#waiting.length === 0 && this.#fits(bytes)) {
      this.#used += bytes;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push({ bytes, resolve }));
  }

  release(bytes: number): void {
    this.#used -= bytes;
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#used += next.bytes;
      next.resolve();
    }
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#limit;
  }
}
