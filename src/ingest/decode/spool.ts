import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ObjectError, messageOf } from '../../errors.ts';
import type { Ranges } from './parquet/parquet.ts';

/** Bytes that are kept in memory rather than in a file. */
const MEMORY_BYTES = 4 * 1024 * 1024;
const MAX_BYTES = 4 * 1024 ** 3;

/**
 * A stream whose parts can be read in any order: in memory while it is small, in a temporary file when it grows.
 * The file has no name from the start, so that nothing is left behind, however the process ends.
 */
export async function spool(chunks: AsyncIterable<Uint8Array>): Promise<Ranges & { close(): Promise<void> }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let file: FileHandle | undefined;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > MAX_BYTES)
        throw new ObjectError('OBJECT_CORRUPT', `The object unpacks to more than ${MAX_BYTES} bytes of Parquet.`, {
          permanent: true,
        });
      parts.push(chunk);
      if (size <= MEMORY_BYTES) continue;
      file ??= await nameless();
      await file.writev(parts.splice(0));
    }
  } catch (error) {
    await file?.close();
    throw error;
  }
  if (file === undefined) {
    const whole = Buffer.concat(parts);
    return { size, range: async (start, end) => whole.subarray(start, end), close: async () => undefined };
  }
  const spooled = file;
  return {
    size,
    async range(start, end) {
      const buffer = Buffer.allocUnsafeSlow(end - start);
      await spooled.read(buffer, 0, buffer.length, start);
      return buffer;
    },
    close: () => spooled.close(),
  };
}

async function nameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `ocsf-cloudtrail-${randomUUID()}`);
  try {
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return file;
  } catch (error) {
    throw new ObjectError('OBJECT_READ', `No temporary file can be made in ${tmpdir()}: ${messageOf(error)}`, {
      permanent: false,
      cause: error,
    });
  }
}
