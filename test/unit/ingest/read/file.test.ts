import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { fileReader, openFile } from '../../../../src/ingest/read/file.ts';

const dir = mkdtempSync(join(tmpdir(), 'read-file-'));
afterAll(() => rmSync(dir, { recursive: true }));
const { signal } = new AbortController();

function fileOf(name: string, content: Buffer): string {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}

const CONTENT = Buffer.from(Array.from({ length: 700_000 }, (_, i) => i % 251));

test('a file is read in chunks and in ranges', async () => {
  const object = await fileReader().open({ bucket: 'file://host', key: fileOf('a b=%', CONTENT) }, signal);
  const chunks = [];
  for await (const chunk of object.chunks()) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(CONTENT)).toBe(true);
  expect(chunks.length).toBeGreaterThan(1);
  expect(await object.range(699_990, 700_000)).toEqual(CONTENT.subarray(699_990));
  expect(object).toMatchObject({ size: 700_000, etag: expect.stringMatching(/^700000-\d+$/) });
  await object.close();
});

test('a file that was written again has another ETag', async () => {
  const path = fileOf('again', CONTENT);
  const first = await openFile(path, signal);
  await first.close();
  appendFileSync(path, 'x');
  const second = await openFile(path, signal);
  expect(second.etag).not.toBe(first.etag);
  await second.close();
});

test('a file that becomes shorter while it is read is a fault that may pass', async () => {
  const path = fileOf('shrinks', CONTENT);
  const object = await openFile(path, signal);
  truncateSync(path, 300_000);
  const read = async (): Promise<void> => {
    for await (const chunk of object.chunks()) expect(chunk.length).toBeGreaterThan(0);
  };
  await expect(read()).rejects.toMatchObject({ code: 'OBJECT_CHANGED', permanent: false });
  await object.close();
});

test('what cannot be read is a fault of that object only', async () => {
  await expect(openFile(join(dir, 'none'), signal)).rejects.toMatchObject({ code: 'OBJECT_GONE', permanent: true });
  await expect(openFile(dir, signal)).rejects.toMatchObject({ name: 'ObjectError', code: 'OBJECT_READ' });
});

test('what cannot be opened for now may be another time', async () => {
  const path = join(fileOf('no-folder', CONTENT), 'below');
  await expect(openFile(path, signal)).rejects.toMatchObject({ code: 'OBJECT_READ', permanent: false });
});

test.each(['stat', 'read'] as const)('a disk that fails at %s is a fault of that file that may pass', async (call) => {
  const path = fileOf('failing', CONTENT);
  const handle = await open(path);
  const everyHandle = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const failing = jest
    .spyOn(everyHandle, call)
    .mockRejectedValue(Object.assign(new Error(`EIO: i/o error, ${call}`), { code: 'EIO' }));
  const readFirst = async (): Promise<void> => {
    const object = await openFile(path, signal);
    try {
      await object.range(0, 1);
    } finally {
      await object.close();
    }
  };
  await expect(readFirst()).rejects.toMatchObject({
    name: 'ObjectError',
    code: 'OBJECT_READ',
    message: expect.stringMatching(/failing cannot be read: EIO/),
    permanent: false,
  });
  const [failed] = failing.mock.contexts;
  failing.mockRestore();
  // It has none any more: it was closed.
  expect(failed).toMatchObject({ fd: -1 });
});
