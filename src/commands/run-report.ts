import type { RunReport } from '../ingest/totals.ts';
import { count, megabytes } from '../progress.ts';
import type { Reporter } from './reporter.ts';

/** The report for people: what was read, what became of it, what to do next. */
export function printRun(
  { objects, events, bytes, seconds, failures, failedSources, interrupted }: RunReport,
  reporter: Reporter,
): void {
  const { paint } = reporter;
  const rate = seconds > 0 ? `, ${count(Math.round(events.read / seconds))} events/s` : '';
  const skips = Object.entries(objects.skips).map(([reason, times]) => `${count(times)} ${reason}`);
  reporter.line(paint.bold(headline(failedSources.length, interrupted)));
  reporter.line(
    `  objects  ${count(objects.seen)} seen · ${count(objects.done)} read · ${count(objects.skipped)} skipped${skips.length === 0 ? '' : ` (${skips.join(', ')})`} · ${count(objects.failed)} failed`,
  );
  reporter.line(
    `  events   ${count(events.read)} read = ${count(events.indexed)} indexed + ${count(events.duplicate)} duplicate + ${count(events.rejected)} rejected + ${count(events.skipped)} skipped`,
  );
  reporter.line(`  ${megabytes(bytes)} in ${seconds.toFixed(1)} s${rate}`);
  for (const { bucket, key, code, message } of failures.slice(0, 10))
    reporter.line(paint.red(`  failed   ${bucket}/${key}: ${message} (${code})`));
  if (failures.length > 10) reporter.line(`  … and ${failures.length - 10} more: status lists them`);
  for (const { name, code, message } of failedSources)
    reporter.line(paint.red(`  failed   source ${name}: ${message} (${code})`));
  if (objects.failed > 0) reporter.line('  → Failed objects are read again by the next run.');
  if (events.rejected > 0)
    reporter.line(
      '  → Rejected events are kept as dead letters: status says why they were rejected, replay sends them again.',
    );
}

function headline(failedSources: number, interrupted: boolean): string {
  if (failedSources > 0) return 'Not complete; what was read is kept.';
  return interrupted ? 'Interrupted; what was in flight is settled.' : 'Done.';
}
