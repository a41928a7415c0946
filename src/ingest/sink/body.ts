import type { Batch } from '../ports.ts';

/** Some documents of a batch, by ordinal, ascending. */
export interface Slice {
  readonly batch: Batch;
  readonly ordinals: Uint32Array;
}

/** Number of documents in a batch. */
export function documentCount(batch: Batch): number {
  return batch.offsets.length - 1;
}

/** Every document of a batch. */
export function allOrdinals(batch: Batch): Uint32Array {
  const ordinals = new Uint32Array(documentCount(batch));
  for (let ordinal = 0; ordinal < ordinals.length; ordinal += 1) ordinals[ordinal] = ordinal;
  return ordinals;
}

/** One `_bulk` body from slices, in their order. Neighbours stay together, and a whole batch alone is not copied. */
export function gather(slices: readonly Slice[]): Buffer {
  const pieces: Buffer[] = [];
  for (const { batch, ordinals } of slices) {
    const { body, offsets } = batch;
    for (let i = 0; i < ordinals.length;) {
      const first = ordinals[i] ?? 0;
      let last = first;
      while (++i < ordinals.length && ordinals[i] === last + 1) last += 1;
      const start = offsets[first] ?? 0;
      pieces.push(Buffer.from(body.buffer, body.byteOffset + start, (offsets[last + 1] ?? 0) - start));
    }
  }
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
}

/** An operation of `_bulk`: its action line and, but for a delete, its document. */
export interface Operation {
  readonly action: Readonly<Record<string, unknown>>;
  readonly source?: unknown;
}

/** A batch of operations that come from no object: ledger rows, dead letters. */
export function batchOf(operations: readonly Operation[]): Batch {
  const offsets = new Uint32Array(operations.length + 1);
  const lines: Buffer[] = [];
  let end = 0;
  operations.forEach(({ action, source }, ordinal) => {
    const line = Buffer.from(`${JSON.stringify(action)}\n${source === undefined ? '' : `${JSON.stringify(source)}\n`}`);
    lines.push(line);
    end += line.length;
    offsets[ordinal + 1] = end;
  });
  const none = { rejected: [], skipped: 0, bytes: 0 };
  return {
    body: Buffer.concat(lines),
    offsets,
    positions: new Uint32Array(operations.length),
    read: operations.length,
    ...none,
  };
}

/** A document as it stands in a batch. */
export interface Document {
  readonly id: string;
  readonly index: string;
  /** JSON. */
  readonly source: string;
}

export function documentAt({ body, offsets }: Batch, ordinal: number): Document {
  const start = offsets[ordinal] ?? 0;
  const end = offsets[ordinal + 1] ?? start;
  const [action = '', source = ''] = Buffer.from(body.buffer, body.byteOffset + start, end - start)
    .toString('utf8')
    .split('\n', 2);
  const { create } = JSON.parse(action) as { create: { _id: string; _index: string } };
  return { id: create._id, index: create._index, source };
}
