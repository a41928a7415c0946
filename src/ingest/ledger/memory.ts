import type { Ledger } from '../ports.ts';
import { createLedger, type LedgerOptions, type RowStore, type StoredRow } from './ledger.ts';

/** Rows by id; workers that share the map share the ledger. */
export type LedgerRows = Map<string, StoredRow>;

/** A ledger that lasts as long as the process. */
export function createMemoryLedger(options: LedgerOptions, rows: LedgerRows = new Map()): Ledger {
  return createLedger(memoryStore(rows), options);
}

function memoryStore(rows: LedgerRows): RowStore {
  return {
    async read(ids, signal) {
      signal.throwIfAborted();
      return ids.map((id) => rows.get(id));
    },
    async readOne(id, signal) {
      signal.throwIfAborted();
      return rows.get(id);
    },
    async write(id, document, expected, signal) {
      signal.throwIfAborted();
      const seqNo = rows.get(id)?.version.seqNo;
      if (seqNo !== expected?.seqNo) return undefined;
      const version = { seqNo: (seqNo ?? 0) + 1, primaryTerm: 1 };
      rows.set(id, { document, version });
      return version;
    },
    async close() {},
  };
}
