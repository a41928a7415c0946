import type { Client } from '@opensearch-project/opensearch';
import { createRecordProcessor } from '../../src/ingest/record.ts';
import { runInstall } from '../../src/install/run.ts';
import { names } from '../../src/names.ts';

/** Installs the templates and the first index under an alias of the test's own. */
export async function installAlias(
  client: Client,
  alias: string,
  { now = Date.now(), replicas = 0 }: { now?: number; replicas?: number } = {},
): Promise<void> {
  await runInstall(client, { index: { alias, replicas }, now });
}

/** Records of one bulk request: about 2 MB. */
const BATCH = 1000;

/** Installs under the alias and indexes the records, mapped as the ingester maps them. Ready to be searched on return. */
export async function loadRecords(
  client: Client,
  alias: string,
  records: Iterable<unknown>,
  { now }: { now: number },
): Promise<number> {
  await installAlias(client, alias, { now });
  const { indexPrefix, indexPattern } = names(alias);
  const toDocument = createRecordProcessor({ indexPrefix, period: 'month', now, filters: {} });
  let lines: string[] = [];
  let loaded = 0;
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    const { body } = await client.bulk({ body: lines.join('') as never });
    if (body.errors) throw new Error(`the cluster refused events: ${JSON.stringify(body.items).slice(0, 500)}`);
    loaded += lines.length;
    lines = [];
  };
  for (const record of records) {
    const result = toDocument(record);
    if (result.kind !== 'document') throw new Error(`this is no event: ${JSON.stringify(result)}`);
    lines.push(`${JSON.stringify({ create: { _index: result.index, _id: result.id } })}\n${result.source}\n`);
    if (lines.length === BATCH) await flush();
  }
  await flush();
  await client.indices.refresh({ index: indexPattern });
  return loaded;
}

/** Events behind an alias, or rows of an index, after a refresh. */
export async function countOf(client: Client, index: string): Promise<number> {
  await client.indices.refresh({ index, ignore_unavailable: true });
  const { body } = await client.count({ index, ignore_unavailable: true });
  return body.count;
}
