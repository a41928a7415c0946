import type { ConfigFile } from '../config/schema.ts';
import { messageOf } from '../errors.ts';
import type { Status } from '../operate/status.ts';
import type { SourceStatus } from '../operate/status/ledger.ts';
import type { Register } from './index.ts';
import { aliasName } from './install.ts';
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

interface StatusFlags extends ConnectionOptions, OutputOptions {
  readonly alias?: string;
}

/** A queue of the configuration file; `error` instead of numbers where it cannot be asked. */
type QueueReport = { readonly source: string; readonly queue: string } & (
  { readonly waiting: number; readonly inFlight: number } | { readonly error: string }
);

export const registerStatus: Register = (program) => {
  const command = program
    .command('status')
    .description('Show what is installed, the events and objects so far, lag, dead letters, and queues of --config.');
  connectionOptions(command).option('--alias <name>', 'alias that was installed (default: logs-cloudtrail)', aliasName);
  outputOptions(command).action(run);
};

async function run(flags: StatusFlags): Promise<void> {
  const reporter = createReporter(flags);
  const file = await configFrom(flags, reporter);
  const config = connectionFrom(flags, process.env, file?.opensearch);
  warnInsecure(config, reporter);
  const [{ createClient }, { readStatus }, { names }] = await Promise.all([
    import('../opensearch/client.ts'),
    import('../operate/status.ts'),
    import('../names.ts'),
  ]);
  const client = createClient(config);
  try {
    const [status, queues] = await Promise.all([
      readStatus(client, names(flags.alias ?? file?.index.alias), Date.now()),
      readQueues(file?.sources ?? {}),
    ]);
    reporter.result({ ...status, queues });
    print(status, queues, reporter);
  } finally {
    await client.close();
  }
}

async function readQueues(sources: ConfigFile['sources']): Promise<QueueReport[]> {
  const enabled = Object.entries(sources).filter(([, source]) => source.enabled);
  const reports = enabled.map(async ([name, source]): Promise<QueueReport[]> => {
    if (source.type !== 'sqs') return [];
    const { readQueue } = await import('../aws/queue.ts');
    const { queue, region, endpoint, credentials, proxy, ca } = source;
    const given = { region, endpoint, credentials, proxy, ca };
    const aws = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    try {
      const { waiting, inFlight } = await readQueue(queue, aws);
      return [{ source: name, queue, waiting, inFlight }];
    } catch (error) {
      return [{ source: name, queue, error: messageOf(error) }];
    }
  });
  return (await Promise.all(reports)).flat();
}

function print(status: Status, queues: readonly QueueReport[], reporter: Reporter): void {
  const { paint } = reporter;
  const heading = (text: string): void => {
    reporter.line();
    reporter.line(paint.bold(text));
  };
  printInstalled(status, reporter);

  heading(`Events: ${number(status.events.total)}`);
  for (const { name, documents, bytes } of status.events.indices)
    reporter.line(`  ${name}  ${number(documents)} events, ${megabytes(bytes)}`);
  const most = Math.max(...status.events.days.map(({ events }) => events));
  if (most > 0)
    for (const { day, events } of status.events.days)
      reporter.line(`  ${day} ${number(events).padStart(number(most).length)} ${bar(events, most)}`.trimEnd());

  const { ledger, deadLetters } = status;
  heading('Objects by source');
  if (ledger.sources.length === 0) reporter.line('  nothing was ingested yet');
  for (const source of ledger.sources) printSource(source, reporter);
  const { open, abandoned, oldest } = ledger.claims;
  if (open > 0)
    reporter.line(
      `  ${number(open)} being read, since ${oldest ?? 'now'} at most` +
        (abandoned === 0 ? '' : paint.yellow(`; ${number(abandoned)} abandoned: the next run takes them over`)),
    );
  for (const { bucket, key, code, message } of ledger.failures)
    reporter.line(paint.red(`  failed  ${bucket}/${key}: ${message} (${code})`));

  if (queues.length > 0) heading('Queues');
  for (const queue of queues)
    reporter.line(
      'error' in queue
        ? paint.red(`  ${queue.source}  ${queue.error}`)
        : `  ${queue.source}  ${number(queue.waiting)} waiting, ${number(queue.inFlight)} in flight`,
    );

  heading(`Dead letters: ${number(deadLetters.total)}`);
  for (const { reason, letters, last } of deadLetters.reasons)
    reporter.line(`  ${number(letters)} ${reason}, last ${last}`);
  if (deadLetters.total > 0) reporter.line('  → ocsf-cloudtrail replay sends them through the chain again.');
}

function printInstalled({ installed, package: ours, cluster, alias }: Status, reporter: Reporter): void {
  reporter.line(reporter.paint.bold(`OpenSearch ${cluster.version}`));
  if (installed === null) {
    reporter.line(reporter.paint.yellow(`  ${alias} is not installed: run ocsf-cloudtrail install.`));
    return;
  }
  const { version, period } = installed;
  reporter.line(`  ${alias}: installed by version ${version}, an index per ${period}`);
  if (version !== ours)
    reporter.line(
      reporter.paint.yellow(`  this is version ${ours}: run ocsf-cloudtrail install to bring both in line.`),
    );
}

function printSource({ source, objects, events, bytes, lastSuccess, lag }: SourceStatus, reporter: Reporter): void {
  const { done, skipped, failed } = objects;
  reporter.line(`  ${source}`);
  const failures = `${number(failed)} failed`;
  reporter.line(
    `    objects ${number(done)} done · ${number(skipped)} skipped · ${failed > 0 ? reporter.paint.red(failures) : failures}, ${megabytes(bytes)}`,
  );
  reporter.line(
    `    events  ${number(events.read)} read = ${number(events.indexed)} indexed + ${number(events.duplicate)} duplicate + ${number(events.rejected)} rejected + ${number(events.skipped)} skipped`,
  );
  reporter.line(
    `    last success ${lastSuccess ?? 'never'}${lag === null ? '' : `; lag in the last day ${lag.average} s on average, ${lag.largest} s at most`}`,
  );
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function bar(value: number, most: number): string {
  return '▇'.repeat(Math.ceil((value / most) * 40));
}
