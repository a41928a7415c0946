import { readFileSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { Environment } from '../config/precedence.ts';

export const DEFAULT_WORKSPACE = 'default';

/** The user's workspaces: data that is kept, so not in the cache. Absolute path. */
export function workspacesDir(env: Environment = process.env): string {
  const own = env['OCSF_CLOUDTRAIL_DATA'];
  if (own !== undefined && own !== '') return join(resolve(own), 'workspaces');
  const xdg = env['XDG_DATA_HOME'];
  const base = xdg === undefined || xdg === '' ? join(homedir(), '.local', 'share') : resolve(xdg);
  return join(base, 'ocsf-cloudtrail', 'workspaces');
}

/** A workspace that this process holds. Nobody else can open or delete it until `release`. */
export interface Workspace {
  readonly name: string;
  readonly dir: string;
  /** Of the embedded node. */
  readonly dataDir: string;
  /** Notes the server that works on it, so that a later process waits for its end should this one die. */
  readonly serving: (pid: number) => Promise<void>;
  readonly release: () => Promise<void>;
}

export interface WorkspaceInfo {
  readonly name: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly usedAt: string;
  /** The process that holds it. */
  readonly inUseBy?: number;
}

/** Who holds a workspace: a process of this machine, and the server it started. */
interface Holder {
  readonly process: Mark;
  readonly server?: Mark;
}

/** A process and what tells it from a later one of the same number. */
interface Mark {
  readonly host: string;
  readonly pid: number;
  readonly started: string;
}

const HOLDER = 'holder.json';
/** What a node may take to end after its parent died. */
const SERVER_END_MS = 30_000;

function checkWorkspaceName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) return name;
  throw new AppError('USAGE', `"${name}" cannot name a workspace.`, {
    hint: 'Lower-case letters, digits, ".", "_" and "-", at most 64, the first a letter or digit.',
  });
}

export async function workspaceExists(name: string, root: string = workspacesDir()): Promise<boolean> {
  return exists(join(root, checkWorkspaceName(name)));
}

/** Takes hold of a workspace, and makes it where there is none. Throws USAGE when another process has it. */
export async function openWorkspace(
  name: string,
  options: { root?: string; signal?: AbortSignal | undefined } = {},
): Promise<Workspace> {
  const dir = join(options.root ?? workspacesDir(), checkWorkspaceName(name));
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const holder = join(dir, HOLDER);
  await hold(name, dir, options.signal);
  const me = markOf(process.pid);
  return {
    name,
    dir,
    dataDir: join(dir, 'data'),
    serving: (pid) => replace(holder, { process: me, server: markOf(pid) }),
    release: async () => {
      const mine = (await readHolder(holder))?.process;
      if (mine?.pid === me.pid && mine.started === me.started && mine.host === me.host)
        await rm(holder, { force: true });
    },
  };
}

/** All workspaces, by name. */
export async function listWorkspaces(root: string = workspacesDir()): Promise<WorkspaceInfo[]> {
  const names = (await readdir(root).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
  return Promise.all(
    names.map(async (name) => {
      const dir = join(root, name);
      const holder = await readHolder(join(dir, HOLDER));
      return {
        name,
        bytes: await sizeOf(dir),
        usedAt: (await stat(dir)).mtime.toISOString(),
        ...(holder !== undefined && isAlive(holder.process) ? { inUseBy: holder.process.pid } : {}),
      };
    }),
  );
}

/** Deletes a workspace with all its events. Throws USAGE when it is in use or is not there. */
export async function deleteWorkspace(name: string, root: string = workspacesDir()): Promise<void> {
  const dir = join(root, checkWorkspaceName(name));
  if (!(await exists(dir)))
    throw new AppError('USAGE', `There is no workspace "${name}".`, { hint: 'explore --workspaces lists them.' });
  await hold(name, dir, undefined);
  await rm(dir, { recursive: true, force: true });
}

/**
 * Writes the holder's file, which only one process can create. A dead holder's file is moved away first; should two
 * processes do that at the same moment, the lock of the node's own data folder still lets only one of them in.
 */
async function hold(name: string, dir: string, signal: AbortSignal | undefined): Promise<void> {
  const path = join(dir, HOLDER);
  const me: Holder = { process: markOf(process.pid) };
  for (;;) {
    try {
      await writeFile(path, JSON.stringify(me), { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readHolder(path);
    if (holder !== undefined && isAlive(holder.process)) throw inUse(name, holder.process, path);
    if (holder?.server !== undefined) await ended(holder.server, signal);
    // Others may have waited for the same server: who came first has it now.
    if (JSON.stringify(await readHolder(path)) === JSON.stringify(holder)) await rm(path, { force: true });
  }
}

function inUse(name: string, { host, pid }: Mark, path: string): AppError {
  const here = host === hostname();
  return new AppError('USAGE', `The workspace "${name}" is in use by process ${pid}${here ? '' : ` of ${host}`}.`, {
    hint: `Use the page that it serves, end it, or give another --workspace.${here ? '' : ` If it is gone, remove ${path}.`}`,
  });
}

/** A server that outlived its parent is ended by its guard: this waits for that. */
async function ended(server: Mark, signal: AbortSignal | undefined): Promise<void> {
  for (const limit = Date.now() + SERVER_END_MS; isAlive(server) && Date.now() < limit;) {
    signal?.throwIfAborted();
    await sleep(100);
  }
}

/** Undefined when there is none, or it was cut off in the middle of its writing. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

async function replace(path: string, holder: Holder): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(holder), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function markOf(pid: number): Mark {
  return { host: hostname(), pid, started: startOf(pid) };
}

/** A process of another host cannot be looked at: then it counts as alive. */
function isAlive({ host, pid, started }: Mark): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startOf(pid) === started;
}

/** When a process began, in ticks since boot, where the system tells (Linux); '' elsewhere, and for one that ended. */
function startOf(pid: number): string {
  try {
    // The name in brackets may hold spaces and brackets.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

async function sizeOf(dir: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []))
    // A running node may take a file away meanwhile.
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  return bytes;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
