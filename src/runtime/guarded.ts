import { spawn } from 'node:child_process';
import { openSync, readSync, closeSync, fstatSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * A server outlives a parent that was killed with -9, because nobody tells it. So it runs under this small shell, which
 * holds the read end of a pipe from the parent: at its end of file the parent is gone, however it went, and the
 * server is ended too, with the scratch folder after it. Arguments: log file, scratch folder or '', the command.
 */
const GUARD = `
log=$1 scratch=$2; shift 2
exec 3<&0
"$@" </dev/null 3<&- >>"$log" 2>&1 &
server=$!
echo $server
exec >/dev/null 2>&1
trap 'kill -TERM $server' TERM
(
  while read -r _; do :; done <&3
  trap '' TERM
  kill -TERM $server
  n=0
  while kill -0 $server && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
  kill -KILL $server
  [ -z "$scratch" ] || rm -rf "$scratch"
) &
watcher=$!
exec 3<&-
wait $server; code=$?
while kill -0 $server; do wait $server; code=$?; done
kill $watcher
exit $code
`;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server process that ends with this process, whatever ends it. It never keeps this process alive by itself. */
export interface Guarded {
  /** Of the server, not of its guard. */
  readonly pid: number;
  readonly exited: Promise<Exit>;
  isRunning(): boolean;
  /** SIGTERM, and SIGKILL after the grace time (default 10,000 ms). Harmless when it has already ended. */
  stop(graceMs?: number): Promise<Exit>;
  /** SIGKILL, as a crash would end it. */
  kill9(): Promise<Exit>;
}

export interface GuardedOptions {
  readonly cwd: string;
  /** Gets the server's standard output and error. */
  readonly log: string;
  /** Removed when the parent died without `stop`. */
  readonly scratch?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

export async function spawnGuarded(command: readonly string[], options: GuardedOptions): Promise<Guarded> {
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', options.log, options.scratch ?? '', ...command], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['pipe', 'pipe', 'ignore'],
    // A process group of its own: Ctrl-C in the terminal is for us, who drain first and stop the servers then.
    detached: true,
  });
  let exit: Exit | undefined;
  const exited = new Promise<Exit>((settle) => {
    child.once('error', () => settle((exit = { code: -1, signal: null })));
    child.once('exit', (code, signal) => settle((exit = { code, signal })));
  });
  const pid = await new Promise<number>((settle, fail) => {
    createInterface({ input: child.stdout }).once('line', (line) => settle(Number(line)));
    void exited.then(({ code }) => fail(new Error(`/bin/sh could not start ${command[0]} (code ${code})`)));
  });
  child.stdin.on('error', () => undefined);
  child.unref();
  (child.stdin as { unref?: () => void }).unref?.();
  const signal = (name: NodeJS.Signals): void => {
    if (exit !== undefined) return;
    try {
      process.kill(pid, name);
    } catch {
      // It ended between the check and the signal.
    }
  };
  return {
    pid,
    exited,
    isRunning: () => exit === undefined,
    async stop(graceMs = 10_000) {
      signal('SIGTERM');
      // This timer also keeps the process alive until the server has ended.
      const timer = setTimeout(() => signal('SIGKILL'), graceMs);
      try {
        return await exited;
      } finally {
        clearTimeout(timer);
      }
    },
    async kill9() {
      signal('SIGKILL');
      const timer = setInterval(() => undefined, 1000);
      try {
        return await exited;
      } finally {
        clearInterval(timer);
      }
    },
  };
}

/** The last lines of a log, for an error message; '' when there is none. */
export function tailOf(path: string, lines = 15): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const size = fstatSync(file).size;
    const buffer = Buffer.alloc(Math.min(size, 16_384));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } finally {
    closeSync(file);
  }
}
