import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../config/precedence.ts';

/** The machine's cache of servers and tools, shared between clones. Absolute path. */
export function cacheDir(env: Environment = process.env): string {
  const own = env['OCSF_CLOUDTRAIL_CACHE'];
  if (own !== undefined && own !== '') return resolve(own);
  const xdg = env['XDG_CACHE_HOME'];
  return join(xdg === undefined || xdg === '' ? join(homedir(), '.cache') : resolve(xdg), 'ocsf-cloudtrail');
}

export interface CachedOptions {
  /** Whether a finished entry is still usable; one that is not is made again. Default: always. */
  readonly valid?: (dir: string) => boolean;
  readonly signal?: AbortSignal | undefined;
  /** Folder of the entries. Default `cacheDir()`. */
  readonly root?: string;
  /** A lock that its holder has not touched for this long belongs to a dead process. Default 20,000 ms. */
  readonly staleMs?: number;
}

/**
 * The folder of a cache entry; `make` fills it where it is missing. `make` works in a folder of its own, which is renamed
 * when it is whole: half a download never counts, not even after kill -9. The lock only saves work (one process downloads,
 * the others wait); the rename is what makes it safe.
 */
export async function cached(
  name: string,
  make: (dir: string) => Promise<void>,
  options: CachedOptions = {},
): Promise<string> {
  const target = join(options.root ?? cacheDir(), name);
  const usable = async (): Promise<boolean> => (await exists(target)) && (options.valid?.(target) ?? true);
  if (await usable()) return target;
  await mkdir(dirname(target), { recursive: true });
  const unlock = await lock(`${target}.lock`, options.staleMs ?? 20_000, usable, options.signal);
  if (unlock === undefined) return target;
  try {
    if (await usable()) return target;
    await removeLeftovers(target);
    const partial = `${target}.partial-${randomBytes(6).toString('hex')}`;
    await mkdir(partial);
    try {
      await make(partial);
      // Another process finished the same entry in between (our lock had gone stale): theirs may be in use already.
      if (await usable()) return target;
      await rm(target, { recursive: true, force: true });
      await rename(partial, target);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    return target;
  } finally {
    await unlock();
  }
}

/** Takes the lock and gives the function that frees it; undefined when the entry became usable while waiting. */
async function lock(
  path: string,
  staleMs: number,
  done: () => Promise<boolean>,
  signal: AbortSignal | undefined,
): Promise<(() => Promise<void>) | undefined> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      const file = await open(path, 'wx');
      await file.close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await done()) return undefined;
    if ((await age(path)) > staleMs) await rm(path, { force: true });
    else await sleep(200, undefined, signal === undefined ? {} : { signal });
  }
  const touch = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, staleMs / 4);
  touch.unref();
  return async () => {
    clearInterval(touch);
    await rm(path, { force: true });
  };
}

/** What makers of this entry that died have left behind: after an hour none can still be at work on it. */
async function removeLeftovers(target: string): Promise<void> {
  const prefix = `${basename(target)}.partial-`;
  for (const entry of await readdir(dirname(target))) {
    const path = join(dirname(target), entry);
    if (entry.startsWith(prefix) && (await age(path)) > 3_600_000) await rm(path, { recursive: true, force: true });
  }
}

/** Milliseconds since the last change; 0 when it is gone. */
async function age(path: string): Promise<number> {
  return stat(path).then(
    (s) => Date.now() - s.mtimeMs,
    () => 0,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
