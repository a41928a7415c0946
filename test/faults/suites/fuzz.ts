import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ObjectError } from '../../../src/errors.ts';
import { inProcessExecutor } from '../../../src/ingest/executor/in-process.ts';
import type { Batch } from '../../../src/ingest/ports.ts';
import { anything } from '../../support/hostile.ts';
import { objectOf } from '../../support/objects.ts';
import { parquetOf } from '../../support/parquet.ts';
import { encodeOptions, record } from '../../support/records.ts';
import { zstdFrame } from '../../support/zstd.ts';

export interface FuzzOptions {
  /** Objects tried for each property. */
  readonly runs: number;
  /** The same seed tries the same objects. */
  readonly seed: number;
}

/** What may be said of a record. `mapping_failed` may not: it is what nobody foresaw. */
const REASONS = ['invalid_json', 'invalid_row', 'no_time', 'not_an_event', 'time_out_of_range', 'too_large'];
const executor = inProcessExecutor();
const never = new AbortController().signal;

/** Runs an object through decode, map and encode, and checks what holds for every object there can be. */
async function outcomeOf(bytes: Uint8Array, chunk: number): Promise<{ ids: string[]; error?: ObjectError }> {
  const run = executor.run(objectOf(bytes, chunk), encodeOptions({ batchBytes: 4000 }), never);
  const ids: string[] = [];
  let positions = 0;
  try {
    for (let next = await run.next(); next.done !== true; next = await run.next()) {
      ids.push(...checked(next.value, positions));
      positions += next.value.read;
    }
    return { ids };
  } catch (error) {
    if (!(error instanceof ObjectError) || error.message === '') throw error;
    return { ids, error };
  }
}

/** The ids of a batch, in which every record has one outcome, in order and well-formed. */
function checked(batch: Batch, before: number): string[] {
  const { body, offsets, positions, rejected, read, skipped } = batch;
  const found = [...positions, ...rejected.map(({ position }) => position)].sort((a, b) => a - b);
  expect(found).toEqual(Array.from({ length: read }, (_, i) => before + i + 1));
  expect(skipped).toBe(0);
  for (const { reason, message, document } of rejected) {
    expect(REASONS).toContain(reason);
    expect(message).not.toBe('');
    expect(document.length).toBeLessThanOrEqual(1024 * 1024);
  }
  const text = Buffer.from(body.buffer, body.byteOffset, body.length);
  return Array.from(positions, (_, i) => {
    const lines = text.toString('utf8', offsets[i], offsets[i + 1]).split('\n');
    expect(lines).toHaveLength(3);
    const { create } = JSON.parse(lines[0]!) as { create: { _index: string; _id: string } };
    expect(create._index).toMatch(/^logs-cloudtrail-ocsf-\d{4}\.\d\d$/);
    expect(Buffer.byteLength(create._id)).toBeLessThanOrEqual(512);
    expect(create._id).not.toBe('');
    expect((JSON.parse(lines[1]!) as { time: unknown }).time).toEqual(expect.any(Number));
    return create._id;
  });
}

const first = JSON.stringify(record({ eventID: 'first' }));
const last = JSON.stringify(record({ eventID: 'last' }));
/** JSON text of anything; what JSON cannot write is an empty object. */
const written = anything.map((value) => {
  try {
    return JSON.stringify(value) ?? '{}';
  } catch {
    return '{}';
  }
});
const chunk = fc.integer({ min: 1, max: 5000 });
const edit = fc.record({
  at: fc.nat(),
  drop: fc.nat(20),
  put: fc.constantFrom(
    '',
    ...['{', '}', '[', ']', '"', ':', ',', '\\', '\n', '\0', '\ufeff', '\ud800', '//', '{"Records":[', '"eventTime":0'],
    ...['NaN', '1e999', 'null', '-', '[[[[', '{"a":', '"__proto__":{}', '{"eventVersion":'],
  ),
});
type Edit = { at: number; drop: number; put: string };
/** One change of the text, where it does not end the line. */
const edited = (text: string, changes: readonly Edit[]): string =>
  changes.reduce((now, { at, drop, put }) => {
    const where = at % (now.length + 1);
    return now.slice(0, where) + put + now.slice(where + drop);
  }, text);
const CONTAINERS: readonly ((bytes: Uint8Array | string) => Uint8Array)[] = [
  (bytes) => Buffer.from(bytes),
  (bytes) => gzipSync(bytes),
  (bytes) => zstdFrame(bytes),
  (bytes) => gzipSync(zstdFrame(bytes)),
];
const container = fc.constantFrom(...CONTAINERS);
const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
function damaged(bytes: Uint8Array, changes: readonly (readonly [number, number])[], cut: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (const [at, to] of changes) copy[at % copy.length] = to;
  return copy.subarray(0, copy.length - (cut % 3 === 0 ? cut % copy.length : 0));
}

/** Decode, map and encode, given objects that no writer should make. */
export function fuzz({ runs, seed }: FuzzOptions): void {
  const times = { numRuns: runs, seed };
  const limitMs = 60_000 + 50 * runs;

  describe(`any object has outcomes with reasons (${runs} tries, seed ${seed})`, () => {
    test(
      'records of any kind, in any layout and container: each position has one outcome, and good neighbours stay',
      async () => {
        const layout = fc.constantFrom<(lines: readonly string[]) => string>(
          (lines) => lines.join('\n'),
          (lines) => `[${lines.join(',')}]`,
          (lines) => `{"Records":[${lines.join(',\n')}]}`,
          (lines) => lines.join(''),
        );
        const bad = fc.array(written, { maxLength: 5 });
        await fc.assert(
          fc.asyncProperty(bad, layout, container, chunk, async (lines, write, pack, size) => {
            // A scalar has no end of its own where nothing stands between.
            const all = [first, ...lines.map((line) => (/^[{[]/.test(line) ? line : `{"scalar":${line}}`)), last];
            const { ids, error } = await outcomeOf(pack(write(all)), size);
            expect(error).toBeUndefined();
            expect(ids).toEqual(expect.arrayContaining(['first', 'last']));
          }),
          times,
        );
      },
      limitMs,
    );

    test(
      'damaged lines between good ones: the good ones stay, whatever the damage',
      async () => {
        const bad = fc.array(fc.tuple(written, fc.array(edit, { minLength: 1, maxLength: 3 })), {
          minLength: 1,
          maxLength: 4,
        });
        await fc.assert(
          fc.asyncProperty(bad, container, chunk, async (lines, pack, size) => {
            const text = [first, ...lines.map(([line, changes]) => edited(line, changes)), last].join('\n');
            const { ids } = await outcomeOf(pack(text), size);
            expect(ids).toContain('first');
            // An array or a wrapper that is opened and never closed swallows the rest of a file.
            if (!text.includes('[')) expect(ids).toContain('last');
          }),
          times,
        );
      },
      limitMs,
    );

    test(
      'containers with bytes changed and cut off: outcomes or an error, nothing else',
      async () => {
        const lines = fc.array(written, { maxLength: 4 });
        await fc.assert(
          fc.asyncProperty(lines, container, damage, fc.nat(), chunk, async (all, pack, changes, cut, size) => {
            await outcomeOf(damaged(pack([first, ...all, last].join('\n')), changes, cut), size);
          }),
          times,
        );
      },
      limitMs,
    );

    test(
      'Parquet with bytes changed and cut off: outcomes or an error, nothing else',
      async () => {
        const rows = Array.from({ length: 20 }, (_, i) => ({
          ...record({ eventID: `row-${i}` }),
          userIdentity: undefined,
        }));
        const file = parquetOf(rows, { codec: 'UNCOMPRESSED', rowGroupRows: 5 });
        await fc.assert(
          fc.asyncProperty(damage, fc.nat(), fc.boolean(), async (changes, cut, footer) => {
            // Half of the tries aim at the footer, which is where sizes are told.
            const aimed = changes.map(([at, to]) => [footer ? file.length - 1 - (at % 3000) : at, to] as const);
            await outcomeOf(damaged(file, aimed, footer ? 1 : cut), 64 * 1024);
          }),
          { numRuns: Math.ceil(runs / 4), seed },
        );
      },
      limitMs,
    );

    test(
      'bytes of any kind, with the magic of a format before them: outcomes or an error, nothing else',
      async () => {
        const magic = fc.constantFrom(
          '',
          '{',
          '[',
          '{"Records":[',
          'PAR1',
          '\x1f\x8b\x08\0',
          '(\xb5/\xfd',
          '\xef\xbb\xbf',
          '\xff\xfe',
        );
        await fc.assert(
          fc.asyncProperty(magic, fc.uint8Array({ maxLength: 500 }), chunk, async (head, tail, size) => {
            await outcomeOf(Buffer.concat([Buffer.from(head, 'latin1'), tail]), size);
          }),
          times,
        );
      },
      limitMs,
    );
  });
}
