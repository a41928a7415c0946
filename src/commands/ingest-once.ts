import { defaultConfig } from '../config/load.ts';
import { runIngest, type RunOptions } from '../ingest/run.ts';
import type { RunReport } from '../ingest/totals.ts';
import { createProgress } from '../progress.ts';

/** Ingests what there is now with the default settings, and shows how far it is: for commands that do more than that. */
export async function ingestOnce(
  options: Pick<RunOptions, 'opensearch' | 'alias' | 'sources' | 'logger' | 'signals'> & Partial<RunOptions>,
): Promise<RunReport> {
  const progress = createProgress(process.stderr);
  try {
    return await runIngest({
      ingest: defaultConfig().ingest,
      follow: false,
      force: false,
      observer: progress.observer,
      ...options,
    });
  } finally {
    progress.stop();
  }
}
