import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createMemoryDeadLetters } from '../../src/ingest/dead-letter/memory.ts';
import { workerPoolExecutor } from '../../src/ingest/executor/worker-pool.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import type { Batch, ObjectBytes, ObjectReport } from '../../src/ingest/ports.ts';
import { memoryReader } from '../../src/ingest/read/memory.ts';
import { createMemorySink } from '../../src/ingest/sink/memory.ts';
import { memorySource } from '../../src/ingest/source/memory.ts';
import { silentLogger } from '../../src/logger.ts';
import { executorContract, runAll } from '../contract/executor.contract.ts';
import { testLedger } from '../support/ledger.ts';
import { objectOf } from '../support/objects.ts';
import { encodeOptions, record } from '../support/records.ts';

const line = (eventID = 'a'): string => `${JSON.stringify(record({ eventID }))}\n`;
const good = (): ObjectBytes => objectOf(line());
const DYING = pathToFileURL('test/support/dying-worker.mjs');

describe('the executor in worker threads', () => {
  executorContract(() => workerPoolExecutor({ threads: 2 }));
});

describe('buffers that are given back', () => {
  const executor = workerPoolExecutor({ threads: 1 });
  afterAll(() => executor.close());

  test('are filled again, and batches that are still in use stay as they are', async () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => `event-${i}`);
    const object = objectOf(ids.map(line).join(''));
    const options = encodeOptions({ batchBytes: 1024 * 1024 });
    const found: string[] = [];
    const kept: Batch[] = [];
    const read = ({ body }: Batch): void => {
      for (const [, id = ''] of Buffer.from(body)
        .toString()
        .matchAll(/"_id":"([^"]*)"/g))
        found.push(id);
    };
    for await (const batch of executor.run(object, options, new AbortController().signal))
      if (kept.length < 3) kept.push(batch);
      else {
        read(batch);
        expect(batch.release).toBeDefined();
        batch.release?.();
      }
    kept.forEach(read);
    expect(found.sort()).toEqual(ids.sort());
  });
});

describe('a worker thread that dies', () => {
  const executor = workerPoolExecutor({ threads: 1, url: DYING });
  afterAll(() => executor.close());
  // Its second half never comes, so that its end is the thread's.
  const deadly = (etag = 'dies-throwing'): ObjectBytes => ({
    ...objectOf(''),
    etag,
    size: 1e6,
    async *chunks() {
      yield Buffer.from(line());
      await new Promise(() => undefined);
    },
  });

  test.each([
    ['throwing', /died: .*a bug that nobody foresaw/],
    ['exiting', /died: .*stopped/],
    ['rejecting', /died: .*a promise that nobody awaits/],
  ])('%s, fails its object with the reason, and the next object is read by another thread', async (death, reason) => {
    expect((await runAll(executor, good())).batches).toHaveLength(1);
    const { batches, error } = await runAll(executor, deadly(`dies-${death}`));
    expect(batches).toEqual([]);
    expect(error).toMatchObject({ name: 'ObjectError', code: 'OBJECT_READ', permanent: true });
    expect((error as Error).message).toMatch(reason);
    expect(await runAll(executor, good())).toMatchObject({ batches: [{ read: 1 }], format: 'cloudtrail-json' });
  });

  test('is no permanent fault of the objects beside it', async () => {
    let finish = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (finish = resolve));
    const neighbour = runAll(executor, {
      ...objectOf(''),
      size: 1e6,
      async *chunks() {
        yield Buffer.from(line());
        await blocked;
        yield Buffer.from(line());
      },
    });
    const { error } = await runAll(executor, deadly());
    finish();
    expect(error).toMatchObject({ code: 'OBJECT_READ', permanent: false });
    expect((await neighbour).error).toMatchObject({ code: 'OBJECT_READ', permanent: false });
  });

  test('leaves nothing behind of an object that had not begun: the next thread is told all it needs', async () => {
    const options = encodeOptions();
    let begin = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (begin = resolve));
    const waiting = runAll(
      executor,
      {
        ...good(),
        async *chunks() {
          await blocked;
          yield Buffer.from(line());
        },
      },
      options,
    );
    expect((await runAll(executor, deadly())).error).toMatchObject({ code: 'OBJECT_READ' });
    begin();
    expect((await waiting).error).toMatchObject({ code: 'OBJECT_READ', permanent: false });
    expect(await runAll(executor, good(), options)).toMatchObject({ format: 'cloudtrail-json' });
  });

  test('costs the run one object: it is in the ledger with the reason, the others are done, and the counts add up', async () => {
    const reader = memoryReader();
    const refs = ['1-good', '2-deadly', '3-good', '4-good'].map((key) => reader.put('b', key, line(key)));
    const ledger = testLedger();
    const sink = createMemorySink();
    const ports = {
      source: memorySource(refs, { name: 'test', ledger, force: false, filters: {}, logger: silentLogger }),
      reader: {
        open: async (ref: (typeof refs)[number], signal: AbortSignal): Promise<ObjectBytes> => {
          return ref.key === '2-deadly' ? deadly() : reader.open(ref, signal);
        },
      },
      executor,
      sink,
      ledger,
      deadLetters: createMemoryDeadLetters(),
    };
    const never = new AbortController().signal;
    const options = { maxInFlight: 1, windowBytes: 1e6, force: false, waitForHeld: true, renewMs: 1e6 };
    const reports: ObjectReport[] = [];
    for await (const report of ingest(
      ports,
      { ...options, encode: encodeOptions(), logger: silentLogger },
      { drain: never, abort: never },
    ))
      reports.push(report);
    expect(reports.map(({ ref, state }) => `${ref.key} ${state}`)).toEqual([
      '1-good done',
      '2-deadly failed',
      '3-good done',
      '4-good done',
    ]);
    const rows = await ledger.lookup(refs, never);
    expect(rows[1]).toMatchObject({ state: 'failed', error: { code: 'OBJECT_READ', permanent: true } });
    expect(rows[1]?.error?.message).toMatch(/a bug that nobody foresaw/);
    expect([...sink.indices.values()].flatMap((documents) => [...documents.keys()])).toEqual([
      '1-good',
      '3-good',
      '4-good',
    ]);
  });
});

test('a thread that runs out of memory fails its object; the process and the next object go on, and nothing is left open', async () => {
  // In a process of its own: what an engine without memory does is nothing to try on the test runner.
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['test/support/full-thread.mjs'], { timeout: 60_000 });
  const { full, next, handles } = JSON.parse(stdout) as Record<string, Record<string, unknown>>;
  expect(full).toMatchObject({ read: 0, code: 'OBJECT_READ', permanent: true });
  expect(full!['message']).toMatch(/died: .*memory/);
  expect(next).toEqual({ read: 1 });
  expect(handles).not.toContain('MessagePort');
});

describe('the pool', () => {
  const executor = workerPoolExecutor({ threads: 1, objectsPerThread: 1 });
  afterAll(() => executor.close());

  test('lets objects wait for their turn, and leave the queue when the run is aborted', async () => {
    const abort = new AbortController();
    const open = executor.run(
      { ...objectOf(''), size: 1e6, chunks: () => endless() },
      encodeOptions({ batchBytes: 1000 }),
      abort.signal,
    );
    await open.next();
    const queued = runAll(executor, objectOf('{}'), encodeOptions(), abort.signal);
    const patient = runAll(executor, good());
    abort.abort();
    expect((await queued).error).toBe(abort.signal.reason);
    await open.return('unknown');
    expect(await patient).toMatchObject({ format: 'cloudtrail-json' });
  });

  test('ends an object that was aborted before it began, and the next one with the same options is read', async () => {
    const abort = new AbortController();
    const options = encodeOptions();
    const object: ObjectBytes = {
      ...good(),
      async *chunks() {
        abort.abort();
        yield Buffer.from(line());
      },
    };
    expect((await runAll(executor, object, options, abort.signal)).error).toBe(abort.signal.reason);
    expect(await runAll(executor, good(), options)).toMatchObject({ format: 'cloudtrail-json' });
  });

  test('leaves the reader its buffers', async () => {
    const bytes = new Uint8Array(Buffer.from(line()));
    await runAll(executor, { ...objectOf(bytes), chunks: () => once(bytes) });
    expect(bytes.length).toBeGreaterThan(0);
    expect(bytes[0]).toBe(0x7b);
  });

  test('a thousand objects of a few records are each read', async () => {
    const many = Array.from({ length: 1000 }, (_, i) =>
      runAll(executor, objectOf(line(`id-${i}`).repeat((i % 5) + 1))),
    );
    const results = await Promise.all(many);
    expect(results.every(({ error }) => error === undefined)).toBe(true);
    expect(results.map(({ batches }) => batches[0]!.read)).toEqual(results.map((_, i) => (i % 5) + 1));
  });

  test('closed in the middle of an object, ends it with an error instead of waiting, and closed twice does no harm', async () => {
    const closing = workerPoolExecutor({ threads: 1 });
    const run = runAll(closing, { ...objectOf(''), size: 1e6, chunks: () => endless() });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await closing.close();
    await closing.close();
    expect((await run).error).toMatchObject({ code: 'OBJECT_READ' });
  });

  test('a worker that cannot even start fails each object with the reason', async () => {
    const broken = workerPoolExecutor({ threads: 1, url: pathToFileURL('/nowhere/worker.js') });
    for (let i = 0; i < 2; i += 1) {
      const { error } = await runAll(broken, good());
      expect(error).toMatchObject({ code: 'OBJECT_READ' });
      expect((error as Error).message).toMatch(/Cannot find module/);
    }
    await broken.close();
  });
});

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) {
    await new Promise(setImmediate);
    yield Buffer.from(line().repeat(10));
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
