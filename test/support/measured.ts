import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shipped } from '../../src/content/root.ts';
import type { RunReport } from '../../src/ingest/totals.ts';

const PRELOAD = fileURLToPath(new URL('../bench/support/usage-at-exit.mjs', import.meta.url));

export interface Measured {
  readonly code: number;
  readonly report: RunReport;
  readonly stderr: string;
  readonly seconds: number;
  /** Highest resident set of the process with all its threads, in MB. */
  readonly peakRssMb: number;
}

/** Runs the built program's `ingest` to its end, whatever that is, with so much heap for its main thread. */
export async function measuredIngest(args: readonly string[], heapMb: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'measured-'));
  const usage = join(folder, 'usage.json');
  const started = performance.now();
  const command = [
    `--max-old-space-size=${heapMb}`,
    '--import',
    PRELOAD,
    shipped('dist', 'cli.js'),
    'ingest',
    '--json',
  ];
  const env = { ...process.env, BENCH_USAGE: usage };
  try {
    const { code, stdout, stderr } = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) =>
      execFile(process.execPath, [...command, ...args], { env, maxBuffer: 2 ** 28 }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      ),
    );
    if (stdout === '') throw new Error(`ingest ended with ${code}:\n${stderr.slice(-4000)}`);
    const { peakRssMb } = JSON.parse(readFileSync(usage, 'utf8')) as { peakRssMb: number };
    const seconds = (performance.now() - started) / 1000;
    return { code, report: JSON.parse(stdout) as RunReport, stderr, seconds, peakRssMb };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
