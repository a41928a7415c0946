import { expect, test } from '@jest/globals';
import type { Lease, ObjectRef, ObjectSource, SkipReason } from '../../src/ingest/ports.ts';

export interface SourceWorld {
  /** Puts an object where the source finds it. */
  readonly put: (name: string, body?: string) => Promise<void>;
  /** The source, as a new run opens it. */
  readonly open: (options?: { follow?: boolean }) => Promise<ObjectSource>;
  /** Does what the chain does when an object is done: first the ledger, then the lease. */
  readonly finish: (lease: Lease) => Promise<void>;
  /** The names under which objects were put. */
  readonly nameOf: (ref: ObjectRef) => string;
  /** Names that the source meets and does not lease, and why. */
  readonly skipped: Readonly<Partial<Record<SkipReason, string>>>;
}

/** Well below the 20 s that a queue is waited for, ms. */
const AT_ONCE = 15_000;

const NAMES = ['a.json', 'b c.json', 'd+e.json', 'f=g/h.json', '100%.json', 'a%2Bb.json', 'grüße/日本語.json'];

/** What every source promises. */
export function objectSourceContract(make: () => Promise<SourceWorld>): void {
  const leasesOf = async (
    source: ObjectSource,
    each: (lease: Lease) => Promise<void> | void,
    signal = new AbortController().signal,
  ): Promise<void> => {
    for await (const lease of source.leases(signal)) await each(lease);
  };

  test('gives each object once, under its own name, and ends', async () => {
    const { put, open, finish, nameOf } = await make();
    for (const name of NAMES) await put(name);
    const source = await open();
    const names: string[] = [];
    await leasesOf(source, async (lease) => {
      expect(lease.source).toBe(source.name);
      names.push(nameOf(lease.ref));
      await finish(lease);
    });
    expect(names.sort()).toEqual([...NAMES].sort());
  });

  test('what is done is not given again by the next run', async () => {
    const { put, open, finish } = await make();
    await put('a.json');
    await leasesOf(await open(), finish);
    const again: string[] = [];
    await leasesOf(await open(), (lease) => void again.push(lease.ref.key));
    expect(again).toEqual([]);
  });

  test('what comes late under a smaller name is found by the next run', async () => {
    const { put, open, finish, nameOf } = await make();
    await put('b.json');
    await leasesOf(await open(), finish);
    await put('a.json');
    const names: string[] = [];
    await leasesOf(await open(), async (lease) => {
      names.push(nameOf(lease.ref));
      await finish(lease);
    });
    expect(names).toEqual(['a.json']);
  });

  test('leases may be settled in any order, and several are open at once', async () => {
    const { put, open, finish } = await make();
    for (const name of NAMES) await put(name);
    const leases: Lease[] = [];
    const source = await open();
    await leasesOf(source, async (lease) => {
      leases.push(lease);
      if (leases.length < NAMES.length) return;
      for (const each of leases.reverse()) await finish(each);
    });
    expect(leases).toHaveLength(NAMES.length);
  });

  test('counts what it leaves out, and why', async () => {
    const { put, open, finish, nameOf, skipped } = await make();
    await put('a.json');
    for (const name of Object.values(skipped)) await put(name, name.endsWith('empty.json') ? '' : 'x');
    const source = await open();
    const names: string[] = [];
    await leasesOf(source, async (lease) => {
      names.push(nameOf(lease.ref));
      await finish(lease);
    });
    expect(names).toEqual(['a.json']);
    expect(source.skipped()).toMatchObject(Object.fromEntries(Object.keys(skipped).map((reason) => [reason, 1])));
  });

  test('following, it gives what comes while it waits, and ends when it is told to', async () => {
    const { put, open, finish, nameOf } = await make();
    await put('a.json');
    const stop = new AbortController();
    const names: string[] = [];
    await leasesOf(
      await open({ follow: true }),
      async (lease) => {
        names.push(nameOf(lease.ref));
        await finish(lease);
        if (names.length === 1) setTimeout(() => void put('0.json'), 20);
        else stop.abort();
      },
      stop.signal,
    );
    expect(names).toEqual(['a.json', '0.json']);
  });

  test('ends at once when it is told to while it waits', async () => {
    const { open } = await make();
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const started = performance.now();
    await leasesOf(await open({ follow: true }), () => undefined, stop.signal);
    expect(performance.now() - started).toBeLessThan(AT_ONCE);
  });

  test('ends at once when its reader gives up while it waits', async () => {
    const { put, open } = await make();
    await put('a.json');
    const iterator = (await open({ follow: true })).leases(new AbortController().signal)[Symbol.asyncIterator]();
    const first = await iterator.next();
    expect(first.done).toBe(false);
    const waiting = iterator.next();
    const started = performance.now();
    await iterator.return?.();
    expect(await waiting).toMatchObject({ done: true });
    expect(performance.now() - started).toBeLessThan(AT_ONCE);
  });

  test('told to end before it began, it gives nothing', async () => {
    const { put, open } = await make();
    await put('a.json');
    const names: string[] = [];
    await leasesOf(await open(), (lease) => void names.push(lease.ref.key), AbortSignal.abort());
    expect(names).toEqual([]);
  });
}
