import type { Painter } from '../commands/reporter.ts';
import { DEFAULT_ALIAS } from '../names.ts';
import { count, size } from '../progress.ts';
import type { RunReport } from '../ingest/totals.ts';
import { ACCOUNTS } from './company.ts';
import { type DemoResult, faultsOf } from './result.ts';
import { BAD_OBJECTS } from './write/deliver.ts';

const ORIGINS = { environment: 'yours', embedded: 'started here', docker: 'started here, in Docker' } as const;

/** How the report is to look. */
export interface Look {
  readonly paint: Painter;
  /** What a person types to run this program. */
  readonly cli: string;
  /** Address of the page, where it is up. */
  readonly explore?: string;
}

/** The demo's report for a person who sees this program for the first time. */
export function reportOf(result: DemoResult, look: Look): readonly string[] {
  const { paint } = look;
  return [
    '',
    paint.bold('What is there'),
    ...servers(result),
    '',
    paint.bold('What was made up'),
    ...generated(result),
    '',
    paint.bold('What was installed'),
    ...installed(result),
    '',
    paint.bold('What was ingested'),
    ...ingested(result, paint),
    '',
    paint.bold('Attacks to find in it'),
    ...stories(result, paint),
    '',
    paint.bold('Where to look next'),
    ...next(result, look),
  ];
}

function servers({ opensearch, aws }: DemoResult): string[] {
  return [
    `  OpenSearch ${opensearch.version}  ${opensearch.url}  (${ORIGINS[opensearch.origin]})`,
    `  S3 and SQS        ${aws.url}  (${ORIGINS[aws.origin]})`,
  ];
}

function generated(result: DemoResult): string[] {
  const { events, start, end, seed, delivered, queueUrl, stories: told } = result;
  const accounts = Object.keys(ACCOUNTS).length;
  const { trail, lake } = delivered;
  const queue = queueUrl.split('/').pop() ?? queueUrl;
  return [
    `  ${count(events)} CloudTrail events of a company with ${accounts} AWS accounts: the last ${count((end - start) / 3_600_000)} hours,`,
    `  with ${told.length} attacks in them (seed ${seed}).`,
    ...table([
      [`s3://${trail.bucket}`, `${count(trail.objects)} objects`, size(trail.bytes), 'raw CloudTrail of an organisation trail'],
      [`s3://${lake.bucket}`, `${count(lake.objects)} objects`, size(lake.bytes), 'Security Lake Parquet, OCSF JSON'],
      [`sqs://${queue}`, '', '', 'tells of objects in the lake'],
    ]),
  ]; // prettier-ignore
}

function installed({ installed: steps, alias }: DemoResult): string[] {
  if (steps.length === 0) return ['  Nothing: an earlier install is there, and it is this one.'];
  const lines = table(steps.map(({ verb, what, name }) => [verb === 'create' ? '+' : '~', what, name]));
  return [...lines, `  Everything reads the alias ${alias}.`];
}

function ingested(result: DemoResult, paint: Painter): string[] {
  const { listing, queue, rejected, deadLettersIndex, found } = result;
  const row = (name: string, { objects, events: e }: RunReport): string[] => [
    name,
    ...[objects.done, e.read, e.indexed, e.duplicate, e.rejected, objects.skipped, objects.failed].map(count),
  ];
  const duplicates = listing.events.duplicate + queue.events.duplicate;
  const lines = table(
    [
      ['', 'objects', 'events', 'indexed', 'duplicate', 'rejected', 'not data', 'failed'],
      row('trail, by listing', listing),
      row('lake, by SQS', queue),
    ],
    { right: true },
  );
  const faults = faultsOf(result);
  return [
    ...lines,
    '',
    ...(faults.length === 0
      ? [`  ${paint.green('✓')} All ${count(found)} events are in the index, each once.`]
      : faults.map((fault) => `  ${paint.red('✗')} ${fault}`)),
    ...explained('duplicate', [
      `${count(duplicates)} events were delivered twice, as happens where a trail and Security Lake overlap.`,
      'An event brings its own id, so that the second delivery finds the first.',
    ]),
    ...explained('rejected', [
      `${reasonsOf(rejected)}, bad on purpose.`,
      `Kept with reason and place in ${deadLettersIndex}.`,
    ]),
    ...explained('not data', ['Digests, table metadata, a folder marker, a test notification: no events in them.']),
    ...explained('failed', failuresOf(result)),
  ];
}

/** A word with its explanation beside it, line below line. */
function explained(word: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => `  ${(i === 0 ? word : '').padEnd(9)}  ${line}`);
}

function failuresOf({ listing, queue }: DemoResult): string[] {
  const failed = listing.objects.failed + queue.objects.failed;
  if (failed === 0) return ['None.'];
  if (failed <= BAD_OBJECTS) return ['1 object, cut off on purpose; its events came again in a whole one.'];
  const some = [...listing.failures, ...queue.failures].slice(0, 5);
  return [
    `${count(failed)} objects, ${BAD_OBJECTS} of them on purpose:`,
    ...some.map(({ key, message }) => `${key}: ${message}`),
  ];
}

function reasonsOf(rejected: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(rejected).map(([reason, n]) => `${n} ${reason}`);
  return reasons.length === 0 ? 'None' : reasons.join(', ');
}

function stories({ stories: told }: DemoResult, paint: Painter): string[] {
  return told.flatMap(({ story, start }) => [
    `  ${clock(start)}  ${story.title}`,
    `         ${paint.dim(story.query)}`,
  ]);
}

function next({ opensearch, alias }: DemoResult, look: Look): string[] {
  const { paint, explore, cli } = look;
  const at = `--opensearch-url ${opensearch.url}${alias === DEFAULT_ALIAS ? '' : ` --alias ${alias}`}`;
  return [
    ...(explore === undefined ? [] : [`  Dashboards  ${paint.bold(explore)}`]),
    `  Verify      ${cli} verify ${at}`,
    `  Search      curl '${opensearch.url}/${alias}/_search?q=actor.user.type:Root&size=1&pretty'`,
    `  Your own    ${cli} install --opensearch-url https://your-cluster:9200`,
    `              ${cli} ingest s3://your-bucket/AWSLogs/ --opensearch-url https://your-cluster:9200`,
    ...(explore === undefined && opensearch.origin !== 'environment'
      ? ['  With --exit the servers end with this program; without it they stay up, and a page shows the dashboards.']
      : []),
  ];
}

function clock(epochMs: number): string {
  const date = new Date(epochMs);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

/** Lines of columns that line up. `right` sets all but the first flush right, for numbers. */
function table(rows: readonly (readonly string[])[], options: { right?: boolean } = {}): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      options.right === true && column > 0 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    return `  ${cells.join('  ')}`.trimEnd();
  });
}
