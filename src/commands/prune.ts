import { shipped } from '../content/root.ts';
import { AppError, EXIT } from '../errors.ts';
import type { PrunePlan, Pruned } from '../operate/prune.ts';
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

interface PruneFlags extends ConnectionOptions, OutputOptions {
  readonly alias?: string;
  readonly olderThan: string;
  readonly dryRun?: boolean;
}

export const registerPrune: Register = (program, exit) => {
  const command = program
    .command('prune')
    .description('Delete event indices, ledger rows and dead letters that are older than a time.');
  connectionOptions(command)
    .requiredOption('--older-than <time>', 'an age such as 400d, or a day: 2026-01-01')
    .option('--alias <name>', 'alias that was installed (default: logs-cloudtrail)', aliasName)
    .option('--dry-run', 'print the plan and delete nothing');
  outputOptions(command).action(async (flags: PruneFlags) => exit(await run(flags)));
};

async function run(flags: PruneFlags): Promise<number> {
  const reporter = createReporter(flags);
  const file = await configFrom(flags, reporter);
  const config = connectionFrom(flags, process.env, file?.opensearch);
  warnInsecure(config, reporter);
  const [{ createClient }, prune, { parseInstant }, { names }, { drainSignals }] = await Promise.all([
    import('../opensearch/client.ts'),
    import('../operate/prune.ts'),
    import('../config/duration.ts'),
    import('../names.ts'),
    import('../interrupt.ts'),
  ]);
  const now = Date.now();
  const before = parseInstant(flags.olderThan, now);
  if (before > now) throw new AppError('USAGE', `--older-than ${flags.olderThan} is in the future.`);
  const ours = names(flags.alias ?? file?.index.alias);
  const client = createClient(config);
  const signals = drainSignals((text) => reporter.note(text));
  try {
    const [plan, ism] = await Promise.all([prune.planPrune(client, ours, before), prune.hasIsm(client)]);
    printPlan(plan, flags, reporter);
    const deleted = flags.dryRun === true ? null : await prune.applyPrune(client, ours, plan, signals.drain);
    reporter.result({ ...plan, deleted, ism });
    printDeleted(deleted, reporter);
    if (plan.ledgerRows > 0)
      reporter.note(
        'Objects whose ledger rows are gone are read again if they are still in the bucket: let the bucket expire them, or give the source a `since`.',
      );
    if (ism)
      reporter.note(
        `This cluster has Index State Management, which can delete old indices by itself: put the policy of ${shipped('integration', 'ism-policy.json')} for ${ours.indexPattern}.`,
      );
    return stopped(signals.received);
  } finally {
    signals.dispose();
    await client.close();
  }
}

function stopped(signal: 'SIGINT' | 'SIGTERM' | undefined): number {
  return signal === undefined ? EXIT.done : signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}

function printPlan(
  { before, indices, ledgerRows, deadLetters }: PrunePlan,
  { dryRun }: PruneFlags,
  reporter: Reporter,
) {
  reporter.line(reporter.paint.bold(`${dryRun === true ? 'Would delete' : 'Deleting'} what is older than ${before}:`));
  for (const { name, documents, bytes } of indices)
    reporter.line(`  ${name}  ${number(documents)} events, ${(bytes / 1e6).toFixed(1)} MB`);
  if (indices.length === 0) reporter.line('  no event index: none has a period that ended by then');
  reporter.line(`  ${number(ledgerRows)} ledger rows, ${number(deadLetters)} dead letters`);
}

function printDeleted(deleted: Pruned | null, reporter: Reporter): void {
  if (deleted === null) return;
  const { indices, ledgerRows, deadLetters } = deleted;
  reporter.line(
    `Deleted ${number(indices)} indices, ${number(ledgerRows)} ledger rows, ${number(deadLetters)} dead letters.`,
  );
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
