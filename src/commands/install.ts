import { InvalidArgumentError, type Command } from 'commander';
import type { IndexConfig } from '../config/config.ts';
import type { DashboardsFlags } from '../config/connection.ts';
import { firstOf } from '../config/precedence.ts';
import { dashboardsOf, withCluster, type ClusterFlags } from './cluster.ts';
import type { Register } from './index.ts';
import { aliasName, connectionOptions, dashboardsOptions, outputOptions, wholeNumber } from './options.ts';
import { printPlan, printResult, report } from './plan-report.ts';

interface InstallFlags extends ClusterFlags, DashboardsFlags, Partial<IndexConfig> {
  readonly allowForeign?: boolean;
  readonly dryRun?: boolean;
}

export const registerInstall: Register = (program) => {
  const command = program
    .command('install')
    .description(
      'Put templates, the first index and the alias into a cluster, and the dashboards into OpenSearch Dashboards.',
    );
  connectionOptions(command);
  indexOptions(command)
    .option('--allow-foreign', 'go on although indices of another package are behind the alias')
    .option('--dry-run', 'print the plan and change nothing');
  dashboardsOptions(command);
  outputOptions(command).action(install);
};

/** Where events go. Without them what is installed stays, else the defaults hold. */
function indexOptions(command: Command): Command {
  return command
    .option('--alias <name>', 'alias in front of the event indices (default: logs-cloudtrail)', aliasName)
    .option('--period <period>', 'events of how long share an index: day, month or year (default: month)', period)
    .option('--shards <n>', 'primary shards of an index (default: 1)', wholeNumber(1, 64))
    .option('--replicas <n>', 'replicas of an index (default: 1)', wholeNumber(0, 5));
}

async function install(flags: InstallFlags): Promise<void> {
  await withCluster(flags, async ({ client, config, file, reporter }) => {
    const { runInstall } = await import('../install/run.ts');
    const dryRun = flags.dryRun === true;
    const result = await runInstall(client, {
      url: config.url,
      index: { ...file?.index, ...given(flags) },
      allowForeign: flags.allowForeign === true,
      dryRun,
      dashboards: dashboardsOf(flags, config, file, reporter),
      now: Date.now(),
      onPlan: (prepared) => printPlan(prepared, config.url, reporter),
    });
    printResult(result, 'Installed', dryRun, reporter);
    reporter.result({ ...report(result, config.url, dryRun), installed: result.installed });
  });
}

function given(options: InstallFlags): Partial<IndexConfig> {
  const { alias, period: chosen, shards, replicas } = options;
  return Object.fromEntries(
    Object.entries({ alias, period: chosen, shards, replicas }).filter(([, value]) => firstOf(value) !== undefined),
  );
}

function period(text: string): IndexConfig['period'] {
  if (text !== 'day' && text !== 'month' && text !== 'year') throw new InvalidArgumentError('day, month or year.');
  return text;
}
