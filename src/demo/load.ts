import type { Client } from '@opensearch-project/opensearch';
import { createRecordProcessor } from '../ingest/record.ts';
import { applyClusterSteps } from '../install/apply.ts';
import { readCurrent } from '../install/current.ts';
import { loadDesired } from '../install/load.ts';
import { planInstall } from '../install/plan.ts';
import { names } from '../names.ts';

/** Records of one bulk request: about 2 MB. */
const BATCH = 1000;

/** Installs under the alias and indexes the records, mapped as the ingester maps them. Ready to be searched on return. */
export async function loadRecords(
  client: Client,
  alias: string,
  records: Iterable<unknown>,
  options: { now: number },
): Promise<number> {
  const ours = names(alias);
  const current = await readCurrent(client, ours);
  const desired = loadDesired(ours, { replicas: 0 }, current, options.now);
  await applyClusterSteps(client, planInstall(desired, current, { allowForeign: false }).steps);
  const toDocument = createRecordProcessor({
    indexPrefix: ours.indexPrefix,
    period: 'month',
    now: options.now,
    filters: {},
  });
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
  await client.indices.refresh({ index: ours.indexPattern });
  return loaded;
}
