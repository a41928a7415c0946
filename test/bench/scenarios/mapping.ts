import { Client } from '@opensearch-project/opensearch';
import type { Field } from '../../../src/content/compile/field.ts';
import type { Mapping } from '../../../src/content/compile/field.ts';
import { compileMapping, EVENT_INDEX_SETTINGS } from '../../../src/content/compile/mappings.ts';
import { readFields } from '../../../src/content/fields.ts';
import { startOpenSearch } from '../../../src/runtime/opensearch-node.ts';
import { assertCount, atMost, paired, type Findings, type Scenario } from '../scenario.ts';
import { bulkBodies, load, type BulkBody } from '../support/bodies.ts';
import { cpuSeconds } from '../support/usage.ts';

const EVENTS = 400_000;
const HOURS = 240;
const ONE_SHARD = { number_of_shards: 1, number_of_replicas: 0 };

interface Way {
  /** What an analyst would lose, or what differs from what is installed. */
  readonly what: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly mappings: object;
}

/** What most people start with: the server maps whatever comes, strings as keywords only. */
const DYNAMIC: Way = {
  what: 'all strings as keyword, the server maps what comes',
  settings: { 'mapping.total_fields.limit': 10_000 },
  mappings: {
    dynamic_templates: [
      { strings: { match_mapping_type: 'string', mapping: { type: 'keyword', ignore_above: 8191 } } },
    ],
  },
};
const INSTALLED = ours('as installed');

/** One feature less, or one setting else, each. */
const VARIANTS: Readonly<Record<string, Way>> = {
  'dynamic, refreshed like ours': { ...DYNAMIC, settings: { ...DYNAMIC.settings, refresh_interval: '10s' } },
  'nothing indexed': { ...INSTALLED, what: '`_source`, `_id` and translog only', mappings: { dynamic: false } },
  'nothing indexed, default codec': {
    ...ours('the same without the compression', { codec: 'default' }),
    mappings: { dynamic: false },
  },
  'without flat_object': ours('no search in `unmapped`', {}, ({ type }) => type !== 'flat_object'),
  'without text': ours('no words and phrases of requests, responses and messages', {}, ({ type }) => type !== 'text'),
  'without observables': ours('no one search over all addresses, names and ARNs', {}, ({ path }) => !path.startsWith('observables')), // prettier-ignore
  'without keywords': ours('no filters, no groups', {}, ({ type }) => type !== 'keyword'),
  'default codec': ours('disk', { codec: 'default' }),
  'sorted by time': ours('a plain order', { 'sort.field': 'time_dt', 'sort.order': 'desc' }),
  'no refresh': ours('events are found at the end only', { refresh_interval: '-1' }),
  'refresh each second': ours('nothing: events are found sooner', { refresh_interval: '1s' }),
  'translog async': ours('acknowledged events, when a node dies', { 'translog.durability': 'async' }),
  'segments merged later': ours('speed of searches', { 'merge.policy.segments_per_tier': 20, 'merge.policy.max_merge_at_once': 20 }), // prettier-ignore
  match_only_text: withType('text', { type: 'match_only_text' }, 'speed of phrases'),
  'keywords without doc values': withType('keyword', { doc_values: false }, 'groups: most panels'),
  'keywords without terms': withType('keyword', { index: false }, 'speed of filters'),
  'one date format': withType(
    'date',
    { format: 'strict_date_optional_time||epoch_millis' },
    'dates that other writers send',
  ),
};

export default {
  title: "What the server pays for our mapping, against a dynamic one of keywords, and each feature's share",
  async run(bench) {
    const events = bench.events(EVENTS);
    const node = await startOpenSearch({ profile: 'demo', heap: '2g' });
    const client = new Client({ node: node.url, maxRetries: 0, requestTimeout: 300_000 });
    let number = 0;
    const measure = async ({ settings, mappings }: Way, bodies: Iterable<BulkBody>, expected: number) => {
      const index = `mapping-${(number += 1)}`;
      const before = cpuSeconds(node.pid);
      await client.indices.create({
        index,
        body: { settings: { index: { ...ONE_SHARD, ...settings } }, mappings },
      });
      assertCount(index, await load(client, node.url, index, bodies), expected);
      const seconds = cpuSeconds(node.pid) - before;
      const { body } = await client.indices.stats({ index, metric: 'store' });
      await client.indices.delete({ index });
      return {
        'CPU s a million': (seconds / expected) * 1e6,
        'MB a million': (body._all?.primaries?.store?.size_in_bytes ?? 0) / expected,
      };
    };
    try {
      const whole = [...bulkBodies(events, HOURS)];
      const part = whole.slice(0, Math.ceil(whole.length / 4));
      const partEvents = part.reduce((sum, { documents }) => sum + documents, 0);
      bench.say('warming up');
      for (const way of [DYNAMIC, INSTALLED]) await measure(way, whole, events);
      bench.say(`${events.toLocaleString('en-US')} events each: dynamic and ours`);
      const main = await paired(bench.rounds, {
        dynamic: () => measure(DYNAMIC, whole, events),
        ours: () => measure(INSTALLED, whole, events),
      });
      bench.say(`${partEvents.toLocaleString('en-US')} events each: every feature`);
      const features: Readonly<Record<string, Way>> = { 'dynamic ': DYNAMIC, 'ours ': INSTALLED, ...VARIANTS };
      const found = await paired(
        bench.rounds,
        Object.fromEntries(Object.entries(features).map(([name, way]) => [name, () => measure(way, part, partEvents)])),
      );
      type Cost = typeof main.ours;
      const row = (mapping: string, what: string, documents: number, cost: Cost, base: Cost) => ({
        mapping,
        'what is lost, or differs': what,
        events: documents,
        ...cost,
        'CPU %': percent(cost, base, 'CPU s a million'),
        'disk %': percent(cost, base, 'MB a million'),
      });
      const findings: Findings = {
        work: `${events.toLocaleString('en-US')} events of 2.3 KB for the first two rows, a quarter of them for the rest, in ready-made bulk bodies, two at a time, one shard; the server's CPU with its merges, refresh and flush; heap 2 GB`,
        rows: [
          row('dynamic', DYNAMIC.what, events, main.dynamic, main.dynamic),
          row('ours', INSTALLED.what, events, main.ours, main.dynamic),
          ...Object.entries(features).map(([name, { what }]) =>
            row(name.trim(), what, partEvents, found[name]!, found['dynamic ']!),
          ),
        ],
        notes: [
          "The server's compiler threads are in the CPU: in runs of less than some 100,000 events, and of one round, whatever is measured later looks cheaper.",
        ],
        targets: [
          atMost(
            "the server's CPU against the dynamic mapping",
            percent(main.ours, main.dynamic, 'CPU s a million'),
            75,
            '%',
          ),
          atMost('disk against the dynamic mapping', percent(main.ours, main.dynamic, 'MB a million'), 75, '%'),
        ],
      };
      return findings;
    } finally {
      await client.close();
      await node.stop();
    }
  },
} satisfies Scenario;

function percent<K extends string>(cost: Record<K, number>, base: Record<K, number>, key: K): number {
  return Math.round((100 * cost[key]) / base[key]);
}

function ours(what: string, settings: Readonly<Record<string, unknown>> = {}, keep?: (field: Field) => boolean): Way {
  const fields = readFields();
  return {
    what,
    settings: { ...EVENT_INDEX_SETTINGS, ...settings },
    mappings: compileMapping(keep === undefined ? fields : fields.filter(keep)),
  };
}

/** Ours, with other parameters for all fields of a type. */
function withType(type: string, parameters: Readonly<Record<string, unknown>>, what: string): Way {
  const change = (mapping: Mapping): Mapping => {
    if (mapping.properties === undefined)
      return mapping.type !== type ? mapping : parameters['type'] === undefined ? { ...mapping, ...parameters } : parameters; // prettier-ignore
    const below = Object.entries(mapping.properties).map(([name, property]) => [name, change(property)] as const);
    return { ...mapping, properties: Object.fromEntries(below) };
  };
  return { ...INSTALLED, what, mappings: change(compileMapping(readFields())) };
}
