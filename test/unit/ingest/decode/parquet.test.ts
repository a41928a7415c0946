import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { Field, Float16, List, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { decoded } from '../../../support/decoded.ts';
import { objectOf } from '../../../support/objects.ts';
import { parquetOf, twoLevelLists, type Codec } from '../../../support/parquet.ts';
import { zstdFrame } from '../../../support/zstd.ts';

const fixture = (name: string): Buffer => readFileSync(join('test/fixtures/parquet', `${name}.parquet`));
const rowsOf = (count: number): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, i) => ({
    metadata: { uid: `uid-${i}`, version: '1.1.0' },
    time: 1_763_700_000_000 + i,
    class_uid: 6003,
    api: { operation: ['GetObject', 'PutObject', 'AssumeRole'][i % 3], request: { data: `{"n":${i}}` } },
  }));

describe('Parquet', () => {
  const rows = rowsOf(2000);

  test.each<Codec>(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'])('%s: every row, in order', async (codec) => {
    const { items, format, error } = await decoded(parquetOf(rows, { codec }));
    expect(error).toBeUndefined();
    expect(format).toBe('parquet');
    expect(items).toEqual(rows);
  });

  test('many row groups are read one after another', async () => {
    const { items } = await decoded(parquetOf(rows, { rowGroupRows: 300 }));
    expect(items).toEqual(rows);
  });

  test.each<[string, (file: Buffer) => Buffer]>([
    ['gzip', (file) => gzipSync(file)],
    ['zstd', (file) => zstdFrame(file)],
  ])('inside %s', async (_name, pack) => {
    expect((await decoded(objectOf(pack(parquetOf(rows)), 1000))).items).toEqual(rows);
  });

  test('inside gzip and too big to be kept in memory', async () => {
    const many = rowsOf(60_000);
    const { items, error } = await decoded(gzipSync(parquetOf(many, { codec: 'UNCOMPRESSED', dictionary: false })));
    expect(error).toBeUndefined();
    expect(items).toHaveLength(many.length);
    expect(items.at(-1)).toEqual(many.at(-1));
  });

  test('a big file is read by ranges, never as a whole', async () => {
    const many = rowsOf(80_000);
    const file = parquetOf(many, { rowGroupRows: 8000, codec: 'UNCOMPRESSED', dictionary: false });
    expect(file.length).toBeGreaterThan(4_500_000);
    const object = objectOf(file, 64 * 1024);
    let streamed = 0;
    let largest = 0;
    const { items } = await decoded({
      ...object,
      async *chunks() {
        for await (const chunk of object.chunks()) {
          streamed += chunk.length;
          yield chunk;
        }
      },
      range(start, end) {
        largest = Math.max(largest, end - start);
        return object.range(start, end);
      },
    });
    expect(items).toHaveLength(many.length);
    expect(streamed).toBe(64 * 1024);
    expect(largest).toBeLessThan(file.length / 8);
  });

  const expected = [
    {
      metadata: { uid: 'uid-0', version: '1.0.0-rc.2', profiles: [] },
      time: 1_763_700_000_123,
      class_uid: 6003,
      unmapped: { eventType: 'AwsApiCall' },
    },
    {
      metadata: { uid: 'uid-1', version: '1.0.0-rc.2', profiles: ['cloud'] },
      time: 1_763_700_000_124,
      class_uid: 6003,
      resources: [],
      unmapped: { eventType: 'AwsApiCall' },
    },
    {
      metadata: { uid: 'uid-2', version: '1.0.0-rc.2', profiles: ['cloud', 'datetime'] },
      time: 1_763_700_000_125,
      class_uid: 6003,
      resources: [{ uid: 'arn:aws:s3:::example', type: 'AWS::S3::Bucket' }, { type: 'x' }],
      unmapped: JSON.parse('{"eventType":"AwsApiCall","__proto__":"a name"}') as unknown,
    },
  ];
  test('lists of three levels and maps; nulls are left out', async () => {
    const { items } = await decoded(fixture('lists'));
    expect(items).toEqual(expected);
    expect(Object.keys((items[2] as { unmapped: object }).unmapped)).toEqual(['eventType', '__proto__']);
  });

  test("Avro's lists of two levels give the same", async () => {
    const file = twoLevelLists(fixture('lists'));
    expect(file.includes('array')).toBe(true);
    expect((await decoded(file)).items).toEqual(expected);
  });

  test('every type has its JSON', async () => {
    expect((await decoded(fixture('types'))).items).toEqual([
      {
        ms: '2026-11-21T04:40:00.123Z',
        us: '2026-11-21T04:40:00.123Z',
        ns: '2026-11-21T04:40:00.123Z',
        local: '2026-11-21T04:40:00.123Z',
        date: '2026-11-21T00:00:00.000Z',
        time: 16_800_123_456,
        text: 'é\u0000\u{1f600}',
        bytes: 'no annotation',
        fixed: '00010203',
        dictionary: 'a',
        i8: -8,
        u32: 4_294_967_295,
        i64: -9_007_199_254_740_991,
        u64: 13_835_058_055_282_163_712,
        f32: 0.5,
        f64: -1.25e-7,
        decimal: 12.34,
        bool: true,
        nested: [[1, null], null, []],
      },
      { bool: false },
    ]);
  });

  test('half floats', async () => {
    const values = [0.5, -2, 0, 65_504, 2 ** -24, -(2 ** -14)];
    const table = new Table({ half: vectorFromArray([...values, null, Infinity, 1], new Float16()) });
    expect((await decoded(parquetOf(table))).items).toEqual([...values.map((half) => ({ half })), {}, {}, { half: 1 }]);
  });

  test('texts of any script and length, among nulls and empty ones', async () => {
    const texts = [
      '',
      'plain',
      'é',
      null,
      '\u{1f600}',
      'x'.repeat(40_000),
      'a longer text of plain ASCII',
      '漢字'.repeat(1000),
    ];
    const many = Array.from({ length: 2000 }, (_, i) => ({
      text: texts[(i >> 9) % 2 === 0 ? i % 2 : i % texts.length] ?? null,
      list: texts.slice(i % 5, (i % 5) + (i % 3)),
    }));
    const table = new Table({
      text: vectorFromArray(
        many.map(({ text }) => text),
        new Utf8(),
      ),
      list: vectorFromArray(
        many.map(({ list }) => list),
        new List(new Field('item', new Utf8(), true)),
      ),
    });
    const { items } = await decoded(parquetOf(table));
    expect(items).toEqual(many.map(({ text, list }) => (text === null ? { list } : { text, list })));
  });

  test('timestamps as INT96', async () => {
    const instant = '2026-11-21T04:40:00.123Z';
    expect((await decoded(fixture('int96'))).items).toEqual([{ us: instant, ns: instant }, {}]);
  });

  test('data pages of version 2', async () => {
    expect((await decoded(fixture('data-page-v2'))).items).toEqual([{ text: 'é\u0000\u{1f600}' }, {}]);
  });

  test('a rejected row is shown as JSON, as it was before anyone changed it', async () => {
    expect(JSON.parse((await decoded(parquetOf(rows))).texts[1321]!)).toEqual(rows[1321]);
  });

  test('a file without rows', async () => {
    expect(await decoded(parquetOf(rowsOf(1)))).toMatchObject({ items: rowsOf(1) });
  });
});
