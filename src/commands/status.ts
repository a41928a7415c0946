import type { ConfigFile } from '../config/schema.ts';
import { awsOf } from '../config/sources.ts';
import { messageOf } from '../errors.ts';
import { names } from '../names.ts';
import type { Status } from '../operate/status.ts';
import type { SourceStatus } from '../operate/status/ledger.ts';
import { count, megabytes } from '../progress.ts';
import { withCluster, type ClusterFlags } from './cluster.ts';
import { eventIndexLine } from './event-index.ts';
import type { Register } from './index.ts';
import { aliasOption, connectionOptions, outputOptions } from './options.ts';
import type { Reporter } from './reporter.ts';

/** A queue of the configuration file; `error` instead of numbers where it cannot be asked. */
type QueueReport = { readonly source: string; readonly queue: string } & (
  { readonly waiting: number; readonly inFlight: number } | { readonly error: string }
);

export const registerStatus: Register = (program) => {
  const command = program
    .command('status')
    .description('Show what is installed, the events and objects so far, lag, dead letters, and queues of --config.');
  connectionOptions(command).addOption(aliasOption());
  outputOptions(command).action(run);
};

async function run(flags: ClusterFlags): Promise<void> {
  await withCluster(flags, async ({ client, file, reporter }) => {
    const { readStatus } = await import('../operate/status.ts');
    const [status, queues] = await Promise.all([
      readStatus(client, names(flags.alias ?? file?.index.alias), Date.now()),
      readQueues(file?.sources ?? {}),
    ]);
    reporter.result({ ...status, queues });
    print(status, queues, reporter);
  });
}

async function readQueues(sources: ConfigFile['sources']): Promise<QueueReport[]> {
  const enabled = Object.entries(sources).filter(([, source]) => source.enabled);
  const reports = enabled.map(async ([name, source]): Promise<QueueReport[]> => {
    if (source.type !== 'sqs') return [];
    const { readQueue } = await import('../aws/queue.ts');
    const { queue } = source;
    try {
      const { waiting, inFlight } = await readQueue(queue, awsOf(source));
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
  for (const { action, shards, missing } of status.incomplete)
    reporter.line(
      paint.yellow(
        `  could not ${action} wholly: ${missing} of ${shards} shards did not answer, the numbers are too low`,
      ),
    );

  heading(`Events: ${count(status.events.total)}`);
  for (const index of status.events.indices) reporter.line(eventIndexLine(index));
  const most = Math.max(...status.events.days.map(({ events }) => events));
  if (most > 0)
    for (const { day, events } of status.events.days)
      reporter.line(`  ${day} ${count(events).padStart(count(most).length)} ${bar(events, most)}`.trimEnd());

  const { ledger, deadLetters } = status;
  heading('Objects by source');
  if (ledger.sources.length === 0) reporter.line('  nothing was ingested yet');
  for (const source of ledger.sources) printSource(source, reporter);
  const { open, abandoned, oldest } = ledger.claims;
  if (open > 0)
    reporter.line(
      `  ${count(open)} being read, since ${oldest ?? 'now'} at most` +
        (abandoned === 0 ? '' : paint.yellow(`; ${count(abandoned)} abandoned: the next run takes them over`)),
    );
  for (const { bucket, key, code, message } of ledger.failures)
    reporter.line(paint.red(`  failed  ${bucket}/${key}: ${message} (${code})`));

  if (queues.length > 0) heading('Queues');
  for (const queue of queues)
    reporter.line(
      'error' in queue
        ? paint.red(`  ${queue.source}  ${queue.error}`)
        : `  ${queue.source}  ${count(queue.waiting)} waiting, ${count(queue.inFlight)} in flight`,
    );

  heading(`Dead letters: ${count(deadLetters.total)}`);
  for (const { reason, letters, last } of deadLetters.reasons)
    reporter.line(`  ${count(letters)} ${reason}, last ${last}`);
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
  const failures = `${count(failed)} failed`;
  reporter.line(
    `    objects ${count(done)} done · ${count(skipped)} skipped · ${failed > 0 ? reporter.paint.red(failures) : failures}, ${megabytes(bytes)}`,
  );
  reporter.line(
    `    events  ${count(events.read)} read = ${count(events.indexed)} indexed + ${count(events.duplicate)} duplicate + ${count(events.rejected)} rejected + ${count(events.skipped)} skipped`,
  );
  reporter.line(
    `    last success ${lastSuccess ?? 'never'}${lag === null ? '' : `; lag in the last day ${lag.average} s on average, ${lag.largest} s at most`}`,
  );
}

function bar(value: number, most: number): string {
  return '▇'.repeat(Math.ceil((value / most) * 40));
}
