import { opendir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { AppError, FatalError, messageOf } from '../../errors.ts';
import { FILE_BUCKET, fileEtag } from '../read/file.ts';
import type { ObjectRef, ObjectSource } from '../ports.ts';
import { lookingSource, type LookingOptions } from './looking.ts';

export interface FolderOptions extends LookingOptions {
  /** File or folder. */
  readonly path: string;
}

const PAGE = 1000;

/** A file, or the files below a folder, compared with the ledger like objects of a bucket. Hidden files and links are left out. */
export function folderSource(options: FolderOptions): ObjectSource {
  const root = resolve(options.path);
  return lookingSource(
    {
      keyOf: ({ key }) => relative(root, key).split(sep).join('/') || key,
      fault: (error) => ({ error: error instanceof AppError ? error : unreadable(root, error), retry: false }),
      async walk(offer, _pass, signal) {
        let page: ObjectRef[] = [];
        for await (const path of filesOf(root)) {
          signal.throwIfAborted();
          const ref = await refOf(path);
          if (ref !== undefined) page.push(ref);
          if (page.length < PAGE) continue;
          await offer(page);
          page = [];
        }
        if (page.length > 0) await offer(page);
      },
    },
    options,
  );
}

async function* filesOf(path: string): AsyncGenerator<string> {
  const found = await stat(path);
  if (found.isFile()) yield path;
  else if (found.isDirectory()) yield* below(path);
}

async function* below(folder: string): AsyncGenerator<string> {
  for await (const entry of await opendir(folder)) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    // Links are not followed: a folder that holds itself would never end.
    if (entry.isDirectory()) yield* below(path);
    else if (entry.isFile()) yield path;
  }
}

/** A file that is deleted while the folder is walked is no object. */
async function refOf(path: string): Promise<ObjectRef | undefined> {
  try {
    const found = await stat(path);
    return {
      bucket: FILE_BUCKET,
      key: path,
      etag: fileEtag(found),
      size: found.size,
      lastModified: found.mtime.toISOString(),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function unreadable(path: string, error: unknown): FatalError {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return new FatalError(
    missing ? 'SOURCE_NOT_FOUND' : 'SOURCE_FORBIDDEN',
    missing ? `${path} does not exist.` : `Cannot read ${path}: ${messageOf(error)}`,
    {
      cause: error,
      hint: missing ? 'Check the path.' : 'Check the rights of the folder and what is in it.',
    },
  );
}
