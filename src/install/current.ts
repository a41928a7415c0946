import type { Client } from '@opensearch-project/opensearch';
import type { Mapping } from '../content/compile/field.ts';
import { AppError } from '../errors.ts';
import type { Names } from '../names.ts';
import { clusterError, statusOf } from '../opensearch/errors.ts';
import type { Template, TemplateBody } from './desired.ts';
import { compareVersions } from './version.ts';

/** What the cluster has of the things that an install touches. */
export interface Current {
  readonly cluster: { readonly version: string; readonly dataNodes: number };
  readonly components: readonly Template[];
  /** All index templates of the cluster: another one may take our indices. */
  readonly templates: readonly Template[];
  /** Our event indices, ledger and dead letters. */
  readonly indices: readonly CurrentIndex[];
  /** Indices behind the alias, whoever made them. */
  readonly behindAlias: readonly string[];
  /** Names among ours that exist as an index or data stream where an alias is needed. */
  readonly aliasTakenBy?: 'index' | 'data stream';
}

export interface CurrentIndex {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly mapping: Mapping;
  /** Whether a document was ever written; also true when it cannot be known (a closed index, a missing shard). */
  readonly used: boolean;
}

/** flat_object, which holds what OCSF has no attribute for, came with 2.7. */
const OLDEST = '2.7.0';

/** Reads the cluster. Changes nothing. */
export async function readCurrent(client: Client, names: Names, url?: string): Promise<Current> {
  const get = async <T>(path: string, action: string): Promise<T | undefined> => {
    try {
      return (await client.transport.request({ method: 'GET', path })).body as T;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw clusterError(error, { action, ...(url === undefined ? {} : { url }) });
    }
  };
  const cluster = await readCluster(get);
  const list = [names.indexPattern, names.ledger, names.deadLetters].map(encodeURIComponent).join(',');
  const lenient = 'ignore_unavailable=true&allow_no_indices=true&expand_wildcards=all';
  const [mappings, settings, templates, resolved, alias, indices, stats] = await Promise.all([
    get<ComponentAnswer>(`/_component_template/${names.mappingsComponent}`, 'read the component templates'),
    get<ComponentAnswer>(`/_component_template/${names.settingsComponent}`, 'read the component templates'),
    get<TemplateAnswer>('/_index_template', 'read the index templates'),
    get<ResolveAnswer>(`/_resolve/index/${encodeURIComponent(names.alias)}`, 'look for the alias'),
    get<Record<string, unknown>>(`/_alias/${encodeURIComponent(names.alias)}`, 'read the alias'),
    get<IndexAnswer>(`/${list}?${lenient}`, 'read our indices'),
    get<StatsAnswer>(`/${list}/_stats/docs?level=shards&${lenient.replace('=all', '=open')}`, 'count our indices'),
  ]);
  const used = (name: string): boolean => {
    const shards = Object.values(stats?.indices?.[name]?.shards ?? {}).flat();
    return shards.length === 0 || shards.some((shard) => (shard.seq_no?.max_seq_no ?? 0) >= 0);
  };
  const named = (found: readonly { name: string }[] | undefined) => found?.some(({ name }) => name === names.alias);
  const taken = named(resolved?.indices) ? 'index' : named(resolved?.data_streams) ? 'data stream' : undefined;
  return {
    cluster,
    components: [mappings, settings].flatMap((answer) =>
      (answer?.component_templates ?? []).map(({ name, component_template: body }) => ({ name, body })),
    ),
    templates: (templates?.index_templates ?? []).map(({ name, index_template: body }) => ({ name, body })),
    indices: Object.entries(indices ?? {}).map(([name, index]) => ({
      name,
      aliases: Object.keys(index.aliases),
      mapping: index.mappings,
      used: used(name),
    })),
    behindAlias: taken === undefined ? Object.keys(alias ?? {}) : [],
    ...(taken === undefined ? {} : { aliasTakenBy: taken }),
  };
}

async function readCluster(
  get: <T>(path: string, action: string) => Promise<T | undefined>,
): Promise<Current['cluster']> {
  const root = await get<{ version?: { number?: string; distribution?: string } }>('/', 'reach the cluster');
  const { number = 'unknown', distribution } = root?.version ?? {};
  if (distribution !== 'opensearch')
    throw new AppError('UNSUPPORTED_CLUSTER', `This is not OpenSearch, or it hides its version (${number}).`, {
      hint: 'Amazon OpenSearch Service: turn the compatibility mode (override_main_response_version) off. Serverless collections cannot be used: they take no document ids.',
    });
  if (compareVersions(number, OLDEST) < 0)
    throw new AppError('UNSUPPORTED_CLUSTER', `OpenSearch ${number} is too old.`, {
      hint: `Upgrade it to ${OLDEST} or later.`,
    });
  const health = await get<{ number_of_data_nodes?: number }>('/_cluster/health', 'read the health of the cluster');
  return { version: number, dataNodes: health?.number_of_data_nodes ?? 1 };
}

interface ComponentAnswer {
  readonly component_templates: readonly { name: string; component_template: TemplateBody }[];
}
interface TemplateAnswer {
  readonly index_templates: readonly { name: string; index_template: TemplateBody }[];
}
interface ResolveAnswer {
  readonly indices?: readonly { name: string }[];
  readonly data_streams?: readonly { name: string }[];
}
type IndexAnswer = Readonly<Record<string, { aliases: object; mappings: Mapping }>>;
interface StatsAnswer {
  readonly indices?: Readonly<
    Record<string, { shards?: Readonly<Record<string, readonly { seq_no?: { max_seq_no: number } }[]>> }>
  >;
}
