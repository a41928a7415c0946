import type { Command } from 'commander';
import { parseInstant } from '../config/duration.ts';
import { EXIT, AppError } from '../errors.ts';
import type { PanelReport, QueryReport, Status, VerifyReport } from '../verify/verify.ts';
import { clusterFrom, configFrom, withClient, type ClusterFlags } from './cluster.ts';
import type { Register } from './index.ts';
import { aliasOption, connectionOptions, outputOptions } from './options.ts';
import { createReporter, type Reporter } from './reporter.ts';

interface VerifyFlags extends ClusterFlags {
  readonly since?: string;
  readonly until?: string;
  readonly dashboards?: string;
  readonly requests?: boolean;
  readonly timeZone?: string;
}

export const registerVerify: Register = (program, exit) => {
  const command = program
    .command('verify')
    .description('Run every panel and saved query on the cluster, and say which show nothing or fail, and why.');
  connectionOptions(command);
  verifyOptions(command);
  outputOptions(command).action((flags: VerifyFlags) => run(flags, exit));
};

function verifyOptions(command: Command): Command {
  return command
    .option(
      '--since <time>',
      "from when: 24h, 7d, 2026-11-01, an instant, now-1d/d (default: a dashboard's own, else 24h)",
    )
    .option('--until <time>', 'to when, in the same forms (default: now)')
    .option('--dashboards <file>', 'verify this exported ndjson instead of our dashboards')
    .option('--requests', 'print each compiled request as NDJSON and run nothing; needs no cluster')
    .option('--time-zone <name>', "IANA zone in which days begin (default: this machine's)")
    .addOption(aliasOption());
}

async function run(flags: VerifyFlags, exit: (code: number) => void): Promise<void> {
  const reporter = createReporter(flags);
  const file = await configFrom(flags, reporter);
  const alias = flags.alias ?? file?.index.alias;
  const [{ questionsOf, requestLines, verify }, load] = await Promise.all([
    import('../verify/verify.ts'),
    import('../verify/load.ts'),
  ]);
  const options = await verifyContext(flags);
  const bundlesOf = (fieldsOf?: Parameters<typeof load.userBundle>[1]['fieldsOf']) => {
    const how = { alias, ...(fieldsOf === undefined ? {} : { fieldsOf }) };
    const ours = load.shippedBundles(how);
    return flags.dashboards === undefined ? ours : [load.userBundle(flags.dashboards, how, ours)];
  };
  if (flags.requests === true) {
    const lines = bundlesOf().flatMap((bundle) => requestLines(questionsOf(bundle, options)));
    for (const line of lines) process.stdout.write(`${JSON.stringify(line)}\n`);
    return;
  }
  const config = clusterFrom(flags, file, reporter);
  const { verifyCluster } = await import('../verify/cluster.ts');
  await withClient(config, async (client) => {
    const cluster = verifyCluster(client, config.url);
    const unknown = load.patternsWithoutFields(bundlesOf());
    const fields = new Map(
      await Promise.all(unknown.map(async (title) => [title, await cluster.fields(title)] as const)),
    );
    const known = (title: string) => (fields.get(title)?.length === 0 ? undefined : fields.get(title));
    const bundles = bundlesOf(known);
    const reports: VerifyReport[] = [];
    for (const bundle of bundles) reports.push(await verify(bundle, cluster, options));
    exit(finish(reports, reporter));
  });
}

async function verifyContext(flags: VerifyFlags) {
  const { parseDateMath } = await import('../content/compile/request.ts');
  const now = Date.now();
  const timeZone = flags.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!isTimeZone(timeZone))
    throw new AppError('USAGE', `"${timeZone}" is not a time zone.`, { hint: 'Write Europe/Berlin.' });
  const time = (text: string, as: 'since' | 'until') => {
    const math = parseDateMath(text, { now, timeZone, roundUp: as === 'until' });
    const isMath = text.startsWith('now') || text.includes('||');
    return new Date(isMath && math !== undefined ? math : parseInstant(text, now, as)).toISOString();
  };
  const { since, until } = flags;
  if (since === undefined && until === undefined) return { now, timeZone };
  const to = until === undefined ? new Date(now).toISOString() : time(until, 'until');
  const from = since === undefined ? new Date(Date.parse(to) - 86_400_000).toISOString() : time(since, 'since');
  if (from > to) throw new AppError('USAGE', `--since ${since ?? from} is later than --until ${until ?? to}.`);
  return { now, timeZone, timeRange: { from, to } };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

function finish(reports: readonly VerifyReport[], reporter: Reporter): number {
  const panels = reports.flatMap((report) => report.panels);
  const queries = reports.flatMap((report) => report.queries);
  const missing = [...new Set(reports.flatMap((report) => report.missing))];
  if (missing.length > 0 && reports.every(({ installed }) => !installed)) {
    throw new AppError('NOT_INSTALLED', `There is nothing to verify: ${missing.join(', ')} does not exist.`, {
      hint: 'Run ocsf-cloudtrail install, or name the alias with --alias.',
    });
  }
  printPanels(panels, reporter);
  printQueries(queries, reporter);
  reporter.result({ panels, queries });
  const all = [...panels, ...queries];
  reporter.line();
  reporter.line((['ok', 'empty', 'failed'] as const).map((status) => `${count(all, status)} ${status}`).join(', '));
  for (const index of missing) reporter.warn(`${index} does not exist: this part is not installed.`);
  return count(all, 'failed') > 0 ? EXIT.partial : EXIT.done;
}

function count(all: readonly { readonly status: Status }[], status: Status): number {
  return all.filter((one) => one.status === status).length;
}

function printPanels(panels: readonly PanelReport[], reporter: Reporter): void {
  let dashboard: string | null | undefined;
  for (const panel of panels) {
    if (panel.dashboard !== dashboard) {
      dashboard = panel.dashboard;
      reporter.line(reporter.paint.bold(dashboard ?? 'On no dashboard'));
    }
    reporter.line(`  ${mark(panel.status, reporter)} ${panel.panel}${why(panel.reason, reporter)}`);
  }
}

function printQueries(queries: readonly QueryReport[], reporter: Reporter): void {
  if (queries.length === 0) return;
  reporter.line(reporter.paint.bold('Saved queries'));
  const width = Math.max(...queries.map(({ hits }) => String(hits).length));
  for (const { query, status, hits, reason } of queries) {
    reporter.line(`  ${mark(status, reporter)} ${String(hits).padStart(width)}  ${query}${why(reason, reporter)}`);
  }
}

function mark(status: Status, { paint }: Reporter): string {
  return { ok: paint.green('ok    '), empty: paint.yellow('empty '), failed: paint.red('failed') }[status];
}

function why(reason: string | undefined, { paint }: Reporter): string {
  return reason === undefined ? '' : paint.dim(`  (${reason.replaceAll('\n', ' ')})`);
}
