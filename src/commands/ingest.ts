import { InvalidArgumentError, Option } from 'commander';
import type { ConfigFile } from '../config/schema.ts';
import { EXIT } from '../errors.ts';
import { EVENT_CATEGORIES, type EventCategory } from '../ingest/filter.ts';
import type { RunObserver } from '../ingest/run.ts';
import type { RunReport } from '../ingest/totals.ts';
import { aliasName } from './install.ts';
import type { Register } from './index.ts';
import {
  configFrom,
  connectionFrom,
  connectionOptions,
  createReporter,
  outputOptions,
  warnInsecure,
  type ConnectionOptions,
  type OutputOptions,
  type Reporter,
} from './shared.ts';

interface IngestFlags extends ConnectionOptions, OutputOptions {
  readonly alias?: string;
  readonly once?: boolean;
  readonly follow?: boolean;
  readonly force?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly account?: readonly string[];
  readonly region?: readonly string[];
  readonly event?: readonly string[];
  readonly excludeEvent?: readonly string[];
  readonly class?: readonly string[];
  readonly excludeClass?: readonly string[];
  readonly category?: readonly EventCategory[];
  readonly awsRegion?: string;
  readonly awsEndpoint?: string;
  readonly threads?: number;
  readonly metrics?: number | true;
}

const collect = (value: string, list: readonly string[] = []): readonly string[] => [...list, value];

export const registerIngest: Register = (program, exit) => {
  const command = program
    .command('ingest')
    .description('Read CloudTrail from S3, SQS notifications or a folder, and index every event exactly once.')
    .argument(
      '[source...]',
      's3://bucket/prefix, a queue URL, sqs://queue, a file or a folder; none: those of --config',
    );
  connectionOptions(command)
    .option('--alias <name>', 'alias that was installed (default: logs-cloudtrail)', aliasName)
    .addOption(
      new Option(
        '--once',
        'end when everything there is has been read (the default, except where all sources are queues)',
      ).conflicts('follow'),
    )
    .option('--follow', 'go on until stopped (the default for queues)')
    .option('--force', 'read settled objects again; gives duplicates only')
    .option('--since <time>', 'only events from here on: 2026-11-01, an instant, or an age such as 7d')
    .option('--until <time>', 'only events before; a day is included')
    .option('--account <id>', 'only events of this account; may be repeated', collect)
    .option('--region <name>', 'only events of this region; may be repeated', collect)
    .option('--event <name>', 'only this operation, such as ConsoleLogin or Delete*; may be repeated', collect)
    .option('--exclude-event <name>', 'leave this operation out, such as Describe*; may be repeated', collect)
    .option('--class <uid>', 'only this OCSF class, such as 3002; may be repeated', collect)
    .option('--exclude-class <uid>', 'leave this OCSF class out; may be repeated', collect)
    .option('--category <name>', `only these events: ${EVENT_CATEGORIES.join(', ')}; may be repeated`, collectCategory)
    .option('--aws-region <name>', "region of bucket or queue (default: the SDK's)")
    .option('--aws-endpoint <url>', 'another S3 and SQS endpoint')
    .option(
      '--metrics [port]',
      'serve Prometheus metrics, /health and /ready on loopback (default port: 9464)',
      portNumber,
    )
    .option('--threads <n>', 'worker threads that decode and map (default: the cores, at most 4)', Number);
  outputOptions(command).action(async (sources: readonly string[], flags: IngestFlags) =>
    exit(await run(sources, flags)),
  );
};

async function run(words: readonly string[], flags: IngestFlags): Promise<number> {
  const reporter = createReporter(flags);
  const file = await configFrom(flags, reporter);
  const opensearch = connectionFrom(flags, process.env, file?.opensearch);
  warnInsecure(opensearch, reporter);
  const [{ runIngest }, { sourceSpecs }, { defaultConfig }, { createLogger }, { createProgress }, { drainSignals }] =
    await Promise.all([
      import('../ingest/run.ts'),
      import('../config/sources.ts'),
      import('../config/load.ts'),
      import('../logger.ts'),
      import('../progress.ts'),
      import('../interrupt.ts'),
    ]);
  const settings = (file ?? defaultConfig()).ingest;
  const specs = sourceSpecs(words, flags, file, Date.now());
  // A queue has no end: whoever names one wants what will come, not only what is there.
  const follow = flags.follow ?? (flags.once !== true && specs.every(({ kind }) => kind === 'sqs'));
  const metrics = await metricsFor(flags, file?.metrics, reporter);
  const signals = drainSignals((text) => reporter.note(text));
  let sources: readonly { backlog?(): { objects?: number; bytes?: number; oldestAgeMs?: number } }[] = [];
  const progress = createProgress({
    stream: process.stderr,
    backlog: () => addBacklogs(sources.map((source) => source.backlog?.() ?? {})),
  });
  try {
    const report = await runIngest({
      opensearch,
      alias: flags.alias ?? file?.index.alias ?? 'logs-cloudtrail',
      sources: specs,
      ingest: flags.threads === undefined ? settings : { ...settings, threads: flags.threads },
      follow,
      force: flags.force === true,
      logger: createLogger({ verbose: flags.verbose === true }),
      signals,
      observer: {
        start: (opened) => {
          sources = opened;
          metrics?.observer.start(opened);
        },
        batch: (counts, bytes) => {
          progress.batch(counts, bytes);
          metrics?.observer.batch(counts, bytes);
        },
        object: (report) => {
          progress.object(report.state === 'failed');
          metrics?.observer.object(report);
        },
        waiting: (reason) => {
          progress.waiting(reason);
          metrics?.observer.waiting(reason);
        },
        sourceFailed: (source) => metrics?.observer.sourceFailed(source),
      },
    });
    progress.stop();
    reporter.result(report);
    printReport(report, reporter);
    if (signals.received !== undefined) return signals.received === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    return report.events.rejected > 0 || report.objects.failed > 0 ? EXIT.partial : EXIT.done;
  } finally {
    progress.stop();
    signals.dispose();
    await metrics?.close();
  }
}

/** Served where `--metrics` or the configuration file asks for it. */
async function metricsFor(
  { metrics: flag }: IngestFlags,
  file: ConfigFile['metrics'],
  reporter: Reporter,
): Promise<{ observer: Required<RunObserver>; close(): Promise<void> } | undefined> {
  if (flag === undefined && file === undefined) return undefined;
  const [{ createMetrics, serveMetrics }, { CONFIG_SCHEMA }] = await Promise.all([
    import('../metrics.ts'),
    import('../config/schema.ts'),
  ]);
  const { host, port } = CONFIG_SCHEMA.properties.metrics.properties;
  const metrics = createMetrics();
  const server = await serveMetrics(metrics, {
    host: file?.host ?? host.default,
    port: typeof flag === 'number' ? flag : (file?.port ?? port.default),
  });
  reporter.note(`Metrics: ${server.url}/metrics`);
  return { observer: metrics.observer, close: async () => server.close() };
}

function collectCategory(text: string, list: readonly EventCategory[] = []): readonly EventCategory[] {
  const category = EVENT_CATEGORIES.find((known) => known === text);
  if (category === undefined) throw new InvalidArgumentError(`One of ${EVENT_CATEGORIES.join(', ')}.`);
  return [...list, category];
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port from 0 to 65535.');
  return port;
}

interface Backlog {
  objects?: number;
  bytes?: number;
  oldestAgeMs?: number;
}

function addBacklogs(backlogs: readonly Backlog[]): Backlog {
  const sum = (key: 'objects' | 'bytes'): number | undefined =>
    backlogs.reduce<number | undefined>(
      (total, backlog) => (backlog[key] === undefined ? total : (total ?? 0) + backlog[key]),
      undefined,
    );
  const [objects, bytes] = [sum('objects'), sum('bytes')];
  const ages = backlogs.flatMap(({ oldestAgeMs }) => oldestAgeMs ?? []);
  return {
    ...(objects === undefined ? {} : { objects }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(ages.length === 0 ? {} : { oldestAgeMs: Math.max(...ages) }),
  };
}

/** The report for people: what was read, what became of it, what to do next. */
export function printReport(
  { objects, events, bytes, seconds, failures, interrupted }: RunReport,
  reporter: Reporter,
): void {
  const { paint } = reporter;
  const number = (value: number): string => value.toLocaleString('en-US');
  const rate = seconds > 0 ? `, ${number(Math.round(events.read / seconds))} events/s` : '';
  const skips = Object.entries(objects.skips).map(([reason, count]) => `${number(count)} ${reason}`);
  reporter.line(paint.bold(interrupted ? 'Interrupted; what was in flight is settled.' : 'Done.'));
  reporter.line(
    `  objects  ${number(objects.seen)} seen · ${number(objects.done)} read · ${number(objects.skipped)} skipped${skips.length === 0 ? '' : ` (${skips.join(', ')})`} · ${number(objects.failed)} failed`,
  );
  reporter.line(
    `  events   ${number(events.read)} read = ${number(events.indexed)} indexed + ${number(events.duplicate)} duplicate + ${number(events.rejected)} rejected + ${number(events.skipped)} skipped`,
  );
  reporter.line(`  ${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s${rate}`);
  for (const { bucket, key, code, message } of failures.slice(0, 10))
    reporter.line(paint.red(`  failed   ${bucket}/${key}: ${message} (${code})`));
  if (failures.length > 10) reporter.line(`  … and ${failures.length - 10} more: status lists them`);
  if (objects.failed > 0) reporter.line('  → Failed objects are read again by the next run.');
  if (events.rejected > 0)
    reporter.line(
      '  → Rejected events are kept as dead letters: status says why they were rejected, replay sends them again.',
    );
}
