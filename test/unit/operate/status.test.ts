import type { Client } from '@opensearch-project/opensearch';
import { expect, test } from '@jest/globals';
import { names } from '../../../src/names.ts';
import { readStatus } from '../../../src/operate/status.ts';

type Shards = Readonly<Record<'total' | 'successful' | 'failed', number>>;

const WHOLE: Shards = { total: 2, successful: 2, failed: 0 };

/** A cluster with one event index, whose answers are of these shards. */
function cluster({ search = WHOLE, stats = WHOLE }: { search?: Shards; stats?: Shards }): Client {
  const answerTo = (path: string): object => {
    if (path.startsWith('/_resolve/'))
      return { indices: [{ name: 'logs-cloudtrail-ocsf-2026.11', attributes: ['open'] }] };
    if (path.includes('/_stats/')) return { _shards: stats, indices: {} };
    if (path.includes('/_search')) {
      const events = path.startsWith(`/${encodeURIComponent(names().indexPattern)}/`);
      return { _shards: events ? search : WHOLE, hits: { total: { value: 0 }, hits: [] } };
    }
    return {};
  };
  return {
    transport: { request: async ({ path }: { path: string }) => ({ body: answerTo(path) }) },
  } as unknown as Client;
}
const incomplete = async (shards: Parameters<typeof cluster>[0]) =>
  (await readStatus(cluster(shards), names(), Date.now())).incomplete;

test('the status says what not all shards answered to, as OpenSearch counts a shard that no node has', async () => {
  expect(await incomplete({})).toEqual([]);
  expect(await incomplete({ search: { total: 2, successful: 1, failed: 0 } })).toEqual([
    { action: 'count the events', shards: 2, missing: 1 },
  ]);
});

test('a node that does not measure its shards is told, a replica that no node has is not', async () => {
  expect(await incomplete({ stats: { total: 2, successful: 1, failed: 0 } })).toEqual([]);
  expect(await incomplete({ stats: { total: 2, successful: 1, failed: 1 } })).toEqual([
    { action: 'measure the event indices', shards: 2, missing: 1 },
  ]);
});
