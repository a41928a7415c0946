import type { DashboardsConfig, OpenSearchConfig } from './config.ts';
import { withoutCredentials } from './mask.ts';
import { firstOf, type Environment } from './precedence.ts';
import type { ConfigFile } from './schema.ts';
import { AppError } from '../errors.ts';

/** Flags of every command that talks to a cluster. None has a default: a default would beat the configuration file. */
export interface ConnectionFlags {
  readonly opensearchUrl?: string;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly insecure?: boolean;
  readonly opensearchAwsRegion?: string;
}

/** Flags of the commands that talk to OpenSearch Dashboards. */
export interface DashboardsFlags {
  readonly dashboardsUrl?: string;
  readonly dashboardsUsername?: string;
  readonly dashboardsPassword?: string;
  readonly tenant?: string;
  readonly dataSource?: string;
  readonly workspace?: string;
}

/** Flag, then environment, then file. Credentials inside the URL are taken out of it, so that no message can show them. */
export function connectionFrom(
  options: ConnectionFlags,
  environment: Environment = process.env,
  file: Partial<NonNullable<ConfigFile['opensearch']>> = {},
): OpenSearchConfig {
  const flags = { url: options.opensearchUrl, username: options.username, password: options.password };
  const variables = {
    url: environment['OPENSEARCH_URL'],
    username: environment['OPENSEARCH_USERNAME'],
    password: environment['OPENSEARCH_PASSWORD'],
  };
  const named = addressOf([flags, variables, file], 'the cluster');
  if (named === undefined)
    throw new AppError('CONFIG', 'No OpenSearch cluster is named.', {
      hint: 'Give --opensearch-url http://host:9200 or set OPENSEARCH_URL.',
    });
  const { url, ...credentials } = named;
  const region = firstOf(options.opensearchAwsRegion, environment['OPENSEARCH_AWS_REGION']);
  const config = {
    ...credentials,
    ca: firstOf(options.ca, environment['OPENSEARCH_CA'], file.ca),
    cert: firstOf(options.cert, environment['OPENSEARCH_CERT'], file.cert),
    key: firstOf(options.key, environment['OPENSEARCH_KEY'], file.key),
    // The service is in the host name of a collection; ids are refused there, so the client must know before it writes.
    aws: serverless(url) ?? (region === undefined ? file.aws : { service: 'es', ...file.aws, region }),
  };
  const present = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  return { url, insecure: firstOf(options.insecure, file.insecure) ?? false, ...present };
}

/** Undefined where no OpenSearch Dashboards is named. Its credentials and trust are the cluster's unless it has its own. */
export function dashboardsFrom(
  options: DashboardsFlags,
  cluster: OpenSearchConfig,
  environment: Environment = process.env,
  file: Partial<NonNullable<ConfigFile['dashboards']>> = {},
): DashboardsConfig | undefined {
  const flags = {
    url: options.dashboardsUrl,
    username: options.dashboardsUsername,
    password: options.dashboardsPassword,
  };
  const variables = {
    url: environment['DASHBOARDS_URL'],
    username: environment['DASHBOARDS_USERNAME'],
    password: environment['DASHBOARDS_PASSWORD'],
  };
  const named = addressOf([flags, variables, file], 'OpenSearch Dashboards');
  if (named === undefined) return undefined;
  const { url, username: own, password } = named;
  const config = {
    username: own ?? cluster.username,
    // A user of its own has a password of its own.
    password: password ?? (own === undefined ? cluster.password : undefined),
    ca: cluster.ca,
    tenant: firstOf(options.tenant, environment['DASHBOARDS_TENANT'], file.tenant),
    dataSource: firstOf(options.dataSource, file.dataSource),
    workspace: firstOf(options.workspace, file.workspace),
  };
  const present = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  return { url, insecure: cluster.insecure, ...present };
}

interface Address {
  readonly url?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * The first address of these, and the credentials for it; undefined where none is given. Credentials inside the address rank
 * where it was given: those of a flag are not replaced by a file's.
 */
function addressOf(levels: readonly Address[], whose: string): (Address & { readonly url: string }) | undefined {
  const given = firstOf(...levels.map(({ url }) => url));
  if (given === undefined) return undefined;
  const { url, user, word } = splitUrl(given, whose);
  const from = levels.findIndex((level) => level.url === given);
  const ranked = levels.toSpliced(from + 1, 0, { username: user, password: word });
  return {
    url,
    username: firstOf(...ranked.map(({ username }) => username)),
    password: firstOf(...ranked.map(({ password }) => password)),
  };
}

function splitUrl(given: string, whose: string): { url: string; user?: string; word?: string } {
  const parsed = URL.canParse(given) ? new URL(given) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new AppError('CONFIG', `The address of ${whose} is not an http(s) URL: ${withoutCredentials(given)}`, {
      hint: 'It looks like https://host:9200.',
    });
  const { username, password } = parsed;
  parsed.username = parsed.password = '';
  const url = parsed.href.replace(/\/$/, '');
  if (username === '') return { url };
  try {
    return { url, user: decodeURIComponent(username), word: decodeURIComponent(password) };
  } catch {
    throw new AppError('CONFIG', `The user or the password in the address of ${whose} is not well encoded.`, {
      hint: 'A % in it has to be written %25; better give them apart from the address.',
    });
  }
}

function serverless(url: string): OpenSearchConfig['aws'] | undefined {
  const region = /\.([a-z0-9-]+)\.aoss\.amazonaws\.com/.exec(new URL(url).hostname)?.[1];
  return region === undefined ? undefined : { region, service: 'aoss' };
}

/** Whether TLS is used without looking at the certificate: whoever starts so is warned. */
export function isUnverified({ url, insecure }: Pick<OpenSearchConfig, 'url' | 'insecure'>): boolean {
  return insecure && url.startsWith('https:');
}
