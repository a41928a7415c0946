import { Option, type Command } from 'commander';
import type { DashboardsConfig, OpenSearchConfig } from '../config/config.ts';
import type { ConfigFile } from '../config/schema.ts';
import { firstOf, type Environment } from '../config/precedence.ts';
import { AppError } from '../errors.ts';

/** Flags of every command that talks to a cluster. None has a default: a default would beat the configuration file. */
export interface ConnectionOptions {
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
export interface DashboardsOptions {
  readonly dashboardsUrl?: string;
  readonly dashboardsUsername?: string;
  readonly dashboardsPassword?: string;
  readonly tenant?: string;
  readonly dataSource?: string;
  readonly workspace?: string;
}

/** Flags of every command. */
export interface OutputOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function connectionOptions(command: Command): Command {
  return command
    .addOption(new Option('--opensearch-url <url>', 'OpenSearch cluster (environment: OPENSEARCH_URL)'))
    .addOption(new Option('--username <name>', 'cluster user (OPENSEARCH_USERNAME)'))
    .addOption(new Option('--password <word>', 'its password; better in OPENSEARCH_PASSWORD'))
    .addOption(new Option('--ca <file>', 'PEM file of the certificate authority to trust (OPENSEARCH_CA)'))
    .addOption(new Option('--cert <file>', 'PEM file of a client certificate (OPENSEARCH_CERT)'))
    .addOption(new Option('--key <file>', 'PEM file of its key (OPENSEARCH_KEY)'))
    .addOption(new Option('--insecure', 'do not verify the TLS certificate (warns at each start)'))
    .addOption(
      new Option(
        '--opensearch-aws-region <region>',
        'sign requests with AWS SigV4 for Amazon OpenSearch Service there (OPENSEARCH_AWS_REGION)',
      ),
    );
}

export function dashboardsOptions(command: Command): Command {
  return command
    .option('--dashboards-url <url>', 'OpenSearch Dashboards with its base path (DASHBOARDS_URL)')
    .option('--dashboards-username <name>', 'its user (DASHBOARDS_USERNAME; default: the user of the cluster)')
    .option('--dashboards-password <word>', 'its password; better in DASHBOARDS_PASSWORD')
    .option('--tenant <name>', "tenant of the security plugin (DASHBOARDS_TENANT; default: the user's own)")
    .option('--data-source <id>', 'id of a data source of OpenSearch Dashboards')
    .option('--workspace <id>', 'id of a workspace of OpenSearch Dashboards');
}

export function outputOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (YAML)')
    .option('--json', 'print the result as JSON on stdout, and nothing else there')
    .option('--verbose', 'log more, on stderr');
}

/** The configuration file named by `--config`; undefined without one. Its warnings are passed on. */
export async function configFrom(options: OutputOptions, reporter: Reporter): Promise<ConfigFile | undefined> {
  if (options.config === undefined) return undefined;
  // The YAML parser and the validator load only when there is a file.
  const { loadConfigFile } = await import('../config/load.ts');
  const { config, warnings } = loadConfigFile(options.config, process.env);
  for (const warning of warnings) reporter.warn(warning);
  return config;
}

/** Flag, then environment, then file. Credentials inside the URL are taken out of it, so that no message can show them. */
export function connectionFrom(
  options: ConnectionOptions,
  environment: Environment = process.env,
  file: Partial<NonNullable<ConfigFile['opensearch']>> = {},
): OpenSearchConfig {
  const given = firstOf(options.opensearchUrl, environment['OPENSEARCH_URL'], file.url);
  if (given === undefined)
    throw new AppError('CONFIG', 'No OpenSearch cluster is named.', {
      hint: 'Give --opensearch-url http://host:9200 or set OPENSEARCH_URL.',
    });
  const { url, user, word } = splitUrl(given);
  const region = firstOf(options.opensearchAwsRegion, environment['OPENSEARCH_AWS_REGION']);
  const config = {
    username: firstOf(options.username, environment['OPENSEARCH_USERNAME'], file.username, user),
    password: firstOf(options.password, environment['OPENSEARCH_PASSWORD'], file.password, word),
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
  options: DashboardsOptions,
  cluster: OpenSearchConfig,
  environment: Environment = process.env,
  file: Partial<NonNullable<ConfigFile['dashboards']>> = {},
): DashboardsConfig | undefined {
  const given = firstOf(options.dashboardsUrl, environment['DASHBOARDS_URL'], file.url);
  if (given === undefined) return undefined;
  const { url, user, word } = splitUrl(given, 'OpenSearch Dashboards');
  const own = firstOf(options.dashboardsUsername, environment['DASHBOARDS_USERNAME'], file.username, user);
  const config = {
    username: own ?? cluster.username,
    password: firstOf(
      options.dashboardsPassword,
      environment['DASHBOARDS_PASSWORD'],
      file.password,
      word,
      // A user of its own has a password of its own.
      own === undefined ? cluster.password : undefined,
    ),
    ca: cluster.ca,
    tenant: firstOf(options.tenant, environment['DASHBOARDS_TENANT'], file.tenant),
    dataSource: firstOf(options.dataSource, file.dataSource),
    workspace: firstOf(options.workspace, file.workspace),
  };
  const present = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  return { url, insecure: cluster.insecure, ...present };
}

function splitUrl(given: string, whose = 'the cluster'): { url: string; user?: string; word?: string } {
  const parsed = URL.canParse(given) ? new URL(given) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new AppError('CONFIG', `The address of ${whose} is not an http(s) URL: ${given.replace(/\/\/.*@/s, '//')}`, {
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

/** Where a command's words go: the result to stdout, everything else to stderr. */
export interface Reporter {
  readonly json: boolean;
  /** A line of the result, for people; silent with `--json`. */
  line(text?: string): void;
  /** The result as one JSON document; silent without `--json`. */
  result(value: unknown): void;
  /** Progress and remarks. */
  note(text: string): void;
  warn(text: string): void;
  readonly paint: Painter;
}

export type Painter = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow', (text: string) => string>>;

const ANSI = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

type Out = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

export function createReporter(
  options: OutputOptions,
  streams: { stdout: Out; stderr: Out } = process,
  environment: Environment = process.env,
): Reporter {
  const json = options.json === true;
  const coloured = (stream: Out) => stream.isTTY === true && (environment['NO_COLOR'] ?? '') === '';
  const painter = (on: boolean): Painter => {
    const paint = (name: keyof typeof ANSI) => (text: string) =>
      on ? `\x1b[${ANSI[name][0]}m${text}\x1b[${ANSI[name][1]}m` : text;
    return {
      bold: paint('bold'),
      dim: paint('dim'),
      red: paint('red'),
      green: paint('green'),
      yellow: paint('yellow'),
    };
  };
  const onErr = painter(coloured(streams.stderr));
  return {
    json,
    line: (text = '') => void (json || streams.stdout.write(`${text}\n`)),
    result: (value) => void (json && streams.stdout.write(`${JSON.stringify(value)}\n`)),
    note: (text) => void streams.stderr.write(`${text}\n`),
    warn: (text) => void streams.stderr.write(`${onErr.yellow('warning:')} ${text}\n`),
    paint: painter(coloured(streams.stdout)),
  };
}

/** The warning that `--insecure` owes at each start. */
export function warnInsecure(config: OpenSearchConfig, reporter: Reporter): void {
  if (config.insecure && config.url.startsWith('https:'))
    reporter.warn(`the TLS certificate of ${config.url} is not verified (--insecure)`);
}
