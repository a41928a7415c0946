import { batchOf } from '../../src/ingest/sink/body.ts';
import type { Batch } from '../../src/ingest/ports.ts';

/** A batch of `create` operations: ids with their documents. */
export function createBatch(index: string, documents: Readonly<Record<string, unknown>>): Batch {
  return batchOf(
    Object.entries(documents).map(([id, source]) => ({ action: { create: { _index: index, _id: id } }, source })),
  );
}
