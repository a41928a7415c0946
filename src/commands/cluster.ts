import type { Client } from '@opensearch-project/opensearch';
import type { DashboardsConfig, OpenSearchConfig } from '../config/config.ts';
import {
  connectionFrom,
  dashboardsFrom,
  isUnverified,
  type ConnectionFlags,
  type DashboardsFlags,
} from '../config/connection.ts';
import type { ConfigFile } from '../config/schema.ts';
import type { OutputFlags } from './options.ts';
import { createReporter, type Reporter } from './reporter.ts';

/** Flags of every command that talks to a cluster. */
export interface ClusterFlags extends ConnectionFlags, OutputFlags {
  readonly alias?: string;
}

/** What a command has to work with. */
interface Setting {
  readonly client: Client;
  readonly config: OpenSearchConfig;
  /** Of `--config`. */
  readonly file: ConfigFile | undefined;
  readonly reporter: Reporter;
}

/** Runs a command's work on the cluster that flags, environment and configuration file name. */
export async function withCluster<T>(
  flags: ClusterFlags,
  work: (setting: Setting) => Promise<T>,
  options: { requestTimeoutMs?: number } = {},
): Promise<T> {
  const reporter = createReporter(flags);
  const file = await configFrom(flags, reporter);
  const config = clusterFrom(flags, file, reporter);
  return withClient(config, async (client) => work({ client, config, file, reporter }), options);
}

/** For as long as the work takes, a client of the cluster. */
export async function withClient<T>(
  config: OpenSearchConfig,
  work: (client: Client) => Promise<T>,
  options: { requestTimeoutMs?: number } = {},
): Promise<T> {
  const { createClient } = await import('../opensearch/client.ts');
  const client = createClient(config, options);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** The configuration file named by `--config`; undefined without one. Its warnings are passed on. */
export async function configFrom(flags: OutputFlags, reporter: Reporter): Promise<ConfigFile | undefined> {
  if (flags.config === undefined) return undefined;
  // The YAML parser and the validator load only when there is a file.
  const { loadConfigFile } = await import('../config/load.ts');
  const { config, warnings } = loadConfigFile(flags.config, process.env);
  for (const warning of warnings) reporter.warn(warning);
  return config;
}

/** The cluster to talk to, with the warning that `--insecure` owes at each start. */
export function clusterFrom(
  flags: ConnectionFlags,
  file: Pick<ConfigFile, 'opensearch'> | undefined,
  reporter: Reporter,
): OpenSearchConfig {
  const config = connectionFrom(flags, process.env, file?.opensearch);
  warnInsecure(config, reporter);
  return config;
}

/** OpenSearch Dashboards, where one is named, with its own warning where it has an address of its own. */
export function dashboardsOf(
  flags: DashboardsFlags,
  cluster: OpenSearchConfig,
  file: Pick<ConfigFile, 'dashboards'> | undefined,
  reporter: Reporter,
): DashboardsConfig | undefined {
  const config = dashboardsFrom(flags, cluster, process.env, file?.dashboards);
  if (config !== undefined && config.url !== cluster.url) warnInsecure(config, reporter);
  return config;
}

export function warnInsecure(config: Pick<OpenSearchConfig, 'url' | 'insecure'>, reporter: Reporter): void {
  if (isUnverified(config)) reporter.warn(`the TLS certificate of ${config.url} is not verified (--insecure)`);
}
