import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell, Findings } from '../scenario.ts';
import { round } from '../scenario.ts';
import type { Machine } from './machine.ts';

/** What one run of a scenario found, as it is kept in `docs/benchmarks/<name>.json`. */
export interface Result extends Required<Findings> {
  readonly name: string;
  readonly title: string;
  /** ISO 8601. */
  readonly date: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
}

const PREFACE = `# Benchmarks

Written by \`npm run bench\` from the files beside it; what was learned on the way is in [notes.md](notes.md).

\`\`\`sh
npm run bench                         # everything but the long ones
npm run bench -- ingest               # the scenarios whose names begin so
npm run bench -- --quick              # a tenth of the work, one round, nothing written
npm run bench -- growth --long        # 10 million events, hours of a small machine
npm run bench -- --help
\`\`\`

Each figure is the median of several runs that took turns with the runs they are compared with. CPU seconds are those of user and
system, of all threads; memory is the highest resident set. A run whose counts are wrong fails. OpenSearch and the S3 emulator
run on the same machine and share its cores with what is measured. \`OPENSEARCH_URL\` and \`AWS_ENDPOINT_URL\` name servers
that already run; else they are started.
`;

/** The page of all results in the folder. */
export function renderPage(folder: string): string {
  const results = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Result);
  return [PREFACE, ...results.map(renderResult)].join('\n');
}

export function renderResult({ name, title, date, rounds, machine, versions, work, ...found }: Result): string {
  const { rows, targets, notes } = found;
  const on = `${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, load ${machine.load} before`;
  const with_ = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
  const parts = [
    `## ${name}`,
    title,
    `${work}. ${rounds === 1 ? 'One round' : `Medians of ${rounds} rounds`}, ${date.slice(0, 16).replace('T', ' ')} UTC.\n${on}. ${with_.join(', ')}.`,
    table(rows),
  ];
  if (targets.length > 0)
    parts.push(table(targets.map(({ what, target, measured, met }) => ({ target: what, wanted: target, measured, met: met ? 'yes' : '**no**' })))); // prettier-ignore
  if (notes.length > 0) parts.push(notes.map((note) => `- ${note}`).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

function table(rows: readonly Readonly<Record<string, Cell>>[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const right = (column: string): boolean => rows.every((row) => typeof row[column] === 'number');
  return [
    line(columns),
    line(columns.map((column) => (right(column) ? '--:' : '---'))),
    ...rows.map((row) => line(columns.map((column) => cell(row[column] ?? '')))),
  ].join('\n');
}

function cell(value: Cell): string {
  return typeof value === 'number' ? round(value).toLocaleString('en-US') : value;
}
