import { describe, expect, test } from '@jest/globals';
import { zeroCounts } from '../../../src/ingest/counts.ts';
import { ingestObject, type ObjectContext } from '../../../src/ingest/ingest-object.ts';
import { MAX_ATTEMPTS, type Batch, type Executor, type Lease, type ObjectRef } from '../../../src/ingest/ports.ts';
import { memoryReader } from '../../../src/ingest/read/memory.ts';
import { createMemorySink } from '../../../src/ingest/sink/memory.ts';
import { Window } from '../../../src/ingest/window.ts';
import { silentLogger } from '../../../src/logger.ts';
import { testLedger } from '../../support/ledger.ts';
import { encodeOptions } from '../../support/records.ts';

const ref: ObjectRef = { bucket: 'b', key: 'k', etag: 'e' };
const never = new AbortController().signal;

/** What a lease of the object ends with, when its ledger says that it was tried so often, with this result. */
async function endOf(state: 'done' | 'failed', times: number): Promise<string[]> {
  const ledger = testLedger();
  for (let attempt = 0; attempt < times; attempt += 1) {
    const claim = await ledger.claim(ref, { source: 'test', filters: {}, force: false }, never);
    if (claim.status !== 'claimed') throw new Error(claim.status);
    const error = { code: 'OBJECT_CORRUPT', message: 'cut', permanent: true };
    const fault = state === 'failed' ? { error } : {};
    await ledger.settle(claim, { state, ref, counts: zeroCounts(), bytes: 0, seconds: 0, ...fault });
  }
  const ends: string[] = [];
  const lease: Lease = {
    ref,
    source: 'test',
    ack: async () => void ends.push('ack'),
    nack: async (cause) => void ends.push(`nack ${String(cause)}`),
  };
  const context = {
    ports: { ledger },
    options: { force: false, encode: encodeOptions() },
    abort: never,
  } as unknown as ObjectContext;
  expect(await ingestObject(lease, context)).toMatchObject({ state: 'settled' });
  return ends;
}

describe('an object that an earlier run settled', () => {
  test('is acknowledged when it was done', async () => {
    expect(await endOf('done', 1)).toEqual(['ack']);
  });

  test('is given back when it was given up, so that the redrive policy of its queue can take it', async () => {
    expect(await endOf('failed', MAX_ATTEMPTS)).toEqual(['nack cut']);
  });
});

describe('an object of which all is rejected', () => {
  const BATCHES = 20;
  const rejectedBatch = (position: number): Batch => ({
    body: new Uint8Array(0),
    offsets: Uint32Array.of(0),
    positions: new Uint32Array(0),
    rejected: [{ position, reason: 'not_cloudtrail', message: 'foreign', document: 'x'.repeat(1000) }],
    read: 1,
    skipped: 0,
    bytes: 1000,
  });

  test.each([
    ['2500 bytes, two batches at once', 2500, 3],
    ['less than one batch, one batch at a time', 10, 2],
  ])('is decoded no faster than its dead letters are stored: with a window of %s', async (_, limit, decodedAhead) => {
    let decoded = 0;
    const executor: Executor = {
      async *run() {
        while (decoded < BATCHES) yield rejectedBatch((decoded += 1));
        return 'cloudtrail-json';
      },
      close: async () => {},
    };
    let stored = 0;
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const reader = memoryReader();
    const context: ObjectContext = {
      ports: {
        reader,
        executor,
        sink: createMemorySink(),
        ledger: testLedger(),
        deadLetters: {
          async write(letters) {
            await opened;
            stored += letters.length;
          },
        },
      },
      options: {
        maxInFlight: 1,
        windowBytes: limit,
        force: false,
        waitForHeld: false,
        renewMs: 1e6,
        encode: encodeOptions(),
        logger: silentLogger,
      },
      abort: never,
      window: new Window(limit),
      opened: new Window(1e6),
    };
    const done = async (): Promise<void> => undefined;
    const report = ingestObject({ ref: reader.put('b', 'k', 'x'), source: 'test', ack: done, nack: done }, context);
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    expect(decoded).toBe(decodedAhead);
    open();
    expect(await report).toMatchObject({ state: 'done', counts: { read: BATCHES, rejected: BATCHES } });
    expect(stored).toBe(BATCHES);
  });
});
