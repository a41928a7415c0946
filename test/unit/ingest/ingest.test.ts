import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryDeadLetters } from '../../../src/ingest/dead-letter/memory.ts';
import { inProcessExecutor } from '../../../src/ingest/executor/in-process.ts';
import { ingest } from '../../../src/ingest/ingest.ts';
import type { ObjectReader, ObjectRef, ObjectReport } from '../../../src/ingest/ports.ts';
import { memoryReader } from '../../../src/ingest/read/memory.ts';
import { createMemorySink } from '../../../src/ingest/sink/memory.ts';
import { memorySource } from '../../../src/ingest/source/memory.ts';
import { silentLogger } from '../../../src/logger.ts';
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
