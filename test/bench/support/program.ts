import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shipped } from '../../../src/content/root.ts';
import type { RunReport } from '../../../src/ingest/totals.ts';

/** What a program that has ended was and said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly seconds: number;
  /** Of all its threads, from start to end. */
  readonly cpuSeconds: number;
  /** Highest resident set. */
  readonly peakRssMb: number;
}

const PRELOAD = fileURLToPath(new URL('usage-at-exit.mjs', import.meta.url));

/** Runs a JavaScript file to its end and says what it took. `env` is added to the environment. */
export async function runNode(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const usage = join(tmpdir(), `bench-usage-${randomUUID()}`);
  const started = performance.now();
  const flags = (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter(Boolean);
  const child = spawn(process.execPath, [...flags, '--import', PRELOAD, script, ...args], {
    env: { ...process.env, ...env, BENCH_USAGE: usage },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${script} ${args.join(' ')} ended with code ${code}:\n${stderr}`);
  const { cpuSeconds, peakRssMb } = JSON.parse(readFileSync(usage, 'utf8')) as Pick<Ended, 'cpuSeconds' | 'peakRssMb'>;
  rmSync(usage);
  return { code, stdout, seconds, cpuSeconds, peakRssMb };
}

/** Runs the built `ocsf-cloudtrail` with a command. */
export async function runProgram(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runNode(shipped('dist', 'cli.js'), args, env);
}

/** Runs `ingest` on a source, and gives its report too. */
export async function runIngestProgram(
  source: string,
  { opensearch, alias, args = [] }: { opensearch: string; alias: string; args?: readonly string[] },
  env: Readonly<Record<string, string>> = {},
): Promise<Ended & { report: RunReport }> {
  const command = ['ingest', source, '--opensearch-url', opensearch, '--alias', alias, '--json', ...args];
  const ended = await runProgram(command, env);
  return { ...ended, report: JSON.parse(ended.stdout) as RunReport };
}
