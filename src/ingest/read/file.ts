import { open, type FileHandle } from 'node:fs/promises';
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
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw asObjectError(path, error);
  }
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new ObjectError('OBJECT_READ', `${path} is not a file.`, { permanent: true });
  }
  const read = async (position: number, length: number): Promise<Buffer> => {
    signal.throwIfAborted();
    const buffer = Buffer.allocUnsafeSlow(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
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

function asObjectError(path: string, error: unknown): ObjectError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new ObjectError('OBJECT_GONE', `${path} does not exist.`, { permanent: true });
  return new ObjectError('OBJECT_READ', `${path} cannot be read: ${messageOf(error)}`, {
    permanent: code !== 'EMFILE' && code !== 'ENFILE',
    cause: error,
  });
}
