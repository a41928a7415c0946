import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { ObjectError, messageOf } from '../../errors.ts';
import type { ObjectBytes, ObjectReader, ObjectRef } from '../ports.ts';
import { assertWithin } from './range.ts';

const CHUNK_BYTES = 256 * 1024;

/** The "bucket" of local files: two machines' equal paths are different objects in the ledger. */
export const FILE_BUCKET = `file://${hostname()}`;

/** ETag of a local file: it changes when the file is written again. */
export function fileEtag(stat: { size: number; mtimeMs: number }): string {
  return `${stat.size}-${Math.trunc(stat.mtimeMs)}`;
}

/** Reads local files; the key is the absolute path. */
export function fileReader(): ObjectReader {
  return { open: (ref: ObjectRef, signal: AbortSignal) => openFile(ref.key, signal) };
}

export async function openFile(path: string, signal: AbortSignal): Promise<ObjectBytes> {
  signal.throwIfAborted();
  const handle = await readable(path, open(path, 'r'));
  const stat = await readable(path, handle.stat()).catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  if (!stat.isFile()) {
    await handle.close();
    throw new ObjectError('OBJECT_READ', `${path} is not a file.`, { permanent: true });
  }
  const read = async (position: number, length: number): Promise<Buffer> => {
    signal.throwIfAborted();
    const buffer = Buffer.allocUnsafeSlow(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await readable(path, handle.read(buffer, filled, length - filled, position + filled));
      if (bytesRead === 0)
        throw new ObjectError('OBJECT_CHANGED', `${path} became shorter while it was read.`, { permanent: false });
      filled += bytesRead;
    }
    return buffer;
  };
  return {
    etag: fileEtag(stat),
    size: stat.size,
    // A file that grows is read to the size it had: what comes later makes a new ETag.
    async *chunks() {
      for (let at = 0; at < stat.size; at += CHUNK_BYTES) yield await read(at, Math.min(CHUNK_BYTES, stat.size - at));
    },
    async range(start, end) {
      assertWithin(start, end, stat.size);
      return await read(start, end - start);
    },
    close: () => handle.close(),
  };
}

/** What the file system refuses is a fault of that file only, and may pass: permissions, disks and mounts are put right. */
async function readable<T>(path: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new ObjectError('OBJECT_GONE', `${path} does not exist.`, { permanent: true });
    throw new ObjectError('OBJECT_READ', `${path} cannot be read: ${messageOf(error)}`, {
      permanent: false,
      cause: error,
    });
  }
}
