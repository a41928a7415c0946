import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ObjectBytes } from '../ports.ts';
import { openFile } from './file.ts';

/** A file, or standard input for `-`: spooled to a temporary file, because Parquet is read from its end. */
export async function openInput(name: string, signal: AbortSignal): Promise<ObjectBytes> {
  if (name !== '-') return openFile(name, signal);
  const folder = await mkdtemp(join(tmpdir(), 'ocsf-cloudtrail-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'stdin');
    await pipeline(process.stdin, createWriteStream(path), { signal });
    const object = await openFile(path, signal);
    return {
      ...object,
      close: async () => {
        await object.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
