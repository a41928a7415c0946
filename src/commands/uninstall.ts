import type { Register } from './index.ts';
import { aliasName } from './install.ts';
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

interface UninstallOptions extends ConnectionOptions, DashboardsOptions, OutputOptions {
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
  dashboardsOptions(command);
  outputOptions(command).action(uninstall);
};

async function uninstall(options: UninstallOptions): Promise<void> {
  const reporter = createReporter(options);
  const file = await configFrom(options, reporter);
  const config = connectionFrom(options, process.env, file?.opensearch);
  warnInsecure(config, reporter);
  const [{ createClient }, { runUninstall }] = await Promise.all([
    import('../opensearch/client.ts'),
    import('../install/run.ts'),
  ]);
  const client = createClient(config);
  try {
    const result = await runUninstall(client, {
      url: config.url,
      alias: options.alias ?? file?.index?.alias,
      deleteData: options.deleteData === true,
      dryRun: options.dryRun === true,
      dashboards: dashboardsFrom(options, config, process.env, file?.dashboards),
      onPlan: (prepared) => printPlan(prepared, config.url, reporter),
    });
    printResult(result, 'Uninstalled', options.dryRun === true, reporter);
    reporter.result(report(result, config.url, options.dryRun === true));
  } finally {
    await client.close();
  }
}
