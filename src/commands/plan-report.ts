import type { Prepared, RunResult } from '../install/run.ts';
import type { Note, Step } from '../install/steps.ts';
import type { Reporter } from './reporter.ts';

/** What a person reads before anything is done: one line a step. */
export function printPlan(
  { plan, clusterVersion, dashboardsVersion }: Prepared,
  url: string,
  reporter: Reporter,
): void {
  const { paint } = reporter;
  const beside = dashboardsVersion === undefined ? '' : `, OpenSearch Dashboards ${dashboardsVersion}`;
  reporter.line(`OpenSearch ${clusterVersion} at ${url}${beside}`);
  const signs = { create: paint.green('+'), update: paint.yellow('~'), delete: paint.red('-') };
  const width = Math.max(0, ...plan.steps.map(({ what }) => what.length));
  for (const { verb, what, name, detail } of plan.steps)
    reporter.line(
      `  ${signs[verb]} ${what.padEnd(width)}  ${name}${detail === undefined ? '' : paint.dim(`  ${detail}`)}`,
    );
}

/** What came of it, and what must be known. */
export function printResult({ plan, notes }: RunResult, done: string, dryRun: boolean, reporter: Reporter): void {
  const { length } = plan.steps;
  const count = `${length} ${length === 1 ? 'change' : 'changes'}`;
  if (length === 0) reporter.line('Nothing changes.');
  else reporter.line(dryRun ? `Dry run: ${count}, none applied.` : `${done}: ${count}.`);
  for (const note of notes) printNote(note, reporter);
}

function printNote({ message, commands = [] }: Note, reporter: Reporter): void {
  reporter.line(`  ${reporter.paint.yellow('!')} ${message}`);
  for (const command of commands) reporter.line(`      ${command}`);
}

/** The run as one JSON document. */
export function report(result: RunResult, url: string, dryRun: boolean): object {
  const { plan, notes, clusterVersion, dashboardsVersion } = result;
  return {
    cluster: { url, version: clusterVersion },
    ...(dashboardsVersion === undefined ? {} : { dashboards: { version: dashboardsVersion } }),
    dryRun,
    steps: plan.steps.map(summary),
    notes,
  };
}

function summary({ target, verb, what, name, detail }: Step): object {
  return { target, verb, what, name, ...(detail === undefined ? {} : { detail }) };
}
