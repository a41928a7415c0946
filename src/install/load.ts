import { readFileSync } from 'node:fs';
import type { IndexConfig } from '../config/config.ts';
import { INDEX_DEFAULTS } from '../config/schema.ts';
import type { Mapping } from '../content/compile/field.ts';
import { packageVersion, shipped } from '../content/root.ts';
import { DEAD_LETTER_MAPPING } from '../ingest/dead-letter/mapping.ts';
import { LEDGER_MAPPING } from '../ingest/ledger/mapping.ts';
import type { Names } from '../names.ts';
import type { Current } from './current.ts';
import { desiredState, type Desired } from './desired.ts';
import { installedPeriod } from './plan.ts';

/** The ledger and the dead letters are small, and are never rolled over. */
const ONE_SHARD = { number_of_shards: 1 };

/** What this package would have in the cluster: given, else as installed, else the defaults. `now` is epoch ms. */
export function loadDesired(names: Names, index: Partial<IndexConfig>, current: Current, now: number): Desired {
  const chosen = { ...INDEX_DEFAULTS, ...installedIndex(names, current), ...index };
  return desiredState({
    names,
    index: { period: chosen.period, shards: chosen.shards, replicas: chosen.replicas },
    version: packageVersion(),
    now,
    eventMapping: JSON.parse(readFileSync(shipped('mappings', 'generated', 'event-mapping.json'), 'utf8')) as Mapping,
    ledger: { mapping: LEDGER_MAPPING, settings: ONE_SHARD },
    deadLetters: { mapping: DEAD_LETTER_MAPPING, settings: ONE_SHARD },
  });
}

function installedIndex(names: Names, current: Current): Partial<IndexConfig> {
  const component = current.components.find(({ name }) => name === names.settingsComponent);
  const { index } = (component?.body.template?.settings ?? {}) as { index?: Record<string, string> };
  const period = installedPeriod(names, current);
  const [shards, replicas] = [index?.['number_of_shards'], index?.['number_of_replicas']];
  return {
    ...(period === undefined ? {} : { period }),
    ...(shards === undefined ? {} : { shards: Number(shards) }),
    ...(replicas === undefined ? {} : { replicas: Number(replicas) }),
  };
}
