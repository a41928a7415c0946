import { Option } from 'commander';
import type { OpenSearchConfig } from '../config/config.ts';
import type { ConfigFile } from '../config/schema.ts';
import { firstOf } from '../config/precedence.ts';
import type { SourceFlags } from '../config/sources.ts';
import { AppError, EXIT, messageOf } from '../errors.ts';
import type { SourceSpec } from '../ingest/run.ts';
import type { RunReport } from '../ingest/totals.ts';
import { aborted, drainSignals, exitCodeOf, type DrainSignals } from '../interrupt.ts';
import { DEFAULT_ALIAS } from '../names.ts';
import { closeAll, type Closing } from './closing.ts';
import { clusterFrom, configFrom, type ClusterFlags } from './cluster.ts';
import type { Register } from './index.ts';
import { accountIds, aliasName, connectionOptions, outputOptions, portNumber, words } from './options.ts';
import { createReporter, type Reporter } from './reporter.ts';

interface ExploreFlags
  extends ClusterFlags, Pick<SourceFlags, 'since' | 'until' | 'account' | 'region' | 'awsRegion' | 'awsEndpoint'> {
  readonly dashboards?: string;
  readonly port?: number;
  readonly workspace?: string;
  readonly workspaces?: boolean;
  readonly deleteWorkspace?: string;
  readonly open: boolean;
}

export const registerExplore: Register = (program, exit) => {
  const command = program
    .command('explore')
    .description(
      'Show the dashboards in a local browser page, without an OpenSearch Dashboards server. With a source it is ingested first; where no cluster is named, into an embedded one that keeps its data for next time.',
    )
    .argument('[source...]', 'a file or folder, s3://bucket/prefix, a queue URL: ingested before the page opens');
  connectionOptions(command)
    .option('--alias <name>', 'alias of the events (default: logs-cloudtrail)', aliasName)
    .option('--dashboards <file>', 'show the dashboards of this exported ndjson instead of ours')
    .option('--port <n>', 'port on loopback (default: any free one)', portNumber)
    .addOption(
      new Option('--workspace <name>', 'embedded cluster with data of its own (default: "default" where no cluster is named)')
        .conflicts('opensearchUrl'), // prettier-ignore
    )
    .option('--no-open', 'only print the address; else the page opens where there is a screen and a terminal')
    .option('--workspaces', 'list the workspaces, and end')
    .option('--delete-workspace <name>', 'delete a workspace with all its events, and end')
    .option('--since <time>', 'ingest only events from here on: 2026-11-01, an instant, or an age such as 7d')
    .option('--until <time>', 'ingest only events before; a day is included')
    .option('--account <id>', 'ingest only events of this account; may be repeated', accountIds)
    .option('--region <name>', 'ingest only events of this region; may be repeated', words)
    .option('--aws-region <name>', "region of bucket or queue (default: the SDK's)")
    .option('--aws-endpoint <url>', 'another S3 and SQS endpoint');
  outputOptions(command).action(async (named: readonly string[], flags: ExploreFlags) => exit(await run(named, flags)));
};

async function run(named: readonly string[], flags: ExploreFlags): Promise<number> {
  const reporter = createReporter(flags);
  const { deleteOne, listAll, startWorkspace } = await import('./explore-workspace.ts');
  if (flags.workspaces === true) return listAll(reporter);
  if (flags.deleteWorkspace !== undefined) return deleteOne(flags.deleteWorkspace, reporter);
  const file = await configFrom(flags, reporter);
  const specs = await specsOf(named, flags, file);
  const [{ startExplore }, { createLogger }] = await Promise.all([
    import('../explore/start.ts'),
    import('../logger.ts'),
  ]);
  const logger = createLogger({ verbose: flags.verbose === true });
  const alias = flags.alias ?? file?.index.alias ?? DEFAULT_ALIAS;
  let shown = false;
  const signals = drainSignals(() => reporter.note(shown ? 'Ending …' : 'Stopping; what was read is kept …'));
  const closing: Closing = [() => signals.dispose()];
  try {
    const cluster = isNamed(flags, file)
      ? { opensearch: clusterFrom(flags, file, reporter), exited: never }
      : await startWorkspace({ name: flags.workspace, mayBeNew: specs.length > 0, alias, reporter, signals, closing });
    const { opensearch } = cluster;
    const report = specs.length === 0 ? undefined : await ingest(specs, opensearch, alias, flags, reporter, signals);
    if (signals.received !== undefined) return exitCodeOf(signals.received);
    const server = await startExplore({
      opensearch,
      alias,
      ...(flags.dashboards === undefined ? {} : { dashboards: flags.dashboards }),
      port: flags.port ?? 0,
      logger,
    });
    closing.push(() => server.close());
    const url = await server.address();
    shown = true;
    reporter.line(`Explore is at ${reporter.paint.bold(url)}`);
    reporter.result({
      url,
      opensearch: opensearch.url,
      ...('workspace' in cluster ? { workspace: cluster.workspace } : {}),
      ...(report === undefined ? {} : { ingested: report }),
    });
    if (flags.open && flags.json !== true) await openBrowser(url, reporter, closing);
    reporter.note('Ctrl-C ends it.');
    await Promise.race([aborted(signals.drain), cluster.exited]);
    if (!signals.drain.aborted)
      throw new AppError('CLUSTER_UNREACHABLE', 'The embedded OpenSearch ended.', {
        hint: 'The events are kept: start explore again. Did the machine run out of memory?',
      });
    return report !== undefined && report.events.rejected + report.objects.failed > 0 ? EXIT.partial : EXIT.done;
  } catch (error) {
    if (signals.received === undefined) throw error;
    return exitCodeOf(signals.received);
  } finally {
    await closeAll(closing, reporter);
  }
}

/** A convenience: the address is printed anyway. */
async function openBrowser(url: string, reporter: Reporter, closing: Closing): Promise<void> {
  const { hasScreen, openPage } = await import('../explore/open-page.ts');
  if (!hasScreen(process.env, process.platform, process.stdout.isTTY)) return;
  try {
    closing.push(await openPage(url));
  } catch (error) {
    reporter.note(`No browser could be opened (${messageOf(error)}): open the address yourself.`);
  }
}

const never = new Promise<void>(() => undefined);

function isNamed(flags: ExploreFlags, file: ConfigFile | undefined): boolean {
  if (flags.workspace !== undefined) return false;
  return firstOf(flags.opensearchUrl, process.env['OPENSEARCH_URL'], file?.opensearch?.url) !== undefined;
}

/** What is to be read, looked at before anything is started for it. */
async function specsOf(
  named: readonly string[],
  flags: ExploreFlags,
  file: ConfigFile | undefined,
): Promise<readonly SourceSpec[]> {
  if (named.length === 0) return [];
  const [{ sourceSpecs }, { existsSync }] = await Promise.all([import('../config/sources.ts'), import('node:fs')]);
  const specs = sourceSpecs(named, flags, file, Date.now());
  for (const spec of specs)
    if (spec.kind === 'folder' && !existsSync(spec.path))
      throw new AppError('SOURCE_NOT_FOUND', `There is no ${spec.path}.`, {
        hint: 'Give an existing file or folder, s3://bucket/prefix, or a queue.',
      });
  return specs;
}

async function ingest(
  sources: readonly SourceSpec[],
  opensearch: OpenSearchConfig,
  alias: string,
  flags: ExploreFlags,
  reporter: Reporter,
  signals: DrainSignals,
): Promise<RunReport> {
  const [{ ingestOnce }, { printRun }, { createLogger }] = await Promise.all([
    import('./ingest-once.ts'),
    import('./run-report.ts'),
    import('../logger.ts'),
  ]);
  reporter.note(`Reading ${sources.map(({ name }) => name).join(', ')} …`);
  const logger = createLogger({ verbose: flags.verbose === true });
  const onFailure = (done: RunReport): void => printRun(done, reporter);
  const report = await ingestOnce({ opensearch, alias, sources, logger, signals, onFailure });
  printRun(report, reporter);
  return report;
}
