import type { Register } from './index.ts';
import { aliasName, outcome, printNotes, printPlan, summary } from './install.ts';
import {
  configFrom,
  connectionFrom,
  connectionOptions,
  createReporter,
  outputOptions,
  warnInsecure,
  type ConnectionOptions,
  type OutputOptions,
} from './shared.ts';

interface UninstallOptions extends ConnectionOptions, OutputOptions {
  readonly alias?: string;
  readonly dryRun?: boolean;
  readonly deleteData?: boolean;
}

export const registerUninstall: Register = (program) => {
  const command = program
    .command('uninstall')
    .description('Take out what install put in. Events, ledger and dead letters stay, behind the alias as before.');
  connectionOptions(command);
  command
    .option('--alias <name>', 'alias that was installed (default: logs-cloudtrail)', aliasName)
    .option('--delete-data', 'delete the events, the ledger and the dead letters, too')
    .option('--dry-run', 'print the plan and change nothing');
  outputOptions(command).action(uninstall);
};

async function uninstall(options: UninstallOptions): Promise<void> {
  const reporter = createReporter(options);
  const file = await configFrom(options, reporter);
  const config = connectionFrom(options, process.env, file?.opensearch);
  warnInsecure(config, reporter);
  const [{ createClient }, { names }, { readCurrent }, { planUninstall }, { applyClusterSteps }] = await Promise.all([
    import('../opensearch/client.ts'),
    import('../names.ts'),
    import('../install/current.ts'),
    import('../install/plan-uninstall.ts'),
    import('../install/apply.ts'),
  ]);
  const client = createClient(config);
  try {
    const ours = names(options.alias ?? file?.index.alias);
    const current = await readCurrent(client, ours, config.url);
    const plan = planUninstall(ours, current, { deleteData: options.deleteData === true });
    reporter.line(`OpenSearch ${current.cluster.version} at ${config.url}`);
    printPlan(plan, reporter);
    const dryRun = options.dryRun === true;
    const skipped = dryRun ? [] : await applyClusterSteps(client, plan.steps);
    printNotes(skipped, reporter);
    reporter.line(outcome(plan.steps.length, dryRun, 'Uninstalled'));
    reporter.result({
      cluster: { url: config.url, version: current.cluster.version },
      dryRun,
      steps: plan.steps.map(summary),
      notes: [...plan.notes, ...skipped],
    });
  } finally {
    await client.close();
  }
}
