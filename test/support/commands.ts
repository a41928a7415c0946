import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { jest } from '@jest/globals';
import type { Register } from '../../src/commands/index.ts';
import { shipped } from '../../src/content/root.ts';
import { defaultConfig } from '../../src/config/load.ts';
import { runIngest } from '../../src/ingest/run.ts';
import type { RunReport } from '../../src/ingest/totals.ts';
import { silentLogger } from '../../src/logger.ts';
import { serverUrl } from './servers.ts';

/** Runs one command in this process, as the command line would; gives what it printed. */
export async function runCommand(
  register: Register,
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => ((written[stream] += String(text)), true)),
  );
  let code = 0;
  const program = new Command().exitOverride();
  register(program, (given) => (code = given));
  try {
    await program.parseAsync(['node', 'ocsf-cloudtrail', ...args]);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return { code, ...written };
}

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program as a shell would, with no environment but `PATH` and what is given. */
export function cli(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliRun> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'] ?? '', ...environment };
    const child = spawn(process.execPath, [shipped('dist', 'cli.js'), ...args], { env });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
}

/** A folder of CloudTrail files, by name. */
export function trailFolder(files: Readonly<Record<string, readonly object[]>>): {
  path: string;
  remove: () => void;
} {
  const path = mkdtempSync(join(tmpdir(), 'trail-'));
  for (const [name, Records] of Object.entries(files)) writeFileSync(join(path, name), JSON.stringify({ Records }));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Ingests a folder under an alias, as the source `folder`. */
export async function ingestFolder(alias: string, path: string): Promise<RunReport> {
  const never = new AbortController().signal;
  return runIngest({
    opensearch: { url: serverUrl('OPENSEARCH_URL'), insecure: false },
    alias,
    sources: [{ name: 'folder', kind: 'folder', path, filters: {}, concurrency: 4, pollMs: 1000 }],
    ingest: defaultConfig().ingest,
    follow: false,
    force: false,
    logger: silentLogger,
    signals: { drain: never, abort: never },
  });
}
