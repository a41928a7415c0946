import type { Filters } from '../filter.ts';
import type { Claim, ClaimOptions, Ledger, LedgerRow, ObjectRef, Settlement } from '../ports.ts';
import { claimedRow, decide, keptOf, renewedRow, rowId, settledRow, toLedgerRow, type LedgerDocument } from './row.ts';

/** Which state of a row a write replaces. */
export interface Version {
  readonly seqNo: number;
  readonly primaryTerm: number;
}

export interface StoredRow {
  readonly document: LedgerDocument;
  readonly version: Version;
}

/** Where rows are kept. */
export interface RowStore {
  /** Rows in the order of the ids. */
  read(ids: readonly string[], signal: AbortSignal): Promise<readonly (StoredRow | undefined)[]>;
  /** One row; concurrent calls may travel together. */
  readOne(id: string, signal: AbortSignal): Promise<StoredRow | undefined>;
  /** Replaces the row at `expected`, or makes a new one. Gives the new version; undefined when the row is another by now. */
  write(
    id: string,
    document: LedgerDocument,
    expected: Version | undefined,
    signal: AbortSignal,
  ): Promise<Version | undefined>;
  close(): Promise<void>;
}

export interface LedgerOptions {
  /** Tells this process from all others that share the ledger. */
  readonly worker: string;
  /** How long a claim holds unless it is renewed; renew at a third of it. Default 60 s. */
  readonly leaseMs?: number;
  /** Epoch ms. */
  readonly now?: () => number;
  /** Whether a worker is known to have ended: spares the wait for its leases. */
  readonly isGone?: (worker: string) => boolean;
}

/** A claim this worker holds. */
interface Held {
  readonly id: string;
  readonly filters: Filters;
  /** The row that the claim took the place of. */
  readonly replaced: LedgerDocument | undefined;
  row: LedgerDocument;
  version: Version | undefined;
}

const NEVER = new AbortController().signal;

/** Rows of others that are remembered, many times what workers have in hand: most are never met again. */
const MAX_HELD_OFF = 10_000;

/**
 * The ledger over a store with compare-and-set. A row is *claimed* by creating it, or by replacing one that is unsettled or
 * whose lease has ended; *renewed* and *settled* by whoever claimed it last. A claim knows its own row again by its number,
 * because the answer to a write may be lost after the write was done.
 */
export function createLedger(store: RowStore, options: LedgerOptions): Ledger {
  const { worker, leaseMs = 60_000, now = Date.now, isGone } = options;
  const gone = isGone === undefined ? {} : { isGone };
  /** Rows of others that held us off: which version, and since when it has not changed by our own clock. */
  const heldOff = new Map<string, { readonly version: number; readonly since: number }>();
  let serial = 0;

  /** Milliseconds since we first met this version of a row. */
  const unchangedMs = (id: string, version: Version): number => {
    const met = heldOff.get(id);
    const since = met?.version === version.seqNo ? met.since : now();
    // The one that has not been met for longest comes first, and makes room.
    heldOff.delete(id);
    heldOff.set(id, { version: version.seqNo, since });
    if (heldOff.size > MAX_HELD_OFF) heldOff.delete(heldOff.keys().next().value!);
    return now() - since;
  };

  /**
   * Writes a row of a claim that is ours, unless somebody else has taken it over or it was settled before. Renewals and the
   * settlement need not wait for each other: whichever comes second looks at the row again.
   */
  const update = async (held: Held, next: LedgerDocument, signal: AbortSignal): Promise<void> => {
    for (;;) {
      const version = await store.write(held.id, next, held.version, signal);
      if (version !== undefined) return void Object.assign(held, { row: next, version });
      // Not the row that we wrote last: taken over, pruned, or ours after an answer that was lost.
      const current = await store.readOne(held.id, signal);
      const ours = current === undefined || current.document.claim === held.row.claim;
      if (!ours || (current !== undefined && current.document.state !== 'claimed')) return;
      held.version = current?.version;
    }
  };

  return {
    async lookup(refs, signal): Promise<readonly (LedgerRow | undefined)[]> {
      const rows = await store.read(refs.map(rowId), signal);
      return rows.map((row) => (row === undefined ? undefined : toLedgerRow(row.document)));
    },

    async claim(ref: ObjectRef, { source, filters, force }: ClaimOptions, signal): Promise<Claim> {
      const id = rowId(ref);
      const claim = `${worker}#${(serial += 1)}`;
      let found: StoredRow | undefined;
      let attempts = 1;
      for (;;) {
        const row = claimedRow({ ref, source, worker, claim, attempts, now: now(), leaseMs });
        // Most objects are new, so the first try is to create.
        let version = await store.write(id, row, found?.version, signal);
        if (version === undefined) {
          found = await store.readOne(id, signal);
          if (found?.document.claim === claim) version = found.version;
        }
        if (version !== undefined) {
          const held: Held = { id, filters, replaced: found?.document, row, version };
          return { status: 'claimed', ref, attempts, token: held };
        }
        if (found === undefined) continue;
        const seen = { now: now(), unchangedMs: unchangedMs(id, found.version) };
        const decision = decide(found.document, ref, { filters, force, ...gone, ...seen });
        if (decision.do === 'leave' && decision.because === 'held')
          return { status: 'held', by: found.document.worker, until: found.document.lease_until ?? '' };
        heldOff.delete(id);
        if (decision.do === 'leave') return { status: 'settled', row: toLedgerRow(found.document) };
        attempts = decision.attempts;
      }
    },

    async renew({ token }, signal = NEVER): Promise<void> {
      const held = token as Held;
      await update(held, renewedRow(held.row, now(), leaseMs), signal);
    },

    async settle({ token }, settlement: Settlement, signal = NEVER): Promise<void> {
      const held = token as Held;
      // Taken over by another worker: it will settle the object itself, and the ids keep the events single.
      const kept = keptOf(settlement, held.filters, held.replaced);
      await update(held, settledRow(held.row, settlement, now(), kept), signal);
    },

    close: () => store.close(),
  };
}
