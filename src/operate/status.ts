import type { Client } from '@opensearch-project/opensearch';
import { packageVersion } from '../content/root.ts';
import { AppError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { readInstalled, type Installed } from '../install/installed.ts';
import type { Names } from '../names.ts';
import { ask, type Ask, type Question } from '../opensearch/ask.ts';
import type { EventIndex } from './event-indices.ts';
import { readEvents } from './status/events.ts';
import { readDeadLetters, type ReasonStatus } from './status/dead-letters.ts';
import { readLedger, type LedgerStatus } from './status/ledger.ts';

/** What `status --json` prints, but for the queues. Times are ISO 8601. */
export interface Status {
  /** Version of this package. */
  readonly package: string;
  readonly cluster: { readonly version: string };
  readonly alias: string;
  readonly installed: Installed | null;
  readonly events: {
    readonly total: number;
    readonly indices: readonly EventIndex[];
    /** The last 14 days (UTC) by the events' own time, oldest first, days without events included. */
    readonly days: readonly { readonly day: string; readonly events: number }[];
  };
  readonly ledger: LedgerStatus;
  readonly deadLetters: { readonly total: number; readonly reasons: readonly ReasonStatus[] };
  /** What not all shards answered to: the numbers of that are too low. */
  readonly incomplete: readonly Incomplete[];
}

export interface Incomplete {
  readonly action: string;
  readonly shards: number;
  readonly missing: number;
}

/** Reads how an installation is. `now` is epoch ms. Changes nothing; throws what keeps the cluster from answering. */
export async function readStatus(client: Client, names: Names, now: number): Promise<Status> {
  const incomplete: Incomplete[] = [];
  const ours = noticing(client, incomplete);
  const [root, installed, events, ledger, deadLetters] = await Promise.all([
    ours<{ version?: { number?: string } }>({ path: '/', action: 'reach the cluster' }),
    readInstalled(client, names).catch(nullIf('NOT_INSTALLED')),
    readEvents(ours, names, now),
    readLedger(ours, names, now),
    readDeadLetters(ours, names),
  ]);
  return {
    package: packageVersion(),
    cluster: { version: root?.version?.number ?? 'unknown' },
    alias: names.alias,
    installed,
    events,
    ledger,
    deadLetters,
    incomplete,
  };
}

interface Sharded {
  readonly _shards?: { readonly total: number; readonly successful: number; readonly failed: number };
  readonly hits?: unknown;
}

/** Asks, and notes which answers are of some shards only. */
function noticing(client: Client, incomplete: Incomplete[]): Ask {
  return async <T>(question: Question) => {
    const answer = await ask<T & Sharded>(client, question);
    const { total = 0, successful = 0, failed = 0 } = answer?._shards ?? {};
    // A search does not count as failed the shards that no node has; `_stats` misses replicas, too, which change no number.
    const missing = answer?.hits === undefined ? failed : total - successful;
    if (missing > 0) incomplete.push({ action: question.action, shards: total, missing });
    return answer;
  };
}

function nullIf(code: ErrorCode): (error: unknown) => null {
  return (error) => {
    if (error instanceof AppError && error.code === code) return null;
    throw error;
  };
}
