import type { Client } from '@opensearch-project/opensearch';
import { createIndexDeadLetters } from '../ingest/dead-letter/index.ts';
import type { LetterFilter } from '../ingest/dead-letter/letter.ts';
import type { Signals } from '../ingest/ingest.ts';
import { createRecordProcessor } from '../ingest/record.ts';
import { createBulkSink } from '../ingest/sink/bulk.ts';
import type { Wait } from '../ingest/sink/writer.ts';
import { readInstalled } from '../install/installed.ts';
import type { Names } from '../names.ts';
import { replay, type ReplayReport } from './replay.ts';

export interface ReplayOptions {
  readonly names: Names;
  readonly filter: LetterFilter;
  readonly dryRun: boolean;
  readonly signals: Signals;
  readonly onWait: (text: string) => void;
}

/** Replays over the cluster. Throws `FatalError` when nothing can go on. */
export async function runReplay(client: Client, options: ReplayOptions): Promise<ReplayReport> {
  const { names: ours, filter, dryRun, signals } = options;
  const onWait = ({ reason, delayMs }: Wait): void =>
    options.onWait(`${reason}; next try in ${Math.ceil(delayMs / 1000)} s`);
  const sink = createBulkSink(client, { onWait });
  const deadLetters = createIndexDeadLetters(client, { index: ours.deadLetters, onWait });
  try {
    const { period } = await readInstalled(client, ours);
    const process = createRecordProcessor({ indexPrefix: ours.indexPrefix, period, now: Date.now(), filters: {} });
    return await replay({ deadLetters, sink, process }, { filter, dryRun }, signals);
  } finally {
    await sink.close();
    await deadLetters.close();
  }
}
