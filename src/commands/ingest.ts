import { Option } from 'commander';
import type { ConfigFile } from '../config/schema.ts';
import type { SourceFlags } from '../config/sources.ts';
import { EXIT } from '../errors.ts';
import { EVENT_CATEGORIES, type EventCategory } from '../ingest/filter.ts';
import type { RunObserver } from '../ingest/run.ts';
import type { RunReport } from '../ingest/totals.ts';
import { drainSignals, exitCodeOf } from '../interrupt.ts';
import { DEFAULT_ALIAS } from '../names.ts';
import { createProgress } from '../progress.ts';
import { clusterFrom, configFrom, type ClusterFlags } from './cluster.ts';
import type { Register } from './index.ts';
import {
  accountIds,
  aliasOption,
  classUids,
  connectionOptions,
  listOf,
  outputOptions,
  portNumber,
  wholeNumber,
  words,
} from './options.ts';
import { createReporter, type Reporter } from './reporter.ts';
import { printRun } from './run-report.ts';

interface IngestFlags extends ClusterFlags, SourceFlags {
  readonly once?: boolean;
  readonly follow?: boolean;
  readonly force?: boolean;
  readonly threads?: number;
  readonly metrics?: number | true;
}

const categories = listOf(
  (word): word is EventCategory => EVENT_CATEGORIES.some((category) => category === word),
  `One of ${EVENT_CATEGORIES.join(', ')}.`,
);

export const registerIngest: Register = (program, exit) => {
  const command = program
    .command('ingest')
    .description('Read CloudTrail from S3, SQS notifications or a folder, and index every event exactly once.')
    .argument(
      '[source...]',
      's3://bucket/prefix, a queue URL, sqs://queue, a file or a folder; none: those of --config',
    );
  connectionOptions(command)
    .addOption(aliasOption())
    .addOption(
      new Option(
        '--once',
        'end when everything there is has been read (the default, except where all sources are queues)',
      ).conflicts('follow'),
    )
    .option('--follow', 'go on until stopped (the default for queues)')
    .option('--force', 'read settled objects again; events that are there already count as duplicates')
    .option('--since <time>', 'only events from here on: 2026-11-01, an instant, or an age such as 7d')
    .option('--until <time>', 'only events before; a day is included')
    .option('--account <id>', 'only events of this account; may be repeated', accountIds)
    .option('--region <name>', 'only events of this region; may be repeated', words)
    .option('--event <name>', 'only this operation, such as ConsoleLogin or Delete*; may be repeated', words)
    .option('--exclude-event <name>', 'leave this operation out, such as Describe*; may be repeated', words)
    .option('--class <uid>', 'only this OCSF class, such as 3002; may be repeated', classUids)
    .option('--exclude-class <uid>', 'leave this OCSF class out; may be repeated', classUids)
    .option('--category <name>', `only these events: ${EVENT_CATEGORIES.join(', ')}; may be repeated`, categories)
    .option('--aws-region <name>', "region of bucket or queue (default: the SDK's)")
    .option('--aws-endpoint <url>', 'another S3 and SQS endpoint')
    .option(
      '--metrics [port]',
      'serve Prometheus metrics, /health and /ready on loopback (default port: 9464)',
      portNumber,
    )
    .option('--threads <n>', 'worker threads that decode and map (default: the cores, at most 4)', wholeNumber(1, 64));
  outputOptions(command).action(async (sources: readonly string[], flags: IngestFlags) =>
    exit(await run(sources, flags)),
  );
};

async function run(named: readonly string[], flags: IngestFlags): Promise<number> {
  const reporter = createReporter(flags);
  const file = await configFrom(flags, reporter);
  const opensearch = clusterFrom(flags, file, reporter);
  const [{ runIngest }, { sourceSpecs }, { defaultConfig }, { createLogger }] = await Promise.all([
    import('../ingest/run.ts'),
    import('../config/sources.ts'),
    import('../config/load.ts'),
    import('../logger.ts'),
  ]);
  const settings = (file ?? defaultConfig()).ingest;
  const specs = sourceSpecs(named, flags, file, Date.now());
  // A queue has no end: whoever names one wants what will come, not only what is there.
  const follow = flags.follow ?? (flags.once !== true && specs.every(({ kind }) => kind === 'sqs'));
  const metrics = await metricsFor(flags, file?.metrics, reporter);
  const signals = drainSignals((text) => reporter.note(text));
  const progress = createProgress(process.stderr);
  const print = (report: RunReport): void => {
    progress.stop();
    reporter.result(report);
    printRun(report, reporter);
  };
  try {
    const report = await runIngest({
      opensearch,
      alias: flags.alias ?? file?.index.alias ?? DEFAULT_ALIAS,
      sources: specs,
      ingest: flags.threads === undefined ? settings : { ...settings, threads: flags.threads },
      follow,
      force: flags.force === true,
      logger: createLogger({ verbose: flags.verbose === true }),
      signals,
      observer: metrics === undefined ? progress.observer : both(progress.observer, metrics.observer),
      onFailure: print,
    });
    print(report);
    if (signals.received !== undefined) return exitCodeOf(signals.received);
    return report.events.rejected > 0 || report.objects.failed > 0 ? EXIT.partial : EXIT.done;
  } finally {
    progress.stop();
    signals.dispose();
    await metrics?.close();
  }
}

function both(one: RunObserver, other: RunObserver): RunObserver {
  return {
    start(sources) {
      one.start?.(sources);
      other.start?.(sources);
    },
    batch(counts, bytes) {
      one.batch?.(counts, bytes);
      other.batch?.(counts, bytes);
    },
    object(report) {
      one.object?.(report);
      other.object?.(report);
    },
    waiting(reason, delayMs) {
      one.waiting?.(reason, delayMs);
      other.waiting?.(reason, delayMs);
    },
    sourceFailed(source) {
      one.sourceFailed?.(source);
      other.sourceFailed?.(source);
    },
  };
}

/** Served where `--metrics` or the configuration file asks for it. */
async function metricsFor(
  { metrics: flag }: IngestFlags,
  file: ConfigFile['metrics'],
  reporter: Reporter,
): Promise<{ observer: RunObserver; close(): Promise<void> } | undefined> {
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
