import type { Client } from '@opensearch-project/opensearch';
import { createBatcher } from '../batcher.ts';
import { multiGet } from '../multi-get.ts';
import type { PatienceOptions } from '../patiently.ts';
import { INDEXED, REJECTED, type Ledger } from '../ports.ts';
import { batchOf } from '../sink/body.ts';
import { bulkTransport } from '../sink/bulk.ts';
import { fatalFault } from '../sink/fault.ts';
import { BulkWriter } from '../sink/writer.ts';
import { createLedger, type LedgerOptions, type RowStore, type StoredRow } from './ledger.ts';
import type { LedgerDocument } from './row.ts';

export interface IndexLedgerOptions extends LedgerOptions, PatienceOptions {
  /** Name of the ledger's index. */
  readonly index: string;
  /** Silence after which a request counts as lost. Default 60 s. */
  readonly timeoutMs?: number;
}

/** How long a claim, a renewal or a settlement waits for others to travel with. */
const LINGER_MS = 3;

/** The ledger in an index of the cluster. Nothing waits for a refresh: rows are read and replaced by id. */
export function createIndexLedger(client: Client, options: IndexLedgerOptions): Ledger {
  return createLedger(indexStore(client, options), options);
}

function indexStore(client: Client, options: IndexLedgerOptions): RowStore {
  const { index, timeoutMs = 60_000 } = options;
  const transport = bulkTransport(client, { timeoutMs }, ['_seq_no', '_primary_term']);
  const writer = new BulkWriter(transport, { ...options, lingerMs: LINGER_MS, requests: 2 });
  const ending = new AbortController();

  const read: RowStore['read'] = async (ids, signal) => {
    if (ids.length === 0) return [];
    const docs = await multiGet<LedgerDocument>(client, ids, { ...options, timeoutMs }, signal);
    return docs.map(({ found, _source, _seq_no = 0, _primary_term = 0 }): StoredRow | undefined =>
      found === true && _source !== undefined
        ? { document: _source, version: { seqNo: _seq_no, primaryTerm: _primary_term } }
        : undefined,
    );
  };
  const readOne = createBatcher(async (ids: readonly string[]) => read(ids, ending.signal), {
    maxItems: 500,
    lingerMs: LINGER_MS,
  });

  return {
    read,
    readOne: async (id, signal) => abortable(readOne(id), signal),
    async write(id, document, expected, signal) {
      const action =
        expected === undefined
          ? { create: { _index: index, _id: id } }
          : { index: { _index: index, _id: id, if_seq_no: expected.seqNo, if_primary_term: expected.primaryTerm } };
      const { statuses, rejections, items } = await writer.write(batchOf([{ action, source: document }]), signal);
      // A row the mapping refuses is our own fault, or the index is not the one that `install` makes.
      if (statuses[0] === REJECTED)
        throw fatalFault(rejections[0] ?? { status: 400, type: '', reason: '' }, {
          verdict: 'fatal',
          hint: `The ledger ${index} does not take its rows: run install, and look at its mapping.`,
        });
      const { _seq_no, _primary_term } = items[0] ?? {};
      if (statuses[0] !== INDEXED || _seq_no === undefined || _primary_term === undefined) return undefined;
      return { seqNo: _seq_no, primaryTerm: _primary_term };
    },
    async close() {
      await writer.close();
      ending.abort();
    },
  };
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
