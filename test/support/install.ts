import type { IndexConfig } from '../../src/config/config.ts';
import type { Current, CurrentIndex } from '../../src/install/current.ts';
import { desiredState, type Desired } from '../../src/install/desired.ts';
import type { Plan } from '../../src/install/steps.ts';
import { names } from '../../src/names.ts';

export const keyword = { type: 'keyword', ignore_above: 8191 };
const NOW = Date.parse('2026-11-21T12:00:00Z');

/** A small desired state of the default alias. */
export function desired(
  more: { version?: string; index?: Partial<IndexConfig>; properties?: Readonly<Record<string, object>> } = {},
): Desired {
  return desiredState({
    names: names(),
    index: { period: 'month', shards: 1, replicas: 0, ...more.index },
    version: more.version ?? '1.2.0',
    now: NOW,
    eventMapping: { dynamic: false, properties: { status: keyword, ...more.properties } },
    ledger: { mapping: { dynamic: false, properties: { state: keyword } }, settings: { number_of_shards: 1 } },
    deadLetters: { mapping: { dynamic: false, properties: { reason: keyword } }, settings: { number_of_shards: 1 } },
  });
}

/** A cluster that has nothing of ours. */
export function emptyCluster(more: Partial<Current> = {}): Current {
  return {
    cluster: { version: '3.8.0', dataNodes: 1 },
    components: [],
    templates: [],
    indices: [],
    behindAlias: [],
    ...more,
  };
}

/** The cluster after this state was installed, as the server tells it: scalars of settings and mappings are strings. */
export function installed(state: Desired, more: Partial<Current> = {}): Current {
  const told = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value), (_, below: unknown) =>
      typeof below === 'number' || typeof below === 'boolean' ? String(below) : below,
    ) as T;
  return emptyCluster({
    components: told(state.components),
    templates: told(state.templates),
    indices: [index(state, { name: state.firstIndex })],
    behindAlias: [state.firstIndex],
    ...more,
  });
}

export function index(state: Desired, more: Partial<CurrentIndex> = {}): CurrentIndex {
  return {
    name: state.firstIndex,
    aliases: [state.names.alias],
    mapping: state.mappings[0]?.mapping ?? {},
    used: false,
    ...more,
  };
}

export function lines(plan: Plan): string[] {
  return plan.steps.map(({ verb, what, name }) => `${verb} ${what} ${name}`);
}
