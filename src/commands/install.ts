import { InvalidArgumentError, type Command } from 'commander';
import type { IndexConfig } from '../config/config.ts';
import { firstOf } from '../config/precedence.ts';
import type { Client } from '@opensearch-project/opensearch';
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
import type { Note, Plan, Step } from '../install/steps.ts';

interface InstallOptions extends ConnectionOptions, OutputOptions, Partial<IndexConfig> {
  readonly allowForeign?: boolean;
  readonly dryRun?: boolean;
}

export const registerInstall: Register = (program) => {
  const command = program
    .command('install')
    .description('Put templates, the first index and the alias into a cluster. Prints the plan, then applies it.');
  connectionOptions(command);
  indexOptions(command)
    .option('--allow-foreign', 'go on although indices of another package are behind the alias')
    .option('--dry-run', 'print the plan and change nothing');
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
  const { createClient } = await import('../opensearch/client.ts');
  const client = createClient(config);
  try {
    await run(client, config.url, { ...file?.index, ...given(options) }, options, reporter);
  } finally {
    await client.close();
  }
}

async function run(
  client: Client,
  url: string,
  index: Partial<IndexConfig>,
  options: InstallOptions,
  reporter: Reporter,
): Promise<void> {
  const [{ names }, { readCurrent }, { loadDesired }, { planInstall }, { applyClusterSteps }, { verifyTemplate }] =
    await Promise.all([
      import('../names.ts'),
      import('../install/current.ts'),
      import('../install/load.ts'),
      import('../install/plan.ts'),
      import('../install/apply.ts'),
      import('../install/verify.ts'),
    ]);
  const ours = names(index.alias);
  const current = await readCurrent(client, ours, url);
  const desired = loadDesired(ours, index, current, Date.now());
  const plan = planInstall(desired, current, { allowForeign: options.allowForeign === true });
  reporter.line(`OpenSearch ${current.cluster.version} at ${url}`);
  printPlan(plan, reporter);
  const dryRun = options.dryRun === true;
  const skipped = dryRun ? [] : await applyClusterSteps(client, plan.steps);
  if (!dryRun) await verifyTemplate(client, desired);
  printNotes(skipped, reporter);
  reporter.line(outcome(plan.steps.length, dryRun, 'Installed'));
  reporter.result({
    cluster: { url, version: current.cluster.version },
    installed: desired.meta,
    dryRun,
    steps: plan.steps.map(summary),
    notes: [...plan.notes, ...skipped],
  });
}

/** What a person reads of a plan: one line a step, then what must be known. */
export function printPlan(plan: Plan, reporter: Reporter): void {
  const { paint } = reporter;
  const signs = { create: paint.green('+'), update: paint.yellow('~'), delete: paint.red('-') };
  const width = Math.max(0, ...plan.steps.map(({ what }) => what.length));
  for (const { verb, what, name, detail } of plan.steps)
    reporter.line(
      `  ${signs[verb]} ${what.padEnd(width)}  ${name}${detail === undefined ? '' : paint.dim(`  ${detail}`)}`,
    );
  printNotes(plan.notes, reporter);
}

export function printNotes(notes: readonly Note[], reporter: Reporter): void {
  for (const { message, commands = [] } of notes) {
    reporter.line(`  ${reporter.paint.yellow('!')} ${message}`);
    for (const command of commands) reporter.line(`      ${command}`);
  }
}

export function outcome(steps: number, dryRun: boolean, done: string): string {
  if (steps === 0) return 'Nothing changes.';
  const count = `${steps} ${steps === 1 ? 'change' : 'changes'}`;
  return dryRun ? `Dry run: ${count}, none applied.` : `${done}: ${count}.`;
}

export function summary({ target, verb, what, name, detail }: Step): object {
  return { target, verb, what, name, ...(detail === undefined ? {} : { detail }) };
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
