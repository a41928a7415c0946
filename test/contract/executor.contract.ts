import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from '@jest/globals';
import { ObjectError } from '../../src/errors.ts';
import type { Batch, EncodeOptions, Executor, ObjectBytes, ObjectFormat } from '../../src/ingest/ports.ts';
import { objectOf } from '../support/objects.ts';
import { parquetOf } from '../support/parquet.ts';
import { encodeOptions, record } from '../support/records.ts';

export interface Ran {
  readonly batches: readonly Batch[];
  readonly format?: ObjectFormat;
  readonly error?: unknown;
}

/** All batches of an object, and how it ended. */
export async function runAll(
  executor: Executor,
  object: ObjectBytes,
  options: EncodeOptions = encodeOptions(),
  signal: AbortSignal = new AbortController().signal,
): Promise<Ran> {
  const batches: Batch[] = [];
  const run = executor.run(object, options, signal);
  try {
    for (;;) {
      const next = await run.next();
      if (next.done === true) return { batches, format: next.value };
      batches.push(next.value);
    }
  } catch (error) {
    return { batches, error };
  }
}

/** The lines of a body, cut by its offsets. */
function documentsOf(batch: Batch): { action: unknown; source: Record<string, unknown> }[] {
  const body = Buffer.from(batch.body.buffer, batch.body.byteOffset, batch.body.length);
  return Array.from(batch.positions, (_, i) => {
    const [action = '', source = '', rest] = body.toString('utf8', batch.offsets[i], batch.offsets[i + 1]).split('\n');
    expect(rest).toBe('');
    return { action: JSON.parse(action) as unknown, source: JSON.parse(source) as Record<string, unknown> };
  });
}

const idsOf = (batches: readonly Batch[]): unknown[] =>
  batches.flatMap(documentsOf).map(({ action }) => (action as { create: { _id: string } }).create._id);

/** What holds for every executor, wherever it runs. */
export function executorContract(create: () => Executor): void {
  const executor = create();
  afterAll(() => executor.close());

  const records = Array.from({ length: 5000 }, (_, i) => record({ eventID: `id-${i}` }));
  const lines = records.map((r) => `${JSON.stringify(r)}\n`);
  const ids = records.map((r) => r['eventID']);

  test('makes the records of an object into operations of a bulk request, in order', async () => {
    const { batches, format } = await runAll(executor, objectOf(gzipSync(JSON.stringify({ Records: records }))));
    expect(format).toBe('cloudtrail-json');
    expect(idsOf(batches)).toEqual(ids);
    const first = documentsOf(batches[0]!)[0]!;
    expect(first.action).toEqual({ create: { _index: 'logs-cloudtrail-ocsf-2026.11', _id: 'id-0' } });
    expect(first.source).toMatchObject({ class_uid: 6003, metadata: { uid: 'id-0' } });
  });

  test('hands batches on at the size asked for, with offsets, positions and the bytes of the object', async () => {
    const content = gzipSync(lines.join(''));
    const { batches } = await runAll(executor, objectOf(content, 5000), encodeOptions({ batchBytes: 100_000 }));
    expect(batches.length).toBeGreaterThan(10);
    for (const batch of batches) {
      expect(batch.offsets).toHaveLength(batch.positions.length + 1);
      expect(batch.offsets.at(-1)).toBe(batch.body.length);
      expect(batch.body.length).toBeLessThan(110_000);
      expect(batch.read).toBe(batch.positions.length);
    }
    expect(batches.flatMap((b) => [...b.positions])).toEqual(records.map((_, i) => i + 1));
    expect(batches.reduce((sum, b) => sum + b.bytes, 0)).toBe(content.length);
  });

  test('accounts for every record: documents, rejects with position and text, and what a filter left out', async () => {
    const text = [
      JSON.stringify(record({ eventID: 'kept' })),
      'no json',
      JSON.stringify(record({ eventID: 'other', recipientAccountId: '210987654321' })),
      JSON.stringify(record({ eventID: 'timeless', eventTime: undefined })),
      '{"hello":"world"}',
      JSON.stringify(record({ eventID: 'last' })),
    ].join('\n');
    const options = encodeOptions({ filters: { accounts: ['123456789012'] } });
    const { batches } = await runAll(executor, objectOf(text), options);
    expect(batches).toHaveLength(1);
    const [batch] = batches;
    expect(idsOf(batches)).toEqual(['kept', 'last']);
    expect([...batch!.positions]).toEqual([1, 6]);
    expect(batch).toMatchObject({
      read: 6,
      skipped: 1,
      rejected: [
        { position: 2, reason: 'invalid_json', document: 'no json' },
        { position: 4, reason: 'no_time' },
        { position: 5, reason: 'not_an_event', document: '{"hello":"world"}' },
      ],
    });
  });

  test('a damaged object gives what comes before the damage, then its error', async () => {
    const whole = gzipSync(lines.join(''));
    const { batches, error } = await runAll(executor, objectOf(whole.subarray(0, whole.length - 100)));
    expect(idsOf(batches).length).toBeGreaterThan(4000);
    expect(idsOf(batches)).toEqual(ids.slice(0, idsOf(batches).length));
    expect(error).toBeInstanceOf(ObjectError);
    expect(error).toMatchObject({ code: 'OBJECT_CORRUPT', permanent: true });
  });

  test('a large Parquet object is read by ranges: every row, in order', async () => {
    const rows = Array.from({ length: 6000 }, (_, i) => ({
      ...record({ eventID: `row-${i}`, userAgent: `${i}`.padStart(900, 'x') }),
      ...{ userIdentity: undefined, requestParameters: undefined, responseElements: undefined },
    }));
    const file = parquetOf(rows, { codec: 'UNCOMPRESSED', rowGroupRows: 2000, dictionary: false });
    expect(file.length).toBeGreaterThan(5_000_000);
    let ranges = 0;
    const object = objectOf(file);
    const { batches, format } = await runAll(executor, {
      ...object,
      range: (start, end) => ((ranges += 1), object.range(start, end)),
    });
    expect(format).toBe('parquet');
    expect(idsOf(batches)).toEqual(rows.map((_, i) => `row-${i}`));
    expect(ranges).toBeGreaterThan(3);
  });

  test('an error of the reader comes through as it is', async () => {
    const fault = new ObjectError('OBJECT_READ', 'connection lost', { permanent: false });
    const object: ObjectBytes = {
      ...objectOf(''),
      size: 1e6,
      async *chunks() {
        yield Buffer.from(lines.slice(0, 10).join(''));
        throw fault;
      },
    };
    const { batches, error } = await runAll(executor, object);
    expect(idsOf(batches)).toEqual(ids.slice(0, 10));
    expect(error).toMatchObject({ name: 'ObjectError', code: 'OBJECT_READ', permanent: false });
  });

  test.each([
    ['empty', ''],
    ['digest', '{"digestStartTime":"x","digestS3Bucket":"b"}'],
  ])('an object of format %s gives no batch', async (format, text) => {
    expect(await runAll(executor, objectOf(text))).toEqual({ batches: [], format });
  });

  test('runs many objects at once, each in its own order', async () => {
    const objects = Array.from({ length: 40 }, (_, i) => lines.slice(i * 100, i * 100 + 100));
    const results = await Promise.all(objects.map((part) => runAll(executor, objectOf(part.join(''), 1000))));
    expect(results.map(({ batches }) => idsOf(batches))).toEqual(
      objects.map((_, i) => ids.slice(i * 100, i * 100 + 100)),
    );
  });

  test('stops reading when the run is aborted', async () => {
    const abort = new AbortController();
    let read = 0;
    const object: ObjectBytes = {
      ...objectOf(''),
      size: 1e9,
      async *chunks() {
        for (; ; read += 1) {
          if (read === 3) abort.abort();
          await new Promise(setImmediate);
          yield Buffer.from(lines.join(''));
        }
      },
    };
    const { error } = await runAll(executor, object, encodeOptions(), abort.signal);
    expect(error).toBe(abort.signal.reason);
    expect(read).toBeLessThan(10);
  });

  test('a reader that is left early closes the object and reads no further', async () => {
    let read = 0;
    let closed = false;
    const object: ObjectBytes = {
      ...objectOf(''),
      size: 1e9,
      async *chunks() {
        try {
          for (; ; read += 1) yield Buffer.from(lines.join(''));
        } finally {
          closed = true;
        }
      },
    };
    const run = executor.run(object, encodeOptions({ batchBytes: 1000 }), new AbortController().signal);
    await run.next();
    await run.return('unknown');
    const before = read;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(closed).toBe(true);
    expect(read).toBe(before);
  });

  test('does not run ahead of a consumer that is slow', async () => {
    let read = 0;
    const object: ObjectBytes = {
      ...objectOf(''),
      size: 1e9,
      async *chunks() {
        for (; read < 50; read += 1) yield Buffer.from(lines.join(''));
      },
    };
    const run = executor.run(object, encodeOptions({ batchBytes: 1_000_000 }), new AbortController().signal);
    await run.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(read).toBeLessThan(10);
    await run.return('unknown');
  });
}
