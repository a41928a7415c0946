import { createMemoryLedger } from '../../src/ingest/ledger/memory.ts';
import { zeroCounts } from '../../src/ingest/counts.ts';
import type { Lease, Ledger, ObjectState } from '../../src/ingest/ports.ts';

export function testLedger(): Ledger {
  return createMemoryLedger({ worker: 'test' });
}

/** Claims and settles a lease's object, as the chain does before it acknowledges. */
export async function settleIn(ledger: Ledger, lease: Lease, state: ObjectState = 'done'): Promise<void> {
  const { ref, source } = lease;
  const claim = await ledger.claim(ref, { source, filters: {}, force: true }, new AbortController().signal);
  if (claim.status !== 'claimed') throw new Error(`${ref.key} is ${claim.status}.`);
  await ledger.settle(claim, { state, ref, counts: zeroCounts(), bytes: 0, seconds: 0 });
}
