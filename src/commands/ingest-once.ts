import { defaultConfig } from '../config/load.ts';
import { runIngest, type RunOptions } from '../ingest/run.ts';
import type { ObjectSource } from '../ingest/ports.ts';
import type { RunReport } from '../ingest/totals.ts';
import { createProgress } from '../progress.ts';

/** Ingests what there is now with the default settings, and shows how far it is: for commands that do more than that. */
export async function ingestOnce(
  options: Pick<RunOptions, 'opensearch' | 'alias' | 'sources' | 'logger' | 'signals'> & Partial<RunOptions>,
): Promise<RunReport> {
  let opened: readonly ObjectSource[] = [];
  const backlog = (): { objects?: number; bytes?: number } => opened[0]?.backlog?.() ?? {};
  const progress = createProgress({ stream: process.stderr, ...(options.sources.length === 1 ? { backlog } : {}) });
  try {
    return await runIngest({
      ingest: defaultConfig().ingest,
      follow: false,
      force: false,
      observer: {
        start: (sources) => void (opened = sources),
        batch: (counts, bytes) => progress.batch(counts, bytes),
        object: ({ state }) => progress.object(state === 'failed'),
        waiting: (reason) => progress.waiting(reason),
      },
      ...options,
    });
  } finally {
    progress.stop();
  }
}
