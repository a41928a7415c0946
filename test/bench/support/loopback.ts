import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { cpuSeconds } from './usage.ts';

/** A small server in a process of its own. */
export interface Loopback {
  readonly url: string;
  cpuSeconds(): number;
  /** What it has counted since it was asked last. */
  counts(): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
}

/** Starts one of the programs beside this file that print their URL and end with their standard input. */
export async function startLoopback(program: string, args: readonly string[] = []): Promise<Loopback> {
  const script = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
    void ended.then(() => reject(new Error(`${program} ended`)));
  });
  return {
    url,
    cpuSeconds: () => cpuSeconds(child.pid!),
    counts: async () => (await (await fetch(`${url}/counts`)).json()) as Record<string, number>,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
