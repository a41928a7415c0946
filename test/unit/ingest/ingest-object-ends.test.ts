import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { FatalError, ObjectError } from '../../../src/errors.ts';
import { ingestObject, type ObjectContext } from '../../../src/ingest/ingest-object.ts';
import type {
  Batch,
  DeadLetter,
  Executor,
  IngestPorts,
  Ledger,
  LedgerRow,
  ObjectFormat,
  ObjectReport,
} from '../../../src/ingest/ports.ts';
import { memoryReader } from '../../../src/ingest/read/memory.ts';
import { batchOf } from '../../../src/ingest/sink/body.ts';
import { createMemorySink } from '../../../src/ingest/sink/memory.ts';
import { Window } from '../../../src/ingest/window.ts';
import { silentLogger } from '../../../src/logger.ts';
import { testLedger } from '../../support/ledger.ts';
import { encodeOptions } from '../../support/records.ts';

const RENEW_MS = 1000;
const never = new AbortController().signal;
const turn = (): Promise<void> => new Promise(setImmediate);

/** A batch of documents with these ids, at positions from 1, with one more record that was rejected and one left out. */
function batch(...ids: string[]): Batch {
  const documents = ids.map((id) => ({ action: { create: { _index: 'events', _id: id } }, source: { id } }));
  return {
    ...batchOf(documents),
    positions: Uint32Array.from(ids, (_, i) => 10 * (i + 1)),
    rejected: [{ position: 7, reason: 'no_time', message: 'no time', document: '{}' }],
    read: ids.length + 2,
    skipped: 1,
    bytes: 100,
  };
}

function executorOf(batches: readonly Batch[], end: ObjectFormat | Error = 'ocsf-json'): Executor {
  return {
    async *run() {
      yield* batches;
      if (end instanceof Error) throw end;
      return end;
    },
    close: async () => {},
  };
}

interface Ended {
  /** What happened to the world, in its order. */
  readonly trace: string[];
  readonly report: ObjectReport | undefined;
  readonly error: unknown;
  readonly row: LedgerRow | undefined;
  readonly letters: readonly DeadLetter[];
}

/** Ingests one object with these ports for the usual ones. */
async function run(changes: Partial<IngestPorts> = {}): Promise<Ended> {
  const trace: string[] = [];
  const reader = memoryReader();
  const ref = reader.put('b', 'k', 'x');
  const sink = createMemorySink({
    reject: (source) => (source.includes('bad') ? { type: 'mapper_parsing_exception', reason: 'no' } : undefined),
  });
  const letters: DeadLetter[] = [];
  const ledger = changes.ledger ?? testLedger();
  const ports: Omit<IngestPorts, 'source'> = {
    reader: {
      open: async (...args) => {
        const object = await reader.open(...args);
        return { ...object, close: async () => void trace.push('closed') };
      },
    },
    executor: executorOf([batch('a', 'bad')]),
    sink: {
      ...sink,
      async write(...args) {
        await turn();
        trace.push('written');
        return sink.write(...args);
      },
    },
    deadLetters: {
      async write(some) {
        await turn();
        trace.push('dead letters');
        letters.push(...some);
      },
    },
    ...changes,
    ledger: {
      ...ledger,
      async settle(...args) {
        await turn();
        trace.push('settled');
        return ledger.settle(...args);
      },
    },
  };
  const context: ObjectContext = {
    ports,
    options: {
      maxInFlight: 1,
      windowBytes: 1e6,
      force: false,
      waitForHeld: false,
      renewMs: RENEW_MS,
      encode: encodeOptions(),
      logger: silentLogger,
    },
    abort: never,
    window: new Window(1e6),
    opened: new Window(1e6),
  };
  const lease = {
    ref,
    source: 'trail',
    ack: async () => void trace.push('ack'),
    nack: async (cause: unknown) => void trace.push(`nack: ${String(cause)}`),
  };
  const ended = await ingestObject(lease, context).then(
    (report) => ({ report, error: undefined }),
    (error: unknown) => ({ report: undefined, error }),
  );
  const [row] = await ledger.lookup([ref], never);
  // What an object held is free again, however it ended.
  await Promise.all([context.window.acquire(1e6), context.opened.acquire(1e6)]);
  return { trace, ...ended, row, letters };
}

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance', 'queueMicrotask', 'nextTick'] }));
afterEach(() => {
  const left = jest.getTimerCount();
  jest.useRealTimers();
  // No renewal outlives its object.
  expect(left).toBe(0);
});

describe('the order is the guarantee', () => {
  test('outcomes, then dead letters, then the ledger, then the acknowledgement', async () => {
    const { trace, report, row, letters } = await run();
    expect(trace).toEqual(['written', 'dead letters', 'closed', 'settled', 'ack']);
    const counts = { read: 4, indexed: 1, duplicate: 0, rejected: 2, skipped: 1 };
    expect(report).toMatchObject({ state: 'done', format: 'ocsf-json', counts, bytes: 100 });
    expect(row).toMatchObject({ state: 'done', counts });
    expect(letters).toMatchObject([
      { reason: 'no_time', position: 7, document: '{}' },
      { id: 'bad', index: 'events', reason: 'mapper_parsing_exception', status: 400, position: 20 },
    ]);
  });

  test('several batches are settled together, when the last of them is written', async () => {
    let released = 0;
    const lent = ['a', 'b', 'a'].map((id) => ({ ...batch(id), release: () => void (released += 1) }));
    const { trace, report } = await run({ executor: executorOf(lent) });
    expect(released).toBe(3);
    expect(trace.slice(-3)).toEqual(['closed', 'settled', 'ack']);
    expect(report?.counts).toEqual({ read: 9, indexed: 2, duplicate: 1, rejected: 3, skipped: 3 });
  });

  test('what came before a damage is written, and the object fails with it', async () => {
    const cut = new ObjectError('OBJECT_CORRUPT', 'cut short', { permanent: true });
    const { trace, row } = await run({ executor: executorOf([batch('a')], cut) });
    expect(trace).toEqual(['written', 'dead letters', 'closed', 'settled', 'nack: cut short']);
    const error = { code: 'OBJECT_CORRUPT', message: 'cut short', permanent: true };
    expect(row).toMatchObject({ state: 'failed', error, counts: { read: 3, indexed: 1, rejected: 1, skipped: 1 } });
  });

  test.each([
    ['digest', 'skipped'],
    ['empty', 'skipped'],
    ['unknown', 'done'],
  ] as const)('an object that is %s is %s', async (format, state) => {
    const { trace, row } = await run({ executor: executorOf([], format) });
    expect([trace, row?.state]).toEqual([['closed', 'settled', 'ack'], state]);
  });

  test.each([
    ['that is gone', 'skipped', 'OBJECT_GONE', 'ack'],
    ['that cannot be read now', 'failed', 'OBJECT_READ', 'nack: why'],
  ] as const)('an object %s has %s', async (_, state, code, end) => {
    const open = async (): Promise<never> => Promise.reject(new ObjectError(code, 'why', { permanent: false }));
    const { trace, row } = await run({ reader: { open } });
    expect(trace).toEqual(['settled', end]);
    expect(row).toMatchObject({ state, error: { code, message: 'why', permanent: false } });
  });
});

describe('a fault that ends the run acknowledges nothing, and gives the claim back for the next run', () => {
  const refused = new FatalError('CLUSTER_REFUSED', 'no');

  test.each([
    ['the cluster refuses the events', { sink: { write: async () => Promise.reject(refused), close: async () => {} } }],
    ['the cluster refuses the dead letters', { deadLetters: { write: async () => Promise.reject(refused) } }],
    ['the reader has no credentials', { reader: { open: async () => Promise.reject(refused) } }],
  ] satisfies [string, Partial<IngestPorts>][])('where %s', async (_, ports) => {
    const { trace, error, row } = await run(ports);
    expect(error).toBe(refused);
    expect(trace.filter((step) => /ack/.test(step))).toEqual([]);
    expect(row).toMatchObject({ state: 'failed', error: { code: 'CLUSTER_REFUSED', permanent: false } });
  });

  test('also where the object was damaged besides: its fault is not what is told', async () => {
    const write = async (): Promise<never> => {
      await turn();
      throw refused;
    };
    const executor = executorOf([batch('a')], new ObjectError('OBJECT_CORRUPT', 'cut', { permanent: true }));
    const { error } = await run({ executor, sink: { write, close: async () => {} } });
    expect(error).toBe(refused);
  });

  test('where events are not accounted for', async () => {
    const { trace, error } = await run({ executor: executorOf([{ ...batch('a'), read: 4 }]) });
    expect(error).toMatchObject({ code: 'COUNT_MISMATCH' });
    expect(trace.filter((step) => /ack/.test(step))).toEqual([]);
  });

  test('and is told although the claim cannot be given back', async () => {
    const ledger: Ledger = { ...testLedger(), settle: async () => Promise.reject(new Error('no ledger')) };
    const { error } = await run({ ledger, deadLetters: { write: async () => Promise.reject(refused) } });
    expect(error).toBe(refused);
  });

  test('where the ledger does not take the settlement', async () => {
    const ledger: Ledger = { ...testLedger(), settle: async () => Promise.reject(refused) };
    const { trace, error } = await run({ ledger });
    expect(error).toBe(refused);
    expect(trace.filter((step) => /ack/.test(step))).toEqual([]);
  });
});

test('no further batch is decoded when one could not be written, and the decoder is told so', async () => {
  let decoded = 0;
  let told = false;
  const executor: Executor = {
    async *run() {
      try {
        for (;;) {
          decoded += 1;
          yield batch('a');
          await turn();
        }
      } finally {
        told = true;
      }
    },
    close: async () => {},
  };
  const sink = { write: async () => Promise.reject(new FatalError('CLUSTER_REFUSED', 'no')), close: async () => {} };
  await run({ executor, sink });
  expect(decoded).toBeLessThan(5);
  expect(told).toBe(true);
});

test('a claim is renewed while its object is being read, and a renewal that fails is no fault of the object', async () => {
  let renewals = 0;
  const ledger = testLedger();
  const renew = async (): Promise<never> => {
    renewals += 1;
    throw new Error('no answer');
  };
  const executor: Executor = {
    async *run() {
      jest.advanceTimersByTime(2 * RENEW_MS);
      yield batch('a');
      return 'ocsf-json';
    },
    close: async () => {},
  };
  const { report } = await run({ ledger: { ...ledger, renew }, executor });
  expect([report?.state, renewals]).toEqual(['done', 2]);
});

test('a record that never became a document has a dead letter of its own for each version of its object and each place', async () => {
  const ids = new Set<string>();
  for (const version of ['first', 'second'])
    for (const position of [1, 2]) {
      const reader = memoryReader();
      reader.put('b', 'k', version);
      const rejected = [{ position, reason: 'no_time', message: '', document: '' }];
      const { letters } = await run({ reader, executor: executorOf([{ ...batch(), rejected }]) });
      for (const { id } of letters) ids.add(id);
    }
  expect(ids.size).toBe(4);
});
