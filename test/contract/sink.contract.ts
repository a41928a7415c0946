import { expect, test } from '@jest/globals';
import { DUPLICATE, INDEXED, type Sink } from '../../src/ingest/ports.ts';
import { createBatch } from '../support/batches.ts';

/** What a suite needs to look behind a sink. */
export interface SinkHarness {
  readonly sink: Sink;
  /** An index name that nobody else uses. */
  readonly index: string;
  /** Documents of the index by id. */
  readonly documents: () => Promise<Record<string, unknown>>;
}

const never = new AbortController().signal;

/** What every sink keeps. `make` gives a fresh, empty one for each test. */
export function sinkContract(make: () => Promise<SinkHarness>): void {
  test('each document has an outcome by its ordinal, and is there', async () => {
    const { sink, index, documents } = await make();
    const outcomes = await sink.write(createBatch(index, { a: { v: 1 }, b: { v: 2 } }), never);
    expect([...outcomes.statuses]).toEqual([INDEXED, INDEXED]);
    expect(outcomes.rejections).toEqual([]);
    expect(await documents()).toEqual({ a: { v: 1 }, b: { v: 2 } });
    await sink.close();
  });

  test('a document written again is a duplicate and keeps its first text', async () => {
    const { sink, index, documents } = await make();
    await sink.write(createBatch(index, { a: { v: 1 } }), never);
    const outcomes = await sink.write(createBatch(index, { a: { v: 3 }, b: { v: 2 } }), never);
    expect([...outcomes.statuses]).toEqual([DUPLICATE, INDEXED]);
    expect(await documents()).toEqual({ a: { v: 1 }, b: { v: 2 } });
    await sink.close();
  });

  test('many writes at once each get their own outcomes, and every document is there once', async () => {
    const { sink, index, documents } = await make();
    const writes = Array.from({ length: 40 }, (_, i) =>
      sink.write(createBatch(index, { [`only-${i}`]: { i }, [`shared-${i % 10}`]: { shared: i % 10 } }), never),
    );
    const statuses = (await Promise.all(writes)).map((outcomes) => [...outcomes.statuses]);
    expect(statuses.map(([own]) => own)).toEqual(Array<number>(40).fill(INDEXED));
    expect(statuses.filter(([, shared]) => shared === INDEXED)).toHaveLength(10);
    expect(statuses.filter(([, shared]) => shared === DUPLICATE)).toHaveLength(30);
    expect(Object.keys(await documents())).toHaveLength(50);
    await sink.close();
  });

  test('an empty batch is settled at once', async () => {
    const { sink, index } = await make();
    expect([...(await sink.write(createBatch(index, {}), never)).statuses]).toEqual([]);
    await sink.close();
  });

  test('nothing is written once the signal has aborted', async () => {
    const { sink, index, documents } = await make();
    await sink.write(createBatch(index, { first: {} }), never);
    await expect(sink.write(createBatch(index, { late: {} }), AbortSignal.abort())).rejects.toThrow(/abort/i);
    expect(Object.keys(await documents())).toEqual(['first']);
    await sink.close();
  });
}
