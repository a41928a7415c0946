import type { Names } from '../names.ts';
import { lenient, type Ask } from '../opensearch/ask.ts';

export interface EventIndex {
  readonly name: string;
  /** Closed ones hold their events still, and can be deleted, but not counted. */
  readonly closed: boolean;
  /** Null where it cannot be known: the index is closed, or none of its shards is there. */
  readonly documents: number | null;
  /** Of all copies, on disk; null likewise. */
  readonly bytes: number | null;
}

/** The event indices that are there, closed ones too, by name. */
export async function readEventIndices(ask: Ask, names: Names): Promise<readonly EventIndex[]> {
  const [found, stats] = await Promise.all([
    ask<ResolveAnswer>({
      path: `/_resolve/index/${encodeURIComponent(names.indexPattern)}?expand_wildcards=all`,
      action: 'list the event indices',
    }),
    ask<StatsAnswer>({ path: lenient([names.indexPattern], '_stats/docs,store'), action: 'measure the event indices' }),
  ]);
  return (found?.indices ?? [])
    .map(({ name, attributes }) => {
      const measured = stats?.indices?.[name];
      return {
        name,
        closed: attributes.includes('closed'),
        documents: measured?.primaries.docs?.count ?? null,
        bytes: measured?.total.store?.size_in_bytes ?? null,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

interface ResolveAnswer {
  readonly indices: readonly { readonly name: string; readonly attributes: readonly string[] }[];
}
interface StatsAnswer {
  readonly indices?: Readonly<
    Record<string, { primaries: { docs?: { count: number } }; total: { store?: { size_in_bytes: number } } }>
  >;
}
