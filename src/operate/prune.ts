import type { Client } from '@opensearch-project/opensearch';
import { bulkTransport } from '../ingest/sink/bulk.ts';
import { batchOf } from '../ingest/sink/body.ts';
import { BulkWriter } from '../ingest/sink/writer.ts';
import { INDEXED } from '../ingest/ports.ts';
import { heldPeriod, type Names } from '../names.ts';
import { ask, lenient } from '../opensearch/ask.ts';
import { clusterError, statusOf } from '../opensearch/errors.ts';
import { readEventIndices, type EventIndex } from './event-indices.ts';

/** What is older than a time: `prune` deletes it. */
export interface PrunePlan {
  /** ISO 8601. */
  readonly before: string;
  /** Event indices whose whole period had ended by then. */
  readonly indices: readonly EventIndex[];
  /** Rows settled before. */
  readonly ledgerRows: number;
  /** Letters rejected before. */
  readonly deadLetters: number;
}

/** What was deleted; fewer rows than planned where some were written again meanwhile. */
export interface Pruned {
  readonly indices: number;
  readonly ledgerRows: number;
  readonly deadLetters: number;
}

/** `before` is epoch ms. Changes nothing. */
export async function planPrune(client: Client, names: Names, before: number): Promise<PrunePlan> {
  const count = async (index: string, field: string): Promise<number> => {
    const body = { query: olderThan(field, before) };
    const found = await ask<{ count: number }>(client, {
      path: lenient([index], '_count'),
      body,
      action: `count what is old in ${index}`,
    });
    return found?.count ?? 0;
  };
  const [found, ledgerRows, deadLetters] = await Promise.all([
    readEventIndices((question) => ask(client, question), names),
    count(names.ledger, 'settled_at'),
    count(names.deadLetters, 'rejected_at'),
  ]);
  const indices = found.filter(({ name }) => (heldPeriod(names, name)?.end ?? Infinity) <= before);
  return { before: new Date(before).toISOString(), indices, ledgerRows, deadLetters };
}

/** Deletes what was planned. May be run again after it broke off; an abort ends it between two requests. Throws `FatalError`. */
export async function applyPrune(
  client: Client,
  names: Names,
  { before, indices }: PrunePlan,
  signal: AbortSignal,
): Promise<Pruned> {
  let deletedIndices = 0;
  for (const { name } of indices) {
    if (signal.aborted) break;
    try {
      await client.transport.request({ method: 'DELETE', path: `/${encodeURIComponent(name)}` });
    } catch (error) {
      if (statusOf(error) !== 404) throw clusterError(error, { action: `delete the index ${name}` });
    }
    deletedIndices += 1;
  }
  const time = Date.parse(before);
  return {
    indices: deletedIndices,
    ledgerRows: await deleteOlder(client, names.ledger, 'settled_at', time, signal),
    deadLetters: await deleteOlder(client, names.deadLetters, 'rejected_at', time, signal),
  };
}

const PAGE = 2000;

/**
 * By id in bulk, not by `_delete_by_query`: that is a module which small distributions leave out. A row that changes after it
 * was found is not the row that was found, and stays.
 */
async function deleteOlder(
  client: Client,
  index: string,
  field: string,
  before: number,
  signal: AbortSignal,
): Promise<number> {
  const writer = new BulkWriter(bulkTransport(client, {}), { requests: 1 });
  const search = { path: lenient([index], '_search'), action: `search ${index}` };
  const body = { size: PAGE, query: olderThan(field, before), _source: false, seq_no_primary_term: true };
  let deleted = 0;
  try {
    while (!signal.aborted) {
      await ask(client, { path: lenient([index], '_refresh'), body: {}, action: `refresh ${index}` });
      const found = await ask<SearchAnswer>(client, { ...search, body });
      const operations = (found?.hits.hits ?? []).map(({ _id, _seq_no, _primary_term }) => ({
        action: { delete: { _index: index, _id, if_seq_no: _seq_no, if_primary_term: _primary_term } },
      }));
      if (operations.length === 0) return deleted;
      const { statuses } = await writer.write(batchOf(operations), new AbortController().signal);
      const gone = statuses.filter((status) => status === INDEXED).length;
      // All of them changed since the search, or the cluster keeps them: asking for ever would not help.
      if (gone === 0) return deleted;
      deleted += gone;
    }
    return deleted;
  } finally {
    await writer.close();
  }
}

/** Whether the cluster has Index State Management, which can delete old indices by itself. False where it may not be asked. */
export async function hasIsm(client: Client): Promise<boolean> {
  try {
    const answer = await client.transport.request({ method: 'GET', path: '/_cat/plugins?format=json' });
    const plugins = answer.body as unknown as readonly { readonly component: string }[];
    return plugins.some(({ component }) => component === 'opensearch-index-management');
  } catch {
    return false;
  }
}

function olderThan(field: string, before: number): object {
  return { range: { [field]: { lt: before, format: 'epoch_millis' } } };
}

interface SearchAnswer {
  readonly hits: {
    readonly hits: readonly {
      readonly _id: string;
      readonly _seq_no: number;
      readonly _primary_term: number;
    }[];
  };
}
