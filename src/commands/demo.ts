import type { AwsOptions } from '../aws/clients.ts';
import type { OpenSearchConfig } from '../config/config.ts';
import type { DemoPorts } from '../demo/demo.ts';
import type { DemoResult } from '../demo/result.ts';
import { EXIT } from '../errors.ts';
import { aborted, drainSignals, exitCodeOf, type DrainSignals } from '../interrupt.ts';
import type { RunReport } from '../ingest/totals.ts';
import { DEFAULT_ALIAS } from '../names.ts';
import type { Provided } from '../runtime/environment.ts';
import { closeAll, type Closing } from './closing.ts';
import { clusterFrom, type ClusterFlags } from './cluster.ts';
import type { Register } from './index.ts';
import { aliasName, connectionOptions, wholeNumber } from './options.ts';
import { createReporter, type Reporter } from './reporter.ts';

interface DemoFlags extends ClusterFlags {
  readonly exit?: boolean;
  readonly seed: string;
  readonly hours: number;
  readonly events: number;
  readonly alias: string;
}

/** With fewer, not every attack and planned change finds its place, and panels stay empty. */
const FEWEST_EVENTS = 5000;

export const registerDemo: Register = (program, exit) => {
  const command = program
    .command('demo')
    .description(
      'Show all of it: start OpenSearch and an S3/SQS emulator, fill a bucket with the CloudTrail of a made-up company, install, ingest, and open the dashboards. Stays up until Ctrl-C.',
    )
    .option('--exit', 'end after the report')
    .option('--seed <text>', 'another seed makes another company', 'demo')
    .option('--hours <n>', 'length of the made-up time, which ends now', wholeNumber(1), 24)
    .option('--events <n>', 'number of made-up events', wholeNumber(FEWEST_EVENTS), 20_000)
    .option('--alias <name>', 'alias in front of the event indices', aliasName, DEFAULT_ALIAS);
  connectionOptions(command)
    .option('--json', 'print the report as JSON on stdout, and nothing else there')
    .option('--verbose', 'log more, on stderr')
    .action(async (flags: DemoFlags) => exit(await demo(flags)));
};

async function demo(flags: DemoFlags): Promise<number> {
  const reporter = createReporter(flags);
  const { endWithNpm } = await import('../runtime/npm.ts');
  let reported = false;
  const signals = drainSignals(() => reporter.note(reported ? 'Stopping what was started …' : 'Stopping …'));
  const closing: Closing = [() => signals.dispose(), endWithNpm()];
  try {
    const { result, opensearch } = await play(flags, reporter, signals, closing);
    const { faultsOf, summaryOf } = await import('../demo/result.ts');
    const { reportOf } = await import('../demo/report.ts');
    const explore = flags.exit === true ? undefined : await page(flags, opensearch, closing);
    const { paint } = reporter;
    const look = { paint, cli: programName(), ...(explore === undefined ? {} : { explore }) };
    for (const line of reportOf(result, look)) reporter.line(line);
    reporter.result(summaryOf(result, explore));
    reported = true;
    if (explore !== undefined) {
      reporter.note('\nUp until Ctrl-C, which stops everything that was started here.');
      await aborted(signals.drain);
    }
    return faultsOf(result).length === 0 ? EXIT.done : EXIT.partial;
  } catch (error) {
    if (signals.received === undefined) throw error;
    return exitCodeOf(signals.received);
  } finally {
    await closeAll(closing, reporter);
  }
}

/** Servers, clients, and the demo itself. */
async function play(
  flags: DemoFlags,
  reporter: Reporter,
  signals: DrainSignals,
  closing: Closing,
): Promise<{ result: DemoResult; opensearch: OpenSearchConfig }> {
  const say = (line: string): void => reporter.note(line);
  const { provideAws, provideOpenSearch } = await import('../runtime/environment.ts');
  const provided = { signal: signals.drain, say };
  const starting = [
    flags.opensearchUrl === undefined
      ? provideOpenSearch({ ...provided, profile: 'demo' })
      : named(flags.opensearchUrl),
    provideAws(provided),
  ] as const;
  // Whichever came up is stopped, also when the other did not.
  for (const server of starting) closing.push(async () => (await server.catch(() => undefined))?.stop());
  const [cluster, cloud] = await Promise.all(starting);
  const config = clusterFrom({ ...flags, opensearchUrl: cluster.url }, undefined, reporter);
  const aws = awsOptions(cloud);

  const [{ createClient }, { s3Client, sqsClient }, { runDemo }, { neighbourWarning }] = await Promise.all([
    import('../opensearch/client.ts'),
    import('../aws/clients.ts'),
    import('../demo/demo.ts'),
    import('../demo/neighbours.ts'),
  ]);
  const client = createClient(config);
  closing.push(() => client.close());
  const warning = await neighbourWarning(client, config.url, flags.alias);
  if (warning !== undefined) reporter.warn(warning);
  const [s3, sqs] = [await s3Client(aws), await sqsClient(aws)];
  closing.push(
    () => s3.destroy(),
    () => sqs.destroy(),
  );
  const ports: DemoPorts = {
    // Without the password that a named URL may carry.
    opensearch: { url: config.url, origin: cluster.origin },
    client,
    aws: { url: cloud.url, origin: cloud.origin },
    s3,
    sqs,
    ingest: (source) => ingest(source, config, aws, flags, signals),
  };
  const options = {
    seed: flags.seed,
    now: Date.now(),
    hours: flags.hours,
    events: flags.events,
    alias: flags.alias,
    // A cluster of one node can't place a replica.
    ...(cluster.origin === 'environment' ? {} : { replicas: 0 }),
    name: 'ocsf-cloudtrail-demo',
    say,
  };
  return { result: await runDemo(ports, options, signals.drain), opensearch: config };
}

async function ingest(
  source: string,
  opensearch: OpenSearchConfig,
  aws: AwsOptions,
  flags: DemoFlags,
  signals: DrainSignals,
): Promise<RunReport> {
  const [{ ingestOnce }, { sourceSpecs }, { createLogger, silentLogger }] = await Promise.all([
    import('./ingest-once.ts'),
    import('../config/sources.ts'),
    import('../logger.ts'),
  ]);
  const specs = sourceSpecs([source], {}, undefined, Date.now());
  return ingestOnce({
    opensearch,
    alias: flags.alias,
    sources: specs.map((spec) => ('aws' in spec ? { ...spec, aws } : spec)),
    // The object that is bad on purpose is told of in the report.
    logger: flags.verbose === true ? createLogger({ verbose: true }) : silentLogger,
    signals,
  });
}

async function page(flags: DemoFlags, opensearch: OpenSearchConfig, closing: Closing): Promise<string> {
  const [{ startExplore }, { createLogger }] = await Promise.all([
    import('../explore/start.ts'),
    import('../logger.ts'),
  ]);
  const logger = createLogger({ verbose: flags.verbose === true });
  const explore = await startExplore({ opensearch, alias: flags.alias, port: 0, logger });
  closing.push(() => explore.close());
  return explore.url;
}

async function named(url: string): Promise<Provided> {
  return { url, origin: 'environment', stop: async () => undefined };
}

/** An emulator takes any key; one that the environment names may want the environment's. */
function awsOptions({ url, origin }: Provided): AwsOptions {
  const own = process.env['AWS_ACCESS_KEY_ID'] ?? process.env['AWS_PROFILE'];
  const keys = { credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const region = origin === 'environment' ? (process.env['AWS_REGION'] ?? 'us-east-1') : 'us-east-1';
  return { endpoint: url, region, ...(origin === 'environment' && own !== undefined ? {} : keys) };
}

/** What a person types to run this very program. */
function programName(): string {
  return process.argv[1]?.endsWith('/dist/cli.js') === true && process.env['npm_lifecycle_event'] !== undefined
    ? 'node dist/cli.js'
    : 'ocsf-cloudtrail';
}
