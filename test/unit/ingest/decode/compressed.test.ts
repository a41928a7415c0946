import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { record } from '../../../support/records.ts';
import { decoded } from '../../../support/decoded.ts';
import { objectOf } from '../../../support/objects.ts';
import { frameHeader, skippableFrame, zstdBomb, zstdFrame } from '../../../support/zstd.ts';

const MANY = Array.from({ length: 3000 }, (_, i) => record({ eventID: `id-${i}` }));
const LINES = MANY.map((r) => `${JSON.stringify(r)}\n`).join('');
const half = LINES.indexOf('\n', LINES.length / 2) + 1;
const ids = (items: readonly unknown[]): unknown[] => items.map((r) => (r as { eventID: string }).eventID);
const IDS = ids(MANY);

describe('compressed objects', () => {
  const gz = gzipSync(LINES);
  const zst = zstdFrame(LINES);
  test.each<[string, Buffer]>([
    ['gzip', gz],
    ['gzip of several members', Buffer.concat([gzipSync(LINES.slice(0, half)), gzipSync(LINES.slice(half))])],
    ['gzip with an empty member', Buffer.concat([gzipSync(''), gz, gzipSync('')])],
    ['gzip padded with zeros', Buffer.concat([gz, Buffer.alloc(1000)])],
    ['gzip inside gzip', gzipSync(gz)],
    ['zstd', zst],
    ['zstd of several frames', Buffer.concat([zstdFrame(LINES.slice(0, half)), zstdFrame(LINES.slice(half))])],
    ['zstd with frames to skip', Buffer.concat([skippableFrame(70_000), zst, skippableFrame(3), zstdFrame('')])],
    ['zstd inside gzip', gzipSync(zst)],
    ['gzip inside zstd', zstdFrame(gz)],
  ])('%s is unpacked, whatever the chunks', async (_name, bytes) => {
    for (const chunkBytes of [997, 64 * 1024, bytes.length]) {
      const { items, format, error } = await decoded(objectOf(bytes, chunkBytes));
      expect(error).toBeUndefined();
      expect(ids(items)).toEqual(IDS);
      expect(format).toBe('cloudtrail-json');
    }
  });

  test('zstd that fills to the last byte what its decoder gives at once is whole', async () => {
    // `{"eventID": "x"}` and white space, 131,072 bytes in all, by zstd's own compressor: stored blocks do not show it.
    const frame = Buffer.from('KLUv/QBY1QAAkHsiZXZlbnRJRCI6ICJ4In0KIAEA1v9zEAY=', 'base64');
    expect(await decoded(frame)).toMatchObject({ items: [{ eventID: 'x' }] });
    expect((await decoded(frame)).error).toBeUndefined();
  });

  test.each([
    ['gzip', gzipSync('')],
    ['zstd', zstdFrame('')],
    ['gzip of white space', gzipSync(' \n')],
  ])('nothing inside %s is an empty object', async (_name, bytes) => {
    expect(await decoded(bytes)).toEqual({ items: [], texts: [], format: 'empty' });
  });
});

describe('damaged compression gives what comes before, then an error', () => {
  const small = gzipSync(LINES.slice(0, LINES.indexOf('\n', LINES.length / 300) + 1));
  const gz = gzipSync(LINES, { level: 1 });
  const zst = zstdFrame(LINES);
  const flipped = (bytes: Buffer, at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at]! ^= 0xff;
    return copy;
  };
  test.each<[string, Buffer, number]>([
    ['a gzip that ends early', gz.subarray(0, gz.length * 0.8), 1500],
    ['a gzip without its last byte', gz.subarray(0, -1), 3000],
    ['a gzip with junk behind it', Buffer.concat([gz, Buffer.from('junk')]), 3000],
    ['a gzip with a member behind zeros', Buffer.concat([gz, Buffer.alloc(9), gz]), 3000],
    ['a gzip with a member behind zeros, all in one write', Buffer.concat([small, Buffer.alloc(9), small]), 10],
    ['a gzip with a wrong checksum', flipped(gz, gz.length - 6), 3000],
    ['a second member that is damaged', Buffer.concat([gz, flipped(gz, 2)]), 3000],
    ['a zstd that ends early', zst.subarray(0, zst.length * 0.8), 1500],
    ['a zstd with junk behind it', Buffer.concat([zst, Buffer.from('junk and more junk')]), 3000],
    ['a zstd with a bad block', Buffer.concat([zstdFrame(LINES), frameHeader(), Buffer.of(7, 0xff, 0xff)]), 3000],
  ])('%s', async (_name, bytes, atLeast) => {
    const { items, error } = await decoded(objectOf(bytes, 10_000));
    expect(error).toMatchObject({ code: 'OBJECT_CORRUPT', permanent: true });
    expect(items.length).toBeGreaterThanOrEqual(atLeast);
    expect(IDS.slice(0, items.length - 1)).toEqual(ids(items.slice(0, -1)));
  });

  test('a gzip damaged in the middle', async () => {
    const { items, error } = await decoded(objectOf(flipped(gz, Math.trunc(gz.length / 2)), 10_000));
    expect(error).toMatchObject({ code: 'OBJECT_CORRUPT' });
    // A flipped bit can still unpack, to something else.
    expect(ids(items.slice(0, 1000))).toEqual(IDS.slice(0, 1000));
  });

  test('a header alone', async () => {
    for (const bytes of [gz.subarray(0, 10), gz.subarray(0, 3), zst.subarray(0, 5), frameHeader(27)])
      expect((await decoded(bytes)).error).toMatchObject({ code: 'OBJECT_CORRUPT' });
  });

  test('a zstd window that no log needs is refused before memory is taken for it', async () => {
    const { error } = await decoded(Buffer.concat([frameHeader(31), zstdFrame('{}').subarray(6)]));
    expect(error).toMatchObject({ code: 'OBJECT_CORRUPT' });
  });

  test('a decoder that met damage still reads the next object', async () => {
    for (let i = 0; i < 20; i += 1) {
      expect((await decoded(zst.subarray(0, 5000))).error).toBeDefined();
      expect((await decoded(zstdFrame('{"eventID":"x"}'))).items).toEqual([{ eventID: 'x' }]);
    }
  });
});

describe('archives that expand beyond reason', () => {
  test('a small object of compressed white space ends in an error, not in hours', async () => {
    const { items, error } = await decoded(zstdBomb(0x20, 8_000));
    expect(items).toEqual([]);
    expect(error).toMatchObject({ code: 'OBJECT_CORRUPT', permanent: true });
    expect(error?.message).toContain('expands more than');
  });

  test('gzip over gzip over gzip is enough', async () => {
    let bytes = Buffer.from('{"eventID":"x"}');
    for (let i = 0; i < 3; i += 1) bytes = gzipSync(bytes);
    expect((await decoded(bytes)).items).toEqual([{ eventID: 'x' }]);
    expect((await decoded(gzipSync(bytes))).error?.message).toContain('compressed more than 3 times');
  });

  test('a thousandfold gzip of one event is its events', async () => {
    const { items } = await decoded(gzipSync('{"eventID":"x"}\n'.repeat(200_000)));
    expect(items).toHaveLength(200_000);
  });
});
