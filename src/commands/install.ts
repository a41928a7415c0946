import { InvalidArgumentError, type Command } from 'commander';
import type { IndexConfig } from '../config/config.ts';
import { firstOf } from '../config/precedence.ts';
import type { Register } from './index.ts';
import { printPlan, printResult, report } from './plan-report.ts';
import {
  configFrom,
  connectionFrom,
  connectionOptions,
  createReporter,
  dashboardsFrom,
  dashboardsOptions,
  outputOptions,
  warnInsecure,
  type ConnectionOptions,
  type DashboardsOptions,
  type OutputOptions,
} from './shared.ts';

interface InstallOptions extends ConnectionOptions, DashboardsOptions, OutputOptions, Partial<IndexConfig> {
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
    .option('--shards <n>', 'primary shards of an index (default: 1)', whole(1, 64))
    .option('--replicas <n>', 'replicas of an index (default: 1)', whole(0, 5));
}

async function install(options: InstallOptions): Promise<void> {
  const reporter = createReporter(options);
  const file = await configFrom(options, reporter);
  const config = connectionFrom(options, process.env, file?.opensearch);
  warnInsecure(config, reporter);
  const [{ createClient }, { runInstall }] = await Promise.all([
    import('../opensearch/client.ts'),
    import('../install/run.ts'),
  ]);
  const client = createClient(config);
  try {
    const result = await runInstall(client, {
      url: config.url,
      index: { ...file?.index, ...given(options) },
      allowForeign: options.allowForeign === true,
      dryRun: options.dryRun === true,
      dashboards: dashboardsFrom(options, config, process.env, file?.dashboards),
      now: Date.now(),
      onPlan: (prepared) => printPlan(prepared, config.url, reporter),
    });
    printResult(result, 'Installed', options.dryRun === true, reporter);
    reporter.result({ ...report(result, config.url, options.dryRun === true), installed: result.installed });
  } finally {
    await client.close();
  }
}

function given(options: InstallOptions): Partial<IndexConfig> {
  const { alias, period: chosen, shards, replicas } = options;
  return Object.fromEntries(
    Object.entries({ alias, period: chosen, shards, replicas }).filter(([, value]) => firstOf(value) !== undefined),
  );
}

export function aliasName(text: string): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,199}$/.test(text))
    throw new InvalidArgumentError('Lower-case letters, digits, ".", "_" and "-", at most 200.');
  return text;
}

function period(text: string): IndexConfig['period'] {
  if (text !== 'day' && text !== 'month' && text !== 'year') throw new InvalidArgumentError('day, month or year.');
  return text;
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < least || number > most || text.trim() === '')
      throw new InvalidArgumentError(`A whole number from ${least} to ${most}.`);
    return number;
  };
}
