import type { EventCounts, LedgerRow } from '../../ingest/ports.ts';
import type { Names } from '../../names.ts';
import { lenient, type Ask } from '../../opensearch/ask.ts';

export interface LedgerStatus {
  readonly objects: ObjectCounts;
  readonly sources: readonly SourceStatus[];
  /** Objects that are being read, or were when their worker died. `abandoned`: the lease has ended. */
  readonly claims: { readonly open: number; readonly abandoned: number; readonly oldest: string | null };
  /** Objects that failed last, the newest twenty. */
  readonly failures: readonly FailedObject[];
}

export type ObjectCounts = Readonly<Record<LedgerRow['state'], number>>;

export interface SourceStatus {
  readonly source: string;
  readonly objects: ObjectCounts;
  /** As counted when each object was read last. */
  readonly events: EventCounts;
  /** Bytes read, as stored. */
  readonly bytes: number;
  /** When an object was last done. */
  readonly lastSuccess: string | null;
  /** Seconds from an object's own time to its settlement, of the objects done in the last day; null without any. */
  readonly lag: { readonly average: number; readonly largest: number } | null;
}

export interface FailedObject {
  readonly source: string;
  readonly bucket: string;
  readonly key: string;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly at: string;
}

const DAY = 86_400_000;
const EVENTS = ['read', 'indexed', 'duplicate', 'rejected', 'skipped'] as const;

export async function readLedger(ask: Ask, names: Names, now: number): Promise<LedgerStatus> {
  const sum = (field: string) => [field, { sum: { field } }] as const;
  const states = { terms: { field: 'state', size: 10 } };
  const found = await ask<SearchAnswer>({
    path: lenient([names.ledger], '_search'),
    action: 'read the ledger',
    body: {
      size: 20,
      query: { match_all: {} },
      post_filter: { term: { state: 'failed' } },
      sort: [{ updated_at: { order: 'desc', unmapped_type: 'date' } }],
      aggs: {
        states,
        sources: {
          terms: { field: 'source', size: 1000, order: { _key: 'asc' } },
          aggs: {
            states,
            ...Object.fromEntries([...EVENTS, 'bytes'].map(sum)),
            done: { filter: { term: { state: 'done' } }, aggs: { last: { max: { field: 'settled_at' } } } },
            lately: {
              filter: {
                bool: {
                  filter: [
                    { term: { state: 'done' } },
                    { range: { settled_at: { gte: now - DAY, format: 'epoch_millis' } } },
                  ],
                },
              },
              aggs: { average: { avg: { field: 'lag_seconds' } }, largest: { max: { field: 'lag_seconds' } } },
            },
          },
        },
        claims: {
          filter: { term: { state: 'claimed' } },
          aggs: {
            oldest: { min: { field: 'claimed_at' } },
            abandoned: { filter: { range: { lease_until: { lt: now, format: 'epoch_millis' } } } },
          },
        },
      },
    },
  });
  const { sources, states: all, claims } = found?.aggregations ?? {};
  return {
    objects: objectsOf(all),
    sources: (sources?.buckets ?? []).map((bucket) => ({
      source: bucket.key,
      objects: objectsOf(bucket.states),
      events: Object.fromEntries(EVENTS.map((name) => [name, bucket[name].value])) as unknown as EventCounts,
      bytes: bucket.bytes.value,
      lastSuccess: instant(bucket.done.last.value),
      lag: lagOf(bucket.lately),
    })),
    claims: {
      open: claims?.doc_count ?? 0,
      abandoned: claims?.abandoned.doc_count ?? 0,
      oldest: instant(claims?.oldest.value ?? null),
    },
    failures: (found?.hits.hits ?? []).map(({ _source: row }) => ({
      source: row.source,
      bucket: row.bucket,
      key: row.key,
      code: row.error?.code ?? '',
      message: row.error?.message ?? '',
      attempts: row.attempts,
      at: row.updated_at,
    })),
  };
}

function objectsOf(states: Terms | undefined): ObjectCounts {
  const counts = new Map(states?.buckets.map(({ key, doc_count }) => [key, doc_count]));
  const of = (state: string): number => counts.get(state) ?? 0;
  return { done: of('done'), skipped: of('skipped'), failed: of('failed'), claimed: of('claimed') };
}

function lagOf({ average, largest }: { average: Metric; largest: Metric }): SourceStatus['lag'] {
  return average.value === null || largest.value === null
    ? null
    : { average: Math.round(average.value), largest: Math.round(largest.value) };
}

function instant(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

interface Metric {
  readonly value: number | null;
}
interface Sum {
  readonly value: number;
}
interface Terms {
  readonly buckets: readonly { readonly key: string; readonly doc_count: number }[];
}
type SourceBucket = {
  readonly key: string;
  readonly states: Terms;
  readonly done: { readonly last: Metric };
  readonly lately: { readonly average: Metric; readonly largest: Metric };
} & Readonly<Record<(typeof EVENTS)[number] | 'bytes', Sum>>;

interface SearchAnswer {
  readonly hits: {
    readonly hits: readonly {
      readonly _source: {
        source: string;
        bucket: string;
        key: string;
        attempts: number;
        updated_at: string;
        error?: { code: string; message: string };
      };
    }[];
  };
  readonly aggregations?: {
    readonly states: Terms;
    readonly sources: { readonly buckets: readonly SourceBucket[] };
    readonly claims: {
      readonly doc_count: number;
      readonly oldest: Metric;
      readonly abandoned: { readonly doc_count: number };
    };
  };
}
