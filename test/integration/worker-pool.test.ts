import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ObjectBytes } from '../../src/ingest/ports.ts';
import { workerPoolExecutor } from '../../src/ingest/executor/worker-pool.ts';
import { executorContract, runAll } from '../contract/executor.contract.ts';
import { objectOf } from '../support/objects.ts';
import { encodeOptions, record } from '../support/records.ts';

describe('the executor in worker threads', () => {
  executorContract(() => workerPoolExecutor({ threads: 2 }));
});

describe('a worker thread that dies', () => {
  const executor = workerPoolExecutor({ threads: 1, url: pathToFileURL('test/support/dying-worker.mjs') });
  afterAll(() => executor.close());
  const deadly = { ...objectOf('{}'), etag: 'deadly' };
  const good = (): ObjectBytes => objectOf(`${JSON.stringify(record())}\n`);

  test('fails its object with the reason, and the next object is read by another thread', async () => {
    expect((await runAll(executor, good())).batches).toHaveLength(1);
    const { batches, error } = await runAll(executor, deadly);
    expect(batches).toEqual([]);
    expect(error).toMatchObject({ name: 'ObjectError', code: 'OBJECT_READ', permanent: true });
    expect((error as Error).message).toMatch(/worker thread .* died: .*no memory left/);
    expect(await runAll(executor, good())).toMatchObject({ batches: [{ read: 1 }], format: 'cloudtrail-json' });
  });

  test('is no permanent fault of the objects beside it', async () => {
    let finish = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (finish = resolve));
    const neighbour = runAll(executor, {
      ...objectOf(''),
      size: 1e6,
      async *chunks() {
        yield Buffer.from(`${JSON.stringify(record())}\n`);
        await blocked;
        yield Buffer.from(`${JSON.stringify(record())}\n`);
      },
    });
    const { error } = await runAll(executor, deadly);
    finish();
    expect(error).toMatchObject({ code: 'OBJECT_READ', permanent: false });
    expect((await neighbour).error).toMatchObject({ code: 'OBJECT_READ', permanent: false });
  });
});

describe('the pool', () => {
  let executor = workerPoolExecutor({ threads: 1 });
  beforeAll(() => {
    executor = workerPoolExecutor({ threads: 1, objectsPerThread: 1 });
  });
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
    const patient = runAll(executor, objectOf(`${JSON.stringify(record())}\n`));
    abort.abort();
    expect((await queued).error).toBe(abort.signal.reason);
    await open.return('unknown');
    expect(await patient).toMatchObject({ format: 'cloudtrail-json' });
  });

  test('leaves the reader its buffers', async () => {
    const bytes = new Uint8Array(Buffer.from(`${JSON.stringify(record())}\n`));
    await runAll(executor, { ...objectOf(bytes), chunks: () => once(bytes) });
    expect(bytes.length).toBeGreaterThan(0);
    expect(bytes[0]).toBe(0x7b);
  });

  test('a thousand objects of a few records are each read', async () => {
    const many = Array.from({ length: 1000 }, (_, i) =>
      runAll(executor, objectOf(`${JSON.stringify(record({ eventID: `id-${i}` }))}\n`.repeat((i % 5) + 1))),
    );
    const results = await Promise.all(many);
    expect(results.every(({ error }) => error === undefined)).toBe(true);
    expect(results.map(({ batches }) => batches[0]!.read)).toEqual(results.map((_, i) => (i % 5) + 1));
  });
});

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield Buffer.from(`${JSON.stringify(record())}\n`.repeat(10));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
