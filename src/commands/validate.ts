import { EXIT, ObjectError } from '../errors.ts';
import type { ObjectBytes } from '../ingest/ports.ts';
import type { Verdict } from '../ingest/validate-records.ts';
import type { Register } from './index.ts';
import { outputOptions, wholeNumber, type OutputFlags } from './options.ts';
import { createReporter, type Reporter } from './reporter.ts';

interface ValidateFlags extends OutputFlags {
  readonly mapped?: boolean;
  readonly limit?: number;
}

const DEFAULT_LIMIT = 50;

export const registerValidate: Register = (program, exit) => {
  const command = program
    .command('validate')
    .description(
      'Check events against OCSF 1.1.0: per event, path and rule; a summary. OCSF events are checked as they are, raw CloudTrail as it would be indexed.',
    )
    .argument('[file...]', 'JSON or Parquet, plain or compressed; - or none: stdin')
    .option('--mapped', 'check OCSF events too as they would be indexed')
    .option(
      '--limit <n>',
      `invalid events to list for people (default: ${DEFAULT_LIMIT}); all are counted`,
      wholeNumber(0),
    );
  outputOptions(command).action((files: string[], flags: ValidateFlags) => run(files, flags, exit));
};

interface Summary {
  events: number;
  valid: number;
  invalid: number;
  /** Records that are no events, or have no usable time. */
  rejected: number;
  /** Files that are damaged, not there, or something else; the events before the damage are counted. */
  unreadable: number;
  /** Violations by rule and path; positions in lists left out. */
  readonly rules: Record<string, number>;
}

async function run(files: readonly string[], flags: ValidateFlags, exit: (code: number) => void): Promise<void> {
  const reporter = createReporter(flags);
  const [{ decode }, { openInput }, { validatingSink }] = await Promise.all([
    import('../ingest/decode/decode.ts'),
    import('../ingest/read/input.ts'),
    import('../ingest/validate-records.ts'),
  ]);
  const { signal } = new AbortController();
  const summary: Summary = { events: 0, valid: 0, invalid: 0, rejected: 0, unreadable: 0, rules: {} };
  for (const file of files.length === 0 ? ['-'] : files) {
    const sink = validatingSink({ mapped: flags.mapped === true, now: Date.now() }, (verdict) => {
      add(summary, verdict);
      if (verdict.violations.length > 0 || verdict.rejected !== undefined)
        print(file, verdict, summary.invalid + summary.rejected, flags, reporter);
    });
    let object: ObjectBytes | undefined;
    try {
      object = await openInput(file, signal);
      const steps = decode(object, sink, signal);
      let step = await steps.next();
      while (step.done !== true) step = await steps.next();
      if (step.value === 'unknown' || step.value === 'digest')
        throw new ObjectError('OBJECT_UNKNOWN', 'The object holds neither CloudTrail nor OCSF events.', {
          permanent: true,
        });
    } catch (error) {
      if (!(error instanceof ObjectError)) throw error;
      summary.unreadable += 1;
      const { code, message } = error;
      reporter.result({ file, error: { code, message } });
      reporter.note(`${file}: ${code}: ${message}`);
    } finally {
      await object?.close();
    }
  }
  finish(summary, flags, reporter);
  exit(summary.invalid + summary.rejected + summary.unreadable > 0 ? EXIT.partial : EXIT.done);
}

function add(summary: Summary, { violations, rejected }: Verdict): void {
  summary.events += 1;
  if (rejected !== undefined) summary.rejected += 1;
  else if (violations.length === 0) summary.valid += 1;
  else summary.invalid += 1;
  for (const { path, rule } of violations) {
    const name = `${rule} ${path.replaceAll(/\[\d+\]/g, '[]')}`;
    summary.rules[name] = (summary.rules[name] ?? 0) + 1;
  }
}

function print(file: string, verdict: Verdict, ordinal: number, flags: ValidateFlags, reporter: Reporter): void {
  reporter.result({ file, ...verdict });
  if (ordinal > (flags.limit ?? DEFAULT_LIMIT)) return;
  const { paint } = reporter;
  const { position, uid, rejected, violations } = verdict;
  reporter.line(`${paint.bold(`${file}:${position}`)}${uid === undefined ? '' : `  ${uid}`}`);
  if (rejected !== undefined) reporter.line(`  ${paint.red(rejected.reason)}  ${rejected.message}`);
  for (const { path, rule, message, value } of violations)
    reporter.line(
      `  ${path || '(event)'}  ${paint.red(rule)}  ${message}${value === undefined ? '' : paint.dim(`  ${value}`)}`,
    );
}

function finish(summary: Summary, flags: ValidateFlags, reporter: Reporter): void {
  reporter.result({ summary });
  const listed = flags.limit ?? DEFAULT_LIMIT;
  const faulty = summary.invalid + summary.rejected;
  if (faulty > listed) reporter.line(`… ${faulty - listed} more (--limit, or --json for all)`);
  const rules = Object.entries(summary.rules).sort(([, a], [, b]) => b - a);
  if (rules.length > 0) {
    reporter.line();
    const width = String(rules[0]?.[1]).length;
    for (const [rule, times] of rules) reporter.line(`${String(times).padStart(width)}  ${rule}`);
  }
  if (faulty > 0) reporter.line();
  const { events, valid, invalid, rejected, unreadable } = summary;
  const files = unreadable === 0 ? '' : `; ${unreadable} ${unreadable === 1 ? 'file' : 'files'} not read to the end`;
  reporter.line(`${events} events: ${valid} valid, ${invalid} invalid, ${rejected} rejected${files}`);
}
