import type { Names } from '../../names.ts';
import { lenient, type Ask } from '../../opensearch/ask.ts';
import type { Status } from '../status.ts';

export interface ReasonStatus {
  readonly reason: string;
  readonly letters: number;
  readonly last: string;
}

export async function readDeadLetters(ask: Ask, names: Names): Promise<Status['deadLetters']> {
  const found = await ask<SearchAnswer>({
    path: lenient([names.deadLetters], '_search'),
    action: 'count the dead letters',
    body: {
      size: 0,
      track_total_hits: true,
      aggs: {
        reasons: { terms: { field: 'reason', size: 1000 }, aggs: { last: { max: { field: 'rejected_at' } } } },
      },
    },
  });
  return {
    total: found?.hits.total.value ?? 0,
    reasons: (found?.aggregations?.reasons.buckets ?? []).map(({ key, doc_count, last }) => ({
      reason: key,
      letters: doc_count,
      last: new Date(last.value).toISOString(),
    })),
  };
}

interface SearchAnswer {
  readonly hits: { readonly total: { readonly value: number } };
  readonly aggregations?: {
    readonly reasons: {
      readonly buckets: readonly { key: string; doc_count: number; last: { value: number } }[];
    };
  };
}
