import { parseInstant } from '../config/duration.ts';
import { shipped } from '../content/root.ts';
import { AppError, EXIT } from '../errors.ts';
import { drainSignals, exitCodeOf } from '../interrupt.ts';
import { names } from '../names.ts';
import type { PrunePlan, Pruned } from '../operate/prune.ts';
import { count } from '../progress.ts';
import { withCluster, type ClusterFlags } from './cluster.ts';
import { eventIndexLine } from './event-index.ts';
import type { Register } from './index.ts';
import { aliasOption, connectionOptions, outputOptions } from './options.ts';
import type { Reporter } from './reporter.ts';

interface PruneFlags extends ClusterFlags {
  readonly olderThan: string;
  readonly dryRun?: boolean;
}

export const registerPrune: Register = (program, exit) => {
  const command = program
    .command('prune')
    .description('Delete event indices, ledger rows and dead letters that are older than a time.');
  connectionOptions(command)
    .requiredOption('--older-than <time>', 'an age such as 400d, or a day: 2026-01-01')
    .addOption(aliasOption())
    .option('--dry-run', 'print the plan and delete nothing');
  outputOptions(command).action(async (flags: PruneFlags) => exit(await run(flags)));
};

async function run(flags: PruneFlags): Promise<number> {
  const now = Date.now();
  const before = parseInstant(flags.olderThan, now);
  if (before > now) throw new AppError('USAGE', `--older-than ${flags.olderThan} is in the future.`);
  return withCluster(flags, async ({ client, file, reporter }) => {
    const prune = await import('../operate/prune.ts');
    const ours = names(flags.alias ?? file?.index.alias);
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
          `This cluster has Index State Management, which can delete old indices by itself: put the policy of ${shipped('integration', 'ism-policy.json')} for ${ours.indexPattern}. Its min_index_age counts from the first event of an index, so it is the retention and the length of the index period (431d for 400 days and an index per month).`,
        );
      return signals.received === undefined ? EXIT.done : exitCodeOf(signals.received);
    } finally {
      signals.dispose();
    }
  });
}

function printPlan(
  { before, indices, ledgerRows, deadLetters }: PrunePlan,
  { dryRun }: PruneFlags,
  reporter: Reporter,
) {
  reporter.line(reporter.paint.bold(`${dryRun === true ? 'Would delete' : 'Deleting'} what is older than ${before}:`));
  for (const index of indices) reporter.line(eventIndexLine(index));
  if (indices.length === 0) reporter.line('  no event index: none has a period that ended by then');
  reporter.line(`  ${count(ledgerRows)} ledger rows, ${count(deadLetters)} dead letters`);
}

function printDeleted(deleted: Pruned | null, reporter: Reporter): void {
  if (deleted === null) return;
  const { indices, ledgerRows, deadLetters } = deleted;
  reporter.line(
    `Deleted ${count(indices)} indices, ${count(ledgerRows)} ledger rows, ${count(deadLetters)} dead letters.`,
  );
}
