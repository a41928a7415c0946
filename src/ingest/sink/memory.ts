import { DUPLICATE, INDEXED, REJECTED, type Outcomes, type Sink } from '../ports.ts';
import { documentAt, documentCount } from './body.ts';

export interface MemorySinkOptions {
  /** A reason to reject a document, as a mapping would. */
  readonly reject?: (source: string, index: string) => { type: string; reason: string } | undefined;
}

export interface MemorySink extends Sink {
  /** Index → id → document as it was written. */
  readonly indices: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Keeps documents in memory, with the cluster's semantics of `create`. */
export function createMemorySink({ reject = () => undefined }: MemorySinkOptions = {}): MemorySink {
  const indices = new Map<string, Map<string, string>>();
  return {
    indices,
    async write(batch, signal): Promise<Outcomes> {
      signal.throwIfAborted();
      const statuses = new Uint8Array(documentCount(batch));
      const rejections: { ordinal: number; status: number; type: string; reason: string }[] = [];
      for (let ordinal = 0; ordinal < statuses.length; ordinal += 1) {
        const { id, index, source } = documentAt(batch, ordinal);
        const documents = indices.get(index) ?? new Map<string, string>();
        indices.set(index, documents);
        const fault = reject(source, index);
        if (fault !== undefined) rejections.push({ ordinal, status: 400, ...fault });
        statuses[ordinal] = fault !== undefined ? REJECTED : documents.has(id) ? DUPLICATE : INDEXED;
        if (statuses[ordinal] === INDEXED) documents.set(id, source);
      }
      return { statuses, rejections };
    },
    async close() {},
  };
}
