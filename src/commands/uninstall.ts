import type { DashboardsFlags } from '../config/connection.ts';
import { dashboardsOf, withCluster, type ClusterFlags } from './cluster.ts';
import type { Register } from './index.ts';
import { aliasOption, connectionOptions, dashboardsOptions, outputOptions } from './options.ts';
import { printPlan, printResult, report } from './plan-report.ts';

interface UninstallFlags extends ClusterFlags, DashboardsFlags {
  readonly dryRun?: boolean;
  readonly deleteData?: boolean;
}

export const registerUninstall: Register = (program) => {
  const command = program
    .command('uninstall')
    .description('Take out what install put in. Events, ledger and dead letters stay, behind the alias as before.');
  connectionOptions(command)
    .addOption(aliasOption())
    .option('--delete-data', 'delete the events, the ledger and the dead letters, too')
    .option('--dry-run', 'print the plan and change nothing');
  dashboardsOptions(command);
  outputOptions(command).action(uninstall);
};

async function uninstall(flags: UninstallFlags): Promise<void> {
  await withCluster(flags, async ({ client, config, file, reporter }) => {
    const { runUninstall } = await import('../install/run.ts');
    const dryRun = flags.dryRun === true;
    const result = await runUninstall(client, {
      url: config.url,
      alias: flags.alias ?? file?.index.alias,
      deleteData: flags.deleteData === true,
      dryRun,
      dashboards: dashboardsOf(flags, config, file, reporter),
      onPlan: (prepared) => printPlan(prepared, config.url, reporter),
    });
    printResult(result, 'Uninstalled', dryRun, reporter);
    reporter.result(report(result, config.url, dryRun));
  });
}
