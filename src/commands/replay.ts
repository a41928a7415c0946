import { parseInstant } from '../config/duration.ts';
import { EXIT } from '../errors.ts';
import { drainSignals, exitCodeOf } from '../interrupt.ts';
import { names } from '../names.ts';
import type { ReplayReport } from '../operate/replay.ts';
import { withCluster, type ClusterFlags } from './cluster.ts';
import type { Register } from './index.ts';
import { aliasOption, connectionOptions, outputOptions } from './options.ts';
import type { Reporter } from './reporter.ts';

interface ReplayFlags extends ClusterFlags {
  readonly reason?: string;
  readonly source?: string;
  readonly since?: string;
  readonly dryRun?: boolean;
}

export const registerReplay: Register = (program, exit) => {
  const command = program
    .command('replay')
    .description('Send dead letters through the chain again; those whose event is in the cluster then are deleted.');
  connectionOptions(command)
    .addOption(aliasOption())
    .option('--reason <word>', 'only letters rejected for this reason, as status names it')
    .option('--source <name>', 'only letters of this source')
    .option('--since <time>', 'only letters rejected from here on: 2026-11-01, an instant, or an age such as 7d')
    .option('--dry-run', 'say which the mapping would take now, and change nothing');
  outputOptions(command).action(async (flags: ReplayFlags) => exit(await run(flags)));
};

async function run(flags: ReplayFlags): Promise<number> {
  return withCluster(flags, async ({ client, file, reporter }) => {
    const { runReplay } = await import('../operate/run-replay.ts');
    const { reason, source, since } = flags;
    const signals = drainSignals((text) => reporter.note(text));
    try {
      const report = await runReplay(client, {
        names: names(flags.alias ?? file?.index.alias),
        filter: {
          ...(reason === undefined ? {} : { reason }),
          ...(source === undefined ? {} : { source }),
          ...(since === undefined ? {} : { since: parseInstant(since, Date.now()) }),
        },
        dryRun: flags.dryRun === true,
        signals,
        onWait: (text) => reporter.note(text),
      });
      reporter.result(report);
      print(report, flags, reporter);
      if (signals.received !== undefined) return exitCodeOf(signals.received);
      return report.rejected + report.truncated > 0 ? EXIT.partial : EXIT.done;
    } finally {
      signals.dispose();
    }
  });
}

function print(report: ReplayReport, { dryRun }: ReplayFlags, reporter: Reporter): void {
  const { paint } = reporter;
  const { letters, indexed, duplicate, rejected, truncated, ready, reasons, readAgain } = report;
  reporter.line(
    paint.bold(
      dryRun === true
        ? `${letters} dead letters: ${ready} would be sent, ${rejected} would be rejected again, ${truncated} were not kept whole. Nothing was changed.`
        : `${letters} dead letters = ${indexed} indexed + ${duplicate} duplicate + ${rejected} rejected again + ${truncated} not kept whole.`,
    ),
  );
  for (const [reason, count] of Object.entries(reasons)) reporter.line(`  ${count} ${reason}`);
  for (const { bucket, key } of readAgain)
    reporter.line(
      paint.yellow(
        `  → ${bucket}/${key}: an event was too large to be kept; read the object again with ingest --force.`,
      ),
    );
}
