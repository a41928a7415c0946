import { expect, test } from '@jest/globals';
import { createLedger, type RowStore, type StoredRow } from '../../../../src/ingest/ledger/ledger.ts';
import type { Claim, ObjectRef, Settlement } from '../../../../src/ingest/ports.ts';

type Claimed = Claim & { status: 'claimed' };

const never = new AbortController().signal;
const ref: ObjectRef = { bucket: 'b', key: 'k', etag: 'e1' };
const options = { source: 's', filters: {}, force: false };
const settlement: Settlement = {
  state: 'done',
  ref,
  counts: { read: 1, indexed: 1, duplicate: 0, rejected: 0, skipped: 0 },
  bytes: 1,
  seconds: 0.1,
};

/** A store whose answers get lost as told: the write is done, and its retry finds the row changed. */
function lossyStore(lost: Set<number>) {
  const rows = new Map<string, StoredRow>();
  let writes = 0;
  const store: RowStore = {
    read: async (ids) => ids.map((id) => rows.get(id)),
    readOne: async (id) => rows.get(id),
    async write(id, document, expected) {
      const seqNo = rows.get(id)?.version.seqNo;
      if (seqNo !== expected?.seqNo) return undefined;
      const version = { seqNo: (seqNo ?? 0) + 1, primaryTerm: 1 };
      rows.set(id, { document, version });
      return lost.has((writes += 1)) ? undefined : version;
    },
    close: async () => {},
  };
  const row = () => [...rows.values()][0]?.document;
  return { rows, row, ledger: createLedger(store, { worker: 'w', leaseMs: 1000, now: () => 0 }) };
}

test.each([
  ['claim', [1]],
  ['renewal', [2]],
  ['settlement', [3]],
  ['claim, renewal and settlement', [1, 2, 3]],
])('a %s whose answer is lost is done all the same', async (_, lost) => {
  const { ledger, row } = lossyStore(new Set(lost));
  const claim = (await ledger.claim(ref, options, never)) as Claimed;
  expect(claim).toMatchObject({ status: 'claimed', attempts: 1 });
  await ledger.renew(claim);
  await ledger.settle(claim, settlement);
  expect(row()).toMatchObject({ state: 'done', indexed: 1 });
});

test('a take-over whose answer is lost is a take-over', async () => {
  let now = 0;
  const { rows } = lossyStore(new Set());
  const store = (lost: boolean): RowStore => ({
    read: async (ids) => ids.map((id) => rows.get(id)),
    readOne: async (id) => rows.get(id),
    async write(id, document, expected) {
      if (rows.get(id)?.version.seqNo !== expected?.seqNo) return undefined;
      const version = { seqNo: (expected?.seqNo ?? 0) + 1, primaryTerm: 1 };
      rows.set(id, { document, version });
      return lost ? undefined : version;
    },
    close: async () => {},
  });
  await createLedger(store(false), { worker: 'dead', leaseMs: 1000, now: () => now }).claim(ref, options, never);
  now = 1000;
  const ledger = createLedger(store(true), { worker: 'next', leaseMs: 1000, now: () => now });
  expect(await ledger.claim(ref, options, never)).toMatchObject({ status: 'claimed', attempts: 2 });
});

test('a row that was pruned under a claim is written anew', async () => {
  const { ledger, rows, row } = lossyStore(new Set());
  const claim = (await ledger.claim(ref, options, never)) as Claimed;
  rows.clear();
  await ledger.renew(claim);
  expect(row()).toMatchObject({ state: 'claimed' });
  rows.clear();
  await ledger.settle(claim, settlement);
  expect(row()).toMatchObject({ state: 'done' });
});

test('a row that is pruned between a claim and a look at it is claimed', async () => {
  const { rows } = lossyStore(new Set());
  let refusals = 1;
  const store: RowStore = {
    read: async (ids) => ids.map((id) => rows.get(id)),
    readOne: async (id) => rows.get(id),
    write: async () => ((refusals -= 1) < 0 ? { seqNo: 1, primaryTerm: 1 } : undefined),
    close: async () => {},
  };
  const ledger = createLedger(store, { worker: 'w', leaseMs: 1000, now: () => 0 });
  expect(await ledger.claim(ref, options, never)).toMatchObject({ status: 'claimed', attempts: 1 });
});

test('a settlement does not wait for a renewal that the cluster leaves unanswered, nor does that undo it', async () => {
  const { rows, row } = lossyStore(new Set());
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  let writes = 0;
  const store: RowStore = {
    read: async (ids) => ids.map((id) => rows.get(id)),
    readOne: async (id) => rows.get(id),
    async write(id, document, expected) {
      // The second is the renewal.
      if ((writes += 1) === 2) await answered;
      if (rows.get(id)?.version.seqNo !== expected?.seqNo) return undefined;
      const version = { seqNo: (expected?.seqNo ?? 0) + 1, primaryTerm: 1 };
      rows.set(id, { document, version });
      return version;
    },
    close: async () => {},
  };
  const ledger = createLedger(store, { worker: 'w', leaseMs: 1000, now: () => 0 });
  const claim = (await ledger.claim(ref, options, never)) as Claimed;
  const renewal = ledger.renew(claim);
  await ledger.settle(claim, settlement);
  expect(row()).toMatchObject({ state: 'done' });
  answer();
  await renewal;
  expect(row()).toMatchObject({ state: 'done' });
});

test('one worker does not take its own claim for another one', async () => {
  const { ledger } = lossyStore(new Set());
  expect((await ledger.claim(ref, options, never)).status).toBe('claimed');
  expect(await ledger.claim(ref, options, never)).toMatchObject({ status: 'held', by: 'w' });
});

test.each([
  ['few', 9_999, { status: 'claimed', attempts: 2 }],
  ['many', 10_000, { status: 'held', by: 'ahead' }],
])('of what others hold, it is remembered since when unless there are too %s of them', async (_, others, expected) => {
  const { rows } = lossyStore(new Set());
  const store: RowStore = {
    read: async (ids) => ids.map((id) => rows.get(id)),
    readOne: async (id) => rows.get(id),
    async write(id, document, expectedVersion) {
      if (rows.get(id)?.version.seqNo !== expectedVersion?.seqNo) return undefined;
      const version = { seqNo: (expectedVersion?.seqNo ?? 0) + 1, primaryTerm: 1 };
      rows.set(id, { document, version });
      return version;
    },
    close: async () => {},
  };
  let now = 0;
  // Only the length of its leases tells when they end: its clock is an hour ahead.
  const ahead = createLedger(store, { worker: 'ahead', leaseMs: 1000, now: () => now + 3_600_000 });
  const ledger = createLedger(store, { worker: 'w', leaseMs: 1000, now: () => now });
  const meet = async (key: string): Promise<Claim> => {
    await ahead.claim({ ...ref, key }, options, never);
    return await ledger.claim({ ...ref, key }, options, never);
  };
  expect(await meet('first')).toMatchObject({ status: 'held' });
  for (let i = 0; i < others; i += 1) await meet(`other-${i}`);
  now = 1000;
  expect(await ledger.claim({ ...ref, key: 'first' }, options, never)).toMatchObject(expected);
});
