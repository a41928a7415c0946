import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryDeadLetters } from '../../../src/ingest/dead-letter/memory.ts';
import { inProcessExecutor } from '../../../src/ingest/executor/in-process.ts';
import { ingest } from '../../../src/ingest/ingest.ts';
import { FatalError } from '../../../src/errors.ts';
import type { IngestPorts, Lease, ObjectReader, ObjectRef, ObjectReport } from '../../../src/ingest/ports.ts';
import { createMemoryLedger, type LedgerRows } from '../../../src/ingest/ledger/memory.ts';
import { memoryReader } from '../../../src/ingest/read/memory.ts';
import { createMemorySink } from '../../../src/ingest/sink/memory.ts';
import { memorySource } from '../../../src/ingest/source/memory.ts';
import { silentLogger } from '../../../src/logger.ts';
import { zeroCounts } from '../../../src/ingest/counts.ts';
import { testLedger } from '../../support/ledger.ts';
import { encodeOptions } from '../../support/records.ts';

const MB = 1024 * 1024;
const never = new AbortController().signal;

/** Reads objects of these sizes, which hold one line each; the most that were open at once. */
async function mostOpen(sizes: readonly (number | undefined)[], maxInFlight = 64): Promise<number> {
  const memory = memoryReader();
  const line = (key: string): string => `{"class_uid":6003,"time":1795168800000,"metadata":{"uid":"${key}"}}\n`;
  const refs = sizes.map((size, i): ObjectRef => {
    const key = String(i).padStart(4, '0');
    const { bucket, etag = '' } = memory.put('b', key, line(key));
    return { bucket, key, etag, ...(size === undefined ? {} : { size }) };
  });
  let open = 0;
  let most = 0;
  const reader: ObjectReader = {
    async open(ref, signal) {
      most = Math.max(most, (open += 1));
      await sleep(10);
      return { ...(await memory.open(ref, signal)), close: async () => void (open -= 1) };
    },
  };
  const ledger = testLedger();
  const ports = {
    source: memorySource(refs, { name: 'test', ledger, force: false, filters: {}, logger: silentLogger }),
    reader,
    executor: inProcessExecutor(),
    sink: createMemorySink(),
    ledger,
    deadLetters: createMemoryDeadLetters(),
  };
  const chain = { maxInFlight, windowBytes: 1e6, force: false, waitForHeld: true, renewMs: 1e6 };
  const reports: ObjectReport[] = [];
  const options = { ...chain, encode: encodeOptions(), logger: silentLogger };
  for await (const report of ingest(ports, options, { drain: never, abort: never })) reports.push(report);
  expect(reports.map(({ state, counts }) => `${state} ${counts.read}`)).toEqual(sizes.map(() => 'done 1'));
  return most;
}

describe('objects open at once', () => {
  test('are as many as may be in flight, where they are small', async () => {
    expect(await mostOpen(Array.from({ length: 200 }, () => 20_000))).toBe(64);
  });

  test('are a dozen of large ones, however large', async () => {
    expect(await mostOpen(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? MB : 5000 * MB)))).toBe(12);
  });

  test('are a dozen of those whose size nobody told', async () => {
    expect(await mostOpen(Array.from({ length: 40 }, () => undefined))).toBe(12);
  });

  test('is one where one may be in flight, whatever its size', async () => {
    expect(await mostOpen([5000 * MB, 10, undefined], 1)).toBe(1);
  });
});

/** A chain over two small objects, of which another worker holds the first; `other` is that worker's ledger. */
async function heldByAnother(redelivers: boolean) {
  const reader = memoryReader();
  const line = (key: string): string => `{"class_uid":6003,"time":1795168800000,"metadata":{"uid":"${key}"}}\n`;
  const refs = ['held', 'free'].map((key) => reader.put('b', key, line(key)));
  const rows: LedgerRows = new Map();
  const other = createMemoryLedger({ worker: 'other' }, rows);
  const claim = await other.claim(refs[0]!, { source: 'test', filters: {}, force: false }, never);
  if (claim.status !== 'claimed') throw new Error(claim.status);
  const trace: string[] = [];
  const leaseOf = (ref: ObjectRef): Lease => ({
    ref,
    source: 'test',
    ack: async () => void trace.push(`ack ${ref.key}`),
    nack: async (cause) => void trace.push(`nack ${ref.key}: ${(cause as Error).message}`),
  });
  const ports: IngestPorts = {
    source: {
      name: 'test',
      ...(redelivers ? { redelivers } : {}),
      async *leases() {
        yield* refs.map(leaseOf);
      },
      skipped: () => ({}),
    },
    reader,
    executor: inProcessExecutor(),
    sink: createMemorySink(),
    ledger: createMemoryLedger({ worker: 'us' }, rows),
    deadLetters: createMemoryDeadLetters(),
  };
  const run = async (waitForHeld: boolean, drain: AbortSignal, onReport = (_: ObjectReport): void => undefined) => {
    const options = { maxInFlight: 4, windowBytes: 1e6, force: false, waitForHeld, renewMs: 1e6 };
    const chain = { ...options, encode: encodeOptions(), logger: silentLogger };
    for await (const report of ingest(ports, chain, { drain, abort: never })) {
      trace.push(`${report.ref.key} is ${report.state}`);
      onReport(report);
    }
    return trace;
  };
  const settle = async (): Promise<void> =>
    other.settle(claim, { state: 'done', ref: claim.ref, counts: zeroCounts(), bytes: 0, seconds: 0 });
  return { run, settle, ports };
}

describe('an object that another worker holds', () => {
  test.each([
    ['a queue gives again', true, true],
    ['a run that follows meets again', false, false],
  ])('is left to it where %s', async (_, redelivers, waitForHeld) => {
    const { run } = await heldByAnother(redelivers);
    const trace = await run(waitForHeld, never);
    expect([...trace].sort()).toEqual([
      'ack free',
      'free is done',
      'held is held',
      'nack held: another worker is reading it',
    ]);
  });

  test('is waited for in a run that has to end complete', async () => {
    const { run, settle } = await heldByAnother(false);
    // It is settled while it is being waited for: when the first round has been told of.
    const trace = await run(true, never, () => void settle());
    expect(trace).toEqual(['ack free', 'free is done', 'ack held', 'held is settled']);
  });

  test('is given back when the run is told to end while it waits', async () => {
    const { run } = await heldByAnother(false);
    const stop = new AbortController();
    const trace = await run(true, stop.signal, () => stop.abort());
    expect(trace).toEqual([
      'ack free',
      'free is done',
      'nack held: interrupted while another worker was reading it',
      'held is held',
    ]);
  });
});

test('what ends the run at one object ends what those behind it still have in flight', async () => {
  const { ports, run } = await heldByAnother(true);
  const refused = new FatalError('SOURCE_AUTH', 'expired');
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let ended: unknown;
  const open: ObjectReader['open'] = async ({ key }, signal) => {
    if (key === 'held') {
      await begun;
      throw refused;
    }
    begin();
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject((ended = signal.reason as Error)));
    });
  };
  Object.assign(ports, { reader: { open }, ledger: testLedger() });
  await expect(run(false, never)).rejects.toBe(refused);
  expect(ended).toMatchObject({ name: 'AbortError' });
});
