import type { Client } from '@opensearch-project/opensearch';

/** Creates an index whose only shard no node may have, as after the loss of a node. */
export async function createLostIndex(client: Client, index: string): Promise<void> {
  const settings = { 'index.routing.allocation.require._name': 'nobody' };
  await client.indices.create({ index, wait_for_active_shards: '0', body: { settings } });
}
