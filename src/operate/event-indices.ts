import type { Client } from '@opensearch-project/opensearch';
import type { Names } from '../names.ts';
import { ask, lenient } from '../opensearch/ask.ts';

export interface EventIndex {
  readonly name: string;
  readonly documents: number;
  /** Of all copies, on disk. */
  readonly bytes: number;
}

/** The event indices that are there, by name. */
export async function readEventIndices(client: Client, names: Names): Promise<readonly EventIndex[]> {
  const path = lenient([names.indexPattern], '_stats/docs,store');
  const stats = await ask<StatsAnswer>(client, { path, action: 'measure the event indices' });
  return Object.entries(stats?.indices ?? {})
    .map(([name, { primaries, total }]) => ({
      name,
      documents: primaries.docs?.count ?? 0,
      bytes: total.store?.size_in_bytes ?? 0,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

interface StatsAnswer {
  readonly indices?: Readonly<
    Record<string, { primaries: { docs?: { count: number } }; total: { store?: { size_in_bytes: number } } }>
  >;
}
