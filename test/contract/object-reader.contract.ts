import { expect, test } from '@jest/globals';
import { ObjectError } from '../../src/errors.ts';
import type { ObjectReader, ObjectRef } from '../../src/ingest/ports.ts';

export interface ReaderWorld {
  readonly reader: ObjectReader;
  /** Puts or replaces an object. */
  readonly put: (name: string, body: Uint8Array) => Promise<ObjectRef>;
  readonly remove: (ref: ObjectRef) => Promise<void>;
}

const MIB = 1024 * 1024;
const signal = new AbortController().signal;

/** Bytes that differ at every place, so that a piece at the wrong place is seen. */
export function pattern(length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4)).map((_, index) => Math.imul(index, 2_654_435_761));
  return new Uint8Array(words.buffer, 0, length);
}

export async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

/** What every reader promises. */
export function objectReaderContract(make: () => Promise<ReaderWorld>): void {
  test.each([1, 70_000, 5 * MIB + 7])('gives all of %d bytes, with size and etag', async (length) => {
    const { reader, put } = await make();
    const body = pattern(length);
    const ref = await put('whole.bin', body);
    const object = await reader.open(ref, signal);
    expect(object.size).toBe(length);
    expect(object.etag).toBe(ref.etag);
    expect(Buffer.compare(await readAll(object.chunks()), body)).toBe(0);
    await object.close();
  });

  test('an empty object has no chunks', async () => {
    const { reader, put } = await make();
    const object = await reader.open(await put('empty.bin', new Uint8Array()), signal);
    expect(object.size).toBe(0);
    expect(await readAll(object.chunks())).toHaveLength(0);
    expect(await object.range(0, 0)).toHaveLength(0);
    await object.close();
  });

  test.each(['a b', 'a+b', 'a%2Bb', 'region=x', 'grüße-日本', "quote'd&co"])(
    'finds the object of the name %s',
    async (name) => {
      const { reader, put } = await make();
      const object = await reader.open(await put(name, pattern(10)), signal);
      expect(await readAll(object.chunks())).toEqual(Buffer.from(pattern(10)));
      await object.close();
    },
  );

  test.each([100_000, 5 * MIB])('ranges of %d bytes are exact, in any order, also at once', async (length) => {
    const { reader, put } = await make();
    const body = pattern(length);
    const object = await reader.open(await put('ranges.bin', body), signal);
    const ranges = [
      [length - 8, length],
      [0, 4],
      [50_000, 90_001],
      [length, length],
    ] as const;
    const parts = await Promise.all(ranges.map(([start, end]) => object.range(start, end)));
    ranges.forEach(([start, end], index) => expect(Buffer.compare(parts[index]!, body.subarray(start, end))).toBe(0));
    await object.close();
  });

  test('a range beyond the object is damage: only wrong offsets in it lead there', async () => {
    const { reader, put } = await make();
    const object = await reader.open(await put('short.bin', pattern(10)), signal);
    for (const [start, end] of [
      [5, 11],
      [-1, 4],
      [6, 5],
      [11, 12],
    ] as const)
      await expect(object.range(start, end)).rejects.toMatchObject({ code: 'OBJECT_CORRUPT', permanent: true });
    await object.close();
  });

  test('after the first chunk, ranges can be read instead of the rest', async () => {
    const { reader, put } = await make();
    const body = pattern(5 * MIB);
    const object = await reader.open(await put('sniffed.bin', body), signal);
    for await (const chunk of object.chunks()) {
      expect(Buffer.compare(chunk, body.subarray(0, chunk.length))).toBe(0);
      break;
    }
    expect(Buffer.compare(await object.range(body.length - 100, body.length), body.subarray(-100))).toBe(0);
    await object.close();
  });

  test('chunks and ranges have buffers of their own, which may be transferred', async () => {
    const { reader, put } = await make();
    const object = await reader.open(await put('transfer.bin', pattern(1000)), signal);
    const chunks: Uint8Array[] = [];
    for await (const chunk of object.chunks()) chunks.push(chunk);
    const range = await object.range(0, 10);
    for (const bytes of [...chunks, range]) structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] });
    expect(range).toHaveLength(0);
    expect(Buffer.from(await object.range(0, 1000))).toEqual(Buffer.from(pattern(1000)));
    await object.close();
  });

  test('an object deleted before it is read is gone', async () => {
    const { reader, put, remove } = await make();
    const ref = await put('gone.bin', pattern(10));
    await remove(ref);
    const error = await reader.open(ref, signal).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ObjectError);
    expect(error).toMatchObject({ code: 'OBJECT_GONE' });
  });

  test('an object replaced since it was listed is read as it is now', async () => {
    const { reader, put } = await make();
    const ref = await put('replaced.bin', pattern(10));
    const newer = await put('replaced.bin', pattern(20));
    const object = await reader.open(ref, signal);
    expect(object.etag).toBe(newer.etag);
    expect(await readAll(object.chunks())).toHaveLength(20);
    await object.close();
  });

  test('an object replaced while it is read does not give bytes of two versions', async () => {
    const { reader, put } = await make();
    const body = pattern(5 * MIB);
    const object = await reader.open(await put('changed.bin', body), signal);
    await put(
      'changed.bin',
      body.map((byte) => byte ^ 255),
    );
    // A file that was replaced can still be read by who has opened it; an object of S3 cannot.
    const range: unknown = await object.range(0, 10).catch((error: unknown) => error);
    if (range instanceof Uint8Array) expect(range).toEqual(body.slice(0, 10));
    else expect(range).toMatchObject({ code: 'OBJECT_CHANGED' });
    await object.close();
  });

  test('an aborted read ends with the reason', async () => {
    const { reader, put } = await make();
    const ref = await put('aborted.bin', pattern(5 * MIB));
    const abort = new AbortController();
    const object = await reader.open(ref, abort.signal);
    abort.abort(new Error('enough'));
    await expect(readAll(object.chunks())).rejects.toThrow('enough');
    await object.close();
    await expect(reader.open(ref, abort.signal)).rejects.toThrow('enough');
  });

  test('an object that nobody read can be closed, twice too', async () => {
    const { reader, put } = await make();
    const object = await reader.open(await put('unread.bin', pattern(5 * MIB)), signal);
    await object.close();
    await object.close();
  });
}
