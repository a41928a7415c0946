import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { FatalError, messageOf } from '../../errors.ts';
import type { ObjectRef, ObjectSource } from '../ports.ts';
import { FILE_BUCKET, fileEtag } from '../read/file.ts';
import { lookingSource, type LookingOptions } from './looking.ts';

export interface FolderOptions extends LookingOptions {
  /** A file, or a folder that is walked through. */
  readonly path: string;
}

const PAGE = 1000;

/** Files of a folder and all folders in it, in the order of their names; or one file, whatever it is called. */
export function folderSource(options: FolderOptions): ObjectSource {
  const { name, logger } = options;
  const top = resolve(options.path);
  const skipUnreadable = (path: string, error: unknown): void =>
    logger.warn({ source: name, path, err: messageOf(error) }, 'left out: it cannot be read');

  return lookingSource(
    {
      // One file that is named is read, hidden or not; in a folder, its name says what it is.
      keyOf: ({ key }) => (key === top ? 'file' : relative(top, key).replaceAll('\\', '/')),
      fault: (error) => ({ error, retry: false }),
      async walk(offer, _pass, signal) {
        const first = await stat(top).catch((cause: unknown) => {
          throw new FatalError('SOURCE_NOT_FOUND', `${top} cannot be read: ${messageOf(cause)}.`, {
            cause,
            hint: 'Give an existing file or folder, s3://bucket/prefix, or a queue.',
          });
        });
        if (first.isFile()) {
          await offer([toRef(top, first)]);
          return;
        }
        if (!first.isDirectory())
          throw new FatalError('SOURCE_NOT_FOUND', `${top} is neither a file nor a folder.`, {
            hint: 'What comes through a pipe can be mapped with the command map.',
          });
        let page: ObjectRef[] = [];
        for await (const ref of filesOf(top, first, skipUnreadable)) {
          signal.throwIfAborted();
          page.push(ref);
          if (page.length < PAGE) continue;
          await offer(page);
          page = [];
        }
        await offer(page);
      },
    },
    options,
  );
}

/** Depth first, sorted. A folder is entered once, so links cannot lead in circles. */
async function* filesOf(
  top: string,
  stats: Stats,
  skip: (path: string, error: unknown) => void,
): AsyncGenerator<ObjectRef> {
  const entered = new Set<string>([idOf(stats)]);
  const stack = [top];
  for (let folder = stack.pop(); folder !== undefined; folder = stack.pop()) {
    const names = await readdir(folder).catch((error: unknown) => {
      skip(folder, error);
      return [];
    });
    const folders: string[] = [];
    for (const name of names.sort()) {
      const path = join(folder, name);
      try {
        // Follows links.
        const found = await stat(path);
        if (found.isFile()) yield toRef(path, found);
        else if (found.isDirectory() && !basename(path).startsWith('.') && !entered.has(idOf(found))) {
          entered.add(idOf(found));
          folders.push(path);
        }
      } catch (error) {
        skip(path, error);
      }
    }
    stack.push(...folders.reverse());
  }
}

function idOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

function toRef(path: string, stats: Stats): ObjectRef {
  return {
    bucket: FILE_BUCKET,
    key: path,
    etag: fileEtag(stats),
    size: stats.size,
    lastModified: stats.mtime.toISOString(),
  };
}
