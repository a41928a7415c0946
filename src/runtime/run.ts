import { spawn } from 'node:child_process';

export interface RunResult {
  /** Exit code; -1 when the program could not be started or a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  /** Standard output and error together, the last 20,000 characters. */
  readonly output: string;
}

/** Runs a program to its end without a shell and without standard input. Never throws, except when the signal aborts. */
export async function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; signal?: AbortSignal | undefined; timeoutMs?: number } = {},
): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  let stdout = '';
  let output = '';
  const keep = (chunk: string): void => void (output = (output + chunk).slice(-20_000));
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    keep(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', keep);
  const code = await new Promise<number>((settle) => {
    child.once('error', (error) => {
      keep(error.message);
      settle(-1);
    });
    child.once('close', (exitCode) => settle(exitCode ?? -1));
  });
  options.signal?.throwIfAborted();
  return { code, stdout, output };
}
