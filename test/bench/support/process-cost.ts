import { assertCount } from '../scenario.ts';
import type { Loopback } from './loopback.ts';
import { runIngestProgram } from './program.ts';

/** Of the measured program. */
export const THREADS = 2;

/** What the ingester itself takes for a source of so many events, into a cluster that only counts. */
export async function processCost(
  source: string,
  events: number,
  { cluster, env }: { cluster: Loopback; env: Readonly<Record<string, string>> },
) {
  // It counts from zero after it was asked.
  await cluster.counts();
  const options = { opensearch: cluster.url, alias: 'bench', args: ['--threads', String(THREADS)] };
  const run = await runIngestProgram(source, options, env);
  assertCount(`${source}: documents`, (await cluster.counts())['documents'] ?? 0, events);
  assertCount(`${source}: events indexed`, run.report.events.indexed, events);
  return {
    'CPU s a million': (run.cpuSeconds / events) * 1e6,
    'peak RSS MB': run.peakRssMb,
    'events/s': events / run.report.seconds,
  };
}
