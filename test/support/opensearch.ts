import { Client } from '@opensearch-project/opensearch';

/** A client of the test run's cluster. */
export function testClient(): Client {
  const node = process.env['OPENSEARCH_URL'];
  if (node === undefined) throw new Error('OPENSEARCH_URL is not set: the global setup of the tests provides it.');
  return new Client({ node, maxRetries: 0 });
}

let serial = 0;

/** A name that no other test uses, for an index or an alias. */
export function uniqueName(prefix: string): string {
  serial += 1;
  return `${prefix}-${process.pid}-${Date.now().toString(36)}-${serial}`;
}

/** Documents of an index by id. */
export async function documentsOf(client: Client, index: string): Promise<Record<string, unknown>> {
  await client.indices.refresh({ index, ignore_unavailable: true });
  const { body } = await client.search({ index, ignore_unavailable: true, body: { size: 10_000 } });
  const hits = body.hits.hits as readonly { _id: string; _source: unknown }[];
  return Object.fromEntries(hits.map(({ _id, _source }) => [_id, _source]));
}
