import type { Client } from '@opensearch-project/opensearch';
import { AppError } from '../errors.ts';
import { clusterError } from '../opensearch/errors.ts';
import type { Mapping } from '../content/compile/field.ts';
import { PACKAGE, type Desired } from './desired.ts';

interface Simulation {
  readonly template?: { readonly mappings?: Mapping };
  readonly overlapping?: readonly { readonly name: string }[];
}

/** Asks the cluster which template a new index would get. Throws NAME_TAKEN when it is not ours. */
export async function verifyTemplate(client: Client, desired: Desired): Promise<void> {
  let answer: Simulation;
  try {
    // A name that does not exist yet: the cluster refuses to simulate one that is an alias.
    const path = `/_index_template/_simulate_index/${encodeURIComponent(`${desired.firstIndex}-probe`)}`;
    answer = (await client.transport.request({ method: 'POST', path })).body as Simulation;
  } catch (error) {
    throw clusterError(error, { action: 'simulate the index template' });
  }
  const meta = answer.template?.mappings?.['_meta'] as { package?: string } | undefined;
  if (meta?.package === PACKAGE) return;
  const others = (answer.overlapping ?? [])
    .map(({ name }) => name)
    .filter((name) => name !== desired.names.indexTemplate);
  throw new AppError(
    'NAME_TAKEN',
    `Another index template wins for ${desired.firstIndex}${others.length === 0 ? '' : ` (beside ${others.join(', ')})`}.`,
    { hint: 'Look at GET /_index_template for patterns that match it with a higher priority.' },
  );
}
