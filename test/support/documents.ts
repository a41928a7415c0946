import type { Client } from '@opensearch-project/opensearch';

/** Documents of an index by id; at most 10,000. */
export async function documentsOf(client: Client, index: string): Promise<Record<string, unknown>> {
  await client.indices.refresh({ index, ignore_unavailable: true });
  const { body } = await client.search({ index, ignore_unavailable: true, body: { size: 10_000 } });
  const hits = body.hits.hits as readonly { _id: string; _source: unknown }[];
  return Object.fromEntries(hits.map(({ _id, _source }) => [_id, _source]));
}
