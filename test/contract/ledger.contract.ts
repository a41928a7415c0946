import { expect, test } from '@jest/globals';
import type { Filters } from '../../src/ingest/filter.ts';
import {
  isSettled,
  type Claim,
  type EventCounts,
  type Ledger,
  type ObjectRef,
  type Settlement,
} from '../../src/ingest/ports.ts';

export interface LedgerHarness {
  /** A worker of the same ledger. */
  readonly open: (worker: string) => Ledger;
  /** The workers' clock, epoch ms. */
  readonly clock: { now: number };
  /** How long claims hold. */
  readonly leaseMs: number;
}

type Claimed = Claim & { status: 'claimed' };

const never = new AbortController().signal;
const ref: ObjectRef = {
  bucket: 'trail',
  key: 'a/ä b.json.gz',
  etag: 'e1',
  size: 10,
  lastModified: '2026-11-01T00:00:00Z',
};
const options = { source: 'listing', filters: {}, force: false };
const counts: EventCounts = { read: 6, indexed: 3, duplicate: 1, rejected: 1, skipped: 1 };
const damaged = { code: 'OBJECT_CORRUPT', message: 'cut short', permanent: true };

function settlement(more: Partial<Settlement> = {}): Settlement {
  return { state: 'done', ref, format: 'ocsf-json', counts, bytes: 10, seconds: 0.25, ...more };
}

async function claimed(ledger: Ledger, of: ObjectRef = ref): Promise<Claimed> {
  const claim = await ledger.claim(of, options, never);
  expect(claim.status).toBe('claimed');
  return claim as Claimed;
}

/** What every ledger keeps. `make` gives a fresh, empty one for each test. */
export function ledgerContract(make: () => Promise<LedgerHarness>): void {
  test('an object is claimed, settled, and then known with all that was said of it', async () => {
    const { open, clock } = await make();
    const ledger = open('w1');
    expect(await ledger.lookup([ref], never)).toEqual([undefined]);
    const claim = await claimed(ledger);
    expect(claim).toMatchObject({ ref, attempts: 1 });
    const at = new Date(clock.now).toISOString();
    expect((await ledger.lookup([ref], never))[0]).toMatchObject({
      ref,
      state: 'claimed',
      worker: 'w1',
      claimedAt: at,
    });
    await ledger.settle(claim, settlement());
    expect(await ledger.lookup([ref], never)).toEqual([
      {
        ref,
        source: 'listing',
        state: 'done',
        format: 'ocsf-json',
        counts,
        attempts: 1,
        worker: 'w1',
        claimedAt: at,
        settledAt: at,
      },
    ]);
    await ledger.close();
  });

  test('a settled object is not claimed again, unless its version changed or it is forced', async () => {
    const { open } = await make();
    const ledger = open('w1');
    await ledger.settle(await claimed(ledger), settlement());
    expect(await ledger.claim(ref, options, never)).toMatchObject({
      status: 'settled',
      row: { state: 'done', counts },
    });
    expect((await claimed(ledger, { ...ref, etag: 'e2' })).attempts).toBe(1);
    const other = { ...ref, key: 'other' };
    await ledger.settle(await claimed(ledger, other), settlement({ ref: other }));
    expect(await ledger.claim(other, { ...options, force: true }, never)).toMatchObject({
      status: 'claimed',
      attempts: 1,
    });
    await ledger.close();
  });

  test('an object of which filters left events out is settled for what they kept, and no more', async () => {
    const { open } = await make();
    const ledger = open('w1');
    const [management, data] = [{ categories: ['management'] }, { categories: ['data'] }] as const;
    const under = async (filters: Filters) => ledger.claim(ref, { ...options, filters }, never);
    const read = async (filters: Filters, skipped: number): Promise<void> => {
      const claim = await under(filters);
      expect(claim.status).toBe('claimed');
      await ledger.settle(claim as Claimed, settlement({ counts: { ...counts, skipped } }));
    };
    await read(management, 1);
    expect((await under(management)).status).toBe('settled');
    const [row] = await ledger.lookup([ref], never);
    expect([isSettled(row, ref, management), isSettled(row, ref, data)]).toEqual([true, false]);
    await read(data, 1);
    for (const filters of [management, data]) expect((await under(filters)).status).toBe('settled');
    // A reading that broke off kept nothing for sure, of the earlier ones neither.
    const broken = { code: 'OBJECT_READ', message: 'reset', permanent: false };
    await ledger.settle((await under({})) as Claimed, settlement({ state: 'failed', error: broken }));
    await read(data, 1);
    await read({}, 0);
    for (const filters of [management, data, {}]) expect((await under(filters)).status).toBe('settled');
    await ledger.close();
  });

  test('an object whose version a notice does not tell is settled by the version that was read', async () => {
    const { open } = await make();
    const ledger = open('w1');
    const notice = { bucket: ref.bucket, key: ref.key };
    await ledger.settle(await claimed(ledger, notice), settlement());
    expect(await ledger.claim(notice, options, never)).toMatchObject({ status: 'settled' });
    expect(await ledger.claim(ref, options, never)).toMatchObject({ status: 'settled' });
    await ledger.close();
  });

  test('of many claims at once, by several workers, exactly one wins', async () => {
    const { open } = await make();
    const workers = ['w1', 'w2', 'w3'].map(open);
    const refs = Array.from({ length: 20 }, (_, i) => ({ ...ref, key: `k${i}` }));
    const claims = await Promise.all(
      workers.flatMap((ledger) =>
        refs.flatMap((one) => [ledger.claim(one, options, never), ledger.claim(one, options, never)]),
      ),
    );
    const winners = new Map<string, number>();
    for (const claim of claims)
      if (claim.status === 'claimed') winners.set(claim.ref.key, (winners.get(claim.ref.key) ?? 0) + 1);
      else expect(claim.status).toBe('held');
    expect([...winners.values()]).toEqual(Array(20).fill(1));
    await Promise.all(workers.map((ledger) => ledger.close()));
  });

  test('a claim is held until its lease ends, then another worker takes it over', async () => {
    const { open, clock, leaseMs } = await make();
    const [first, second] = [open('w1'), open('w2')];
    await claimed(first);
    clock.now += leaseMs - 1;
    expect(await second.claim(ref, { ...options, force: true }, never)).toEqual({
      status: 'held',
      by: 'w1',
      until: new Date(clock.now + 1).toISOString(),
    });
    clock.now += 1;
    expect((await claimed(second)).attempts).toBe(2);
    expect(await first.claim(ref, options, never)).toMatchObject({ status: 'held', by: 'w2' });
    await Promise.all([first.close(), second.close()]);
  });

  test('a dead worker whose clock was ahead holds its claim for a lease from when it was met, not until its own time', async () => {
    const { open, clock, leaseMs } = await make();
    const [ahead, other] = [open('ahead'), open('other')];
    clock.now += 3_600_000;
    const claim = await claimed(ahead);
    clock.now -= 3_600_000;
    expect((await other.claim(ref, options, never)).status).toBe('held');
    clock.now += leaseMs - 1;
    expect((await other.claim(ref, options, never)).status).toBe('held');
    // A sign of life begins it anew.
    await ahead.renew(claim);
    clock.now += 1;
    expect((await other.claim(ref, options, never)).status).toBe('held');
    clock.now += leaseMs;
    expect((await claimed(other)).attempts).toBe(2);
    await Promise.all([ahead.close(), other.close()]);
  });

  test('a renewed claim holds for another lease', async () => {
    const { open, clock, leaseMs } = await make();
    const [first, second] = [open('w1'), open('w2')];
    const claim = await claimed(first);
    clock.now += leaseMs / 2;
    await first.renew(claim);
    await first.renew(claim);
    clock.now += leaseMs - 1;
    expect((await second.claim(ref, options, never)).status).toBe('held');
    await first.settle(claim, settlement());
    expect((await second.claim(ref, options, never)).status).toBe('settled');
    await Promise.all([first.close(), second.close()]);
  });

  test('a worker whose claim was taken over changes nothing, and that is no error', async () => {
    const { open, clock, leaseMs } = await make();
    const [slow, quick] = [open('slow'), open('quick')];
    const lost = await claimed(slow);
    clock.now += leaseMs;
    const taken = await claimed(quick);
    await slow.renew(lost);
    await slow.settle(lost, settlement({ state: 'failed', error: damaged }));
    expect((await quick.lookup([ref], never))[0]).toMatchObject({ state: 'claimed', worker: 'quick' });
    await quick.settle(taken, settlement());
    await slow.renew(lost);
    expect((await quick.lookup([ref], never))[0]).toMatchObject({ state: 'done', worker: 'quick' });
    await Promise.all([slow.close(), quick.close()]);
  });

  test('a settlement and renewals at the same moment end settled', async () => {
    const { open } = await make();
    const ledger = open('w1');
    const claim = await claimed(ledger);
    await Promise.all([
      ledger.renew(claim),
      ledger.renew(claim),
      ledger.settle(claim, settlement()),
      ledger.renew(claim),
    ]);
    expect((await ledger.lookup([ref], never))[0]?.state).toBe('done');
    await ledger.renew(claim);
    expect((await ledger.lookup([ref], never))[0]?.state).toBe('done');
    await ledger.close();
  });

  test('a worker that took over its own claim, because it had not renewed it, settles by the new one only', async () => {
    const { open, clock, leaseMs } = await make();
    const ledger = open('w1');
    const lost = await claimed(ledger);
    clock.now += leaseMs;
    const taken = await claimed(ledger);
    await ledger.settle(lost, settlement({ state: 'failed', error: damaged }));
    expect((await ledger.lookup([ref], never))[0]?.state).toBe('claimed');
    await ledger.settle(taken, settlement());
    expect((await ledger.lookup([ref], never))[0]).toMatchObject({ state: 'done', attempts: 2 });
    await ledger.close();
  });

  test('an object that is damaged for good is left alone after five tries, a new version of it is not', async () => {
    const { open } = await make();
    const ledger = open('w1');
    for (const attempts of [1, 2, 3, 4, 5]) {
      const claim = await claimed(ledger);
      expect(claim.attempts).toBe(attempts);
      await ledger.settle(claim, settlement({ state: 'failed', error: damaged }));
    }
    expect(await ledger.claim(ref, options, never)).toMatchObject({
      status: 'settled',
      row: { state: 'failed', attempts: 5, error: damaged },
    });
    expect((await claimed(ledger, { ...ref, etag: 'e2' })).attempts).toBe(1);
    await ledger.close();
  });

  test('faults of the way to an object never count against it', async () => {
    const { open } = await make();
    const ledger = open('w1');
    const error = { code: 'OBJECT_READ', message: 'reset', permanent: false };
    for (let i = 0; i < 7; i += 1) {
      const claim = await claimed(ledger);
      expect(claim.attempts).toBe(1);
      await ledger.settle(claim, settlement({ state: 'failed', error }));
    }
    await ledger.close();
  });

  test('an object that was gone is read when somebody names it again', async () => {
    const { open } = await make();
    const ledger = open('w1');
    const error = { code: 'OBJECT_GONE', message: '404', permanent: false };
    await ledger.settle(await claimed(ledger), settlement({ state: 'skipped', error }));
    await ledger.settle(await claimed(ledger), settlement());
    expect((await ledger.claim(ref, options, never)).status).toBe('settled');
    await ledger.close();
  });

  test('look-ups answer in the order of the refs, by the page', async () => {
    const { open } = await make();
    const ledger = open('w1');
    const refs = Array.from({ length: 1000 }, (_, i) => ({ ...ref, key: `page/${i}` }));
    const known = refs.filter((_, i) => i % 10 === 3);
    await Promise.all(known.map(async (one) => ledger.settle(await claimed(ledger, one), settlement({ ref: one }))));
    const rows = await ledger.lookup(refs, never);
    expect(rows.map((row) => row?.ref.key)).toEqual(refs.map(({ key }, i) => (i % 10 === 3 ? key : undefined)));
    expect(await ledger.lookup([], never)).toEqual([]);
    await ledger.close();
  });

  test('keys of any length and script have rows of their own', async () => {
    const { open } = await make();
    const ledger = open('w1');
    const keys = ['k'.repeat(1024), '日'.repeat(341), 'a b+c=d%20', '../x', 'a\nb', ''];
    for (const key of keys)
      await ledger.settle(await claimed(ledger, { ...ref, key }), settlement({ ref: { ...ref, key } }));
    const rows = await ledger.lookup(
      keys.map((key) => ({ ...ref, key })),
      never,
    );
    expect(rows.map((row) => row?.ref.key)).toEqual(keys);
    const elsewhere = { ...ref, bucket: 'another', key: keys[0] ?? '' };
    expect(await ledger.lookup([elsewhere], never)).toEqual([undefined]);
    await ledger.close();
  });

  test('a claim under an aborted signal is refused', async () => {
    const { open } = await make();
    const ledger = open('w1');
    await expect(ledger.claim(ref, options, AbortSignal.abort())).rejects.toThrow(/abort/i);
    expect(await ledger.lookup([ref], never)).toEqual([undefined]);
    await ledger.close();
  });
}
