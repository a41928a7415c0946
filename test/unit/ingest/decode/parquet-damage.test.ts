import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withMaximum } from '../../../../src/ingest/decode/parquet/engine.ts';
import { decoded } from '../../../support/decoded.ts';
import { at, parquetOf, set, withFooter, type Fields } from '../../../support/parquet.ts';

const ROWS = Array.from({ length: 600 }, (_, i) => ({ uid: `uid-${i}`, time: i, text: `text ${i % 7}` }));
const FILE = parquetOf(ROWS, { rowGroupRows: 200, codec: 'UNCOMPRESSED' });
const groupOf = (footer: Fields, i: number): Fields => at(footer, 4, i) as Fields;
const columnOf = (footer: Fields, i: number, j: number): Fields => at(footer, 4, i, 1, j, 3) as Fields;

describe('a damaged Parquet file gives the rows before the damage, then an error', () => {
  const edited = (edit: (footer: Fields) => void): Buffer => withFooter(FILE, edit);
  test.each<[string, Buffer, number, RegExp]>([
    ['cut at its end', FILE.subarray(0, -1), 0, /does not end with a footer/],
    ['cut in the middle', FILE.subarray(0, FILE.length / 2), 0, /does not end with a footer/],
    ['only its magic', Buffer.from('PAR1'), 0, /cut/],
    ['only both magics', Buffer.from('PAR1\xff\xff\xff\xffPAR1', 'latin1'), 0, /footer claims/],
    [
      'with a footer longer than the file',
      Buffer.concat([FILE.subarray(0, -8), Buffer.from('\xff\xff\x00\x00PAR1', 'latin1')]),
      0,
      /footer/,
    ],
    [
      'with an overwritten footer',
      Buffer.concat([FILE.subarray(0, -300), Buffer.alloc(292, 0x5c), FILE.subarray(-8)]),
      0,
      /damaged/,
    ],
    [
      'with a column outside the file',
      edited((f) => [9, 11].forEach((id) => set(columnOf(f, 1, 0), id, 10 ** 12))),
      200,
      /not inside the file/,
    ],
    ['with a column of negative size', edited((f) => set(columnOf(f, 1, 0), 7, -5)), 200, /not inside the file/],
    ['with a column larger than the file', edited((f) => set(columnOf(f, 2, 1), 7, 2 ** 40)), 400, /not inside/],
    ['with more rows than bytes', edited((f) => set(groupOf(f, 1), 3, 2 ** 40)), 200, /claims 1099511627776 rows/],
    ['with more rows than there are', edited((f) => set(groupOf(f, 1), 3, 900)), 400, /claims 900 rows and has 200/],
    ['with negative rows', edited((f) => set(groupOf(f, 1), 3, -1)), 200, /claims -1 rows/],
    [
      'with row groups that are one and the same',
      edited((f) => set(f, 4, Array(50).fill(groupOf(f, 0)))),
      600,
      /overlap/,
    ],
    ['without a schema', edited((f) => f.delete(2)), 0, /no schema/],
    ['that is encrypted', edited((f) => f.set(8, { type: 12, value: new Map() })), 0, /encrypted/],
    [
      'whose columns are elsewhere',
      edited((f) => (at(f, 4, 0, 1, 0) as Fields).set(1, { type: 8, value: Buffer.from('x') })),
      0,
      /another file/,
    ],
  ])('%s', async (_name, file, rows, message) => {
    const { items, error } = await decoded(file);
    expect(items).toHaveLength(rows);
    expect(error).toMatchObject({ code: 'OBJECT_CORRUPT', permanent: true });
    expect(error?.message).toMatch(message);
  });

  test.each([
    ['without a dictionary', 0],
    ['with one', 4],
  ])('a row group without rows is none, wherever its columns are said to be: %s', async (_name, dictionary) => {
    const empty = edited((f) => {
      set(groupOf(f, 1), 3, 0);
      for (const column of [0, 1, 2]) {
        set(columnOf(f, 1, column), 9, 0);
        set(columnOf(f, 1, column), 11, dictionary);
      }
    });
    const { items, error } = await decoded(empty);
    expect(error).toBeUndefined();
    expect(items).toEqual([...ROWS.slice(0, 200), ...ROWS.slice(400)]);
  });

  test('a page that claims gigabytes is refused before memory is taken for it', async () => {
    // Page header: type, then uncompressed size, as zigzag varints behind one byte each.
    const start = at(FILE_FOOTER, 4, 1, 1, 0, 3, 9) as number;
    const header = Buffer.of(0x15, 0, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x15, 2, 0);
    const file = Buffer.from(FILE);
    header.copy(file, start);
    const { items, error } = await decoded(file);
    expect(items).toHaveLength(200);
    expect(error?.message).toMatch(/claims 2147483647 bytes/);
  });

  test('a damaged page costs what is behind it', async () => {
    const file = Buffer.from(FILE);
    const start = at(FILE_FOOTER, 4, 2, 1, 0, 3, 9) as number;
    file.fill(0xee, start + 20, start + 400);
    const { items, error } = await decoded(file);
    expect(items.slice(0, 400)).toEqual(ROWS.slice(0, 400));
    expect(error).toMatchObject({ code: 'OBJECT_CORRUPT' });
  });

  test('any damage ends in rows or an error', async () => {
    const edits = fc.array(fc.tuple(fc.nat(FILE.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(edits, fc.boolean(), async (changes, footer) => {
        const file = Buffer.from(FILE);
        for (const [where, to] of changes) file[footer ? FILE.length - 1 - (where % 1500) : where] = to;
        const { items, format, error } = await decoded(file);
        expect(format !== undefined || error !== undefined).toBe(true);
        expect(items.length).toBeLessThan(20_000);
      }),
      { numRuns: 150, seed: 20_261_121 },
    );
  });
});

const FILE_FOOTER = ((): Fields => {
  let found: Fields = new Map();
  withFooter(FILE, (footer) => (found = footer));
  return found;
})();

test('the memory of a WebAssembly binary gets a maximum', () => {
  // (module (memory 3))
  const binary = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 3]);
  expect(withMaximum(binary, 300)).toEqual(Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 5, 1, 1, 3, 0xac, 2]));
});
