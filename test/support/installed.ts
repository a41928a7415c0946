import type { Client } from '@opensearch-project/opensearch';
import { applyClusterSteps } from '../../src/install/apply.ts';
import { readCurrent } from '../../src/install/current.ts';
import { loadDesired } from '../../src/install/load.ts';
import { planInstall } from '../../src/install/plan.ts';
import { names } from '../../src/names.ts';

/** Installs the templates and the first index under an alias of the test's own. */
export async function installAlias(
  client: Client,
  alias: string,
  { now = Date.now(), replicas = 0 }: { now?: number; replicas?: number } = {},
): Promise<void> {
  const ours = names(alias);
  const current = await readCurrent(client, ours);
  const plan = planInstall(loadDesired(ours, { replicas }, current, now), current, { allowForeign: false });
  await applyClusterSteps(client, plan.steps);
}

/** Events behind an alias, or rows of an index, after a refresh. */
export async function countOf(client: Client, index: string): Promise<number> {
  await client.indices.refresh({ index, ignore_unavailable: true });
  const { body } = await client.count({ index, ignore_unavailable: true });
  return body.count;
}
