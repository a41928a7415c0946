import { allOrdinals } from './body.ts';
import type { Entry, Job, Part } from './job.ts';

export interface QueueOptions {
  readonly maxBytes: number;
  readonly maxDocuments: number;
  readonly lingerMs: number;
}

/**
 * Writes that wait for a request, first come, first served. A request is due when there is a full one's worth of bytes or
 * documents, or when the oldest write has waited for `lingerMs`; it takes what fits, and at least one write.
 */
export class Queue {
  readonly #options: QueueOptions;
  readonly #entries: Entry[] = [];
  #bytes = 0;
  #documents = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry.batch.body.length;
    this.#documents += entry.documents;
  }

  /** When the next request is due by waiting alone; Infinity when nothing waits. */
  get dueAt(): number {
    const oldest = this.#entries[0];
    return oldest === undefined ? Infinity : oldest.at + this.#options.lingerMs;
  }

  take(now: number): Job | undefined {
    const { maxBytes, maxDocuments } = this.#options;
    if (this.#bytes < maxBytes && this.#documents < maxDocuments && now < this.dueAt) return undefined;
    const parts: Part[] = [];
    let bytes = 0;
    let documents = 0;
    for (let entry = this.#entries[0]; entry !== undefined; entry = this.#entries[0]) {
      const { batch } = entry;
      if (!entry.ended) {
        bytes += batch.body.length;
        documents += entry.documents;
        if (parts.length > 0 && (bytes > maxBytes || documents > maxDocuments)) break;
        parts.push({ entry, batch, ordinals: allOrdinals(batch) });
      }
      this.#entries.shift();
      this.#bytes -= batch.body.length;
      this.#documents -= entry.documents;
    }
    return parts.length === 0 ? undefined : { parts, attempt: 0, readyAt: now };
  }
}
