import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ObjectBytes } from '../ports.ts';
import { openFile } from './file.ts';

/**
 * A file, or a pipe: standard input for `-`, or what a shell makes of `<(command)`. A pipe is spooled to a temporary file,
 * because Parquet is read from its end and damaged gzip twice.
 */
export async function openInput(name: string, signal: AbortSignal): Promise<ObjectBytes> {
  if (name !== '-' && !(await isPipe(name))) return openFile(resolve(name), signal);
  const folder = await mkdtemp(join(tmpdir(), 'ocsf-cloudtrail-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'input');
    await pipeline(name === '-' ? process.stdin : createReadStream(name), createWriteStream(path), { signal });
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

async function isPipe(name: string): Promise<boolean> {
  // A file that is not there is told when it is opened.
  const found = await stat(name).catch(() => undefined);
  return found !== undefined && (found.isFIFO() || found.isCharacterDevice());
}
