import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DOCUMENT = fileURLToPath(new URL('../../../docs/faults.md', import.meta.url));
const COLUMNS = ['fault', 'struck', 'sent', 'indexed', 'twice', 'duplicates', 'deadLettered', 'skipped'];
const HEADS = ['fault', 'struck', 'sent', 'indexed', 'twice', 'offered again', 'dead-lettered', 'skipped'];

/**
 * Ends a run of the fault tests with a table of their results; with UPDATE_FAULTS=1 it takes its place in docs/faults.md,
 * where rows of tests that did not run this time stay.
 */
export default class TableReporter {
  onRunStart() {
    this.file = join(mkdtempSync(join(tmpdir(), 'fault-results-')), 'results.ndjson');
    process.env.FAULT_RESULTS = this.file;
  }

  onRunComplete() {
    const lines = existsSync(this.file) ? readFileSync(this.file, 'utf8').trim().split('\n') : [];
    rmSync(dirname(this.file), { recursive: true, force: true });
    if (lines.length === 0) return;
    const rows = lines.map((line) => JSON.parse(line)).map((result) => COLUMNS.map((column) => String(result[column])));
    process.stdout.write(`\n${table(rows)}\n`);
    if (process.env.UPDATE_FAULTS === '1') update(rows);
  }
}

function table(rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(HEADS), line(HEADS.map((_, column) => (column === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

function update(rows) {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before, rest] = text.split('<!-- results -->\n');
  const [old, after] = rest.split('<!-- /results -->');
  const kept = old
    .split('\n')
    .filter((line) => /^\| (?!fault |---)/.test(line))
    .map((line) => line.slice(2, -2).split(' | '));
  const all = new Map([...kept, ...rows].map((row) => [row[0], row]));
  const machine = `Run on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}.`;
  const body = `\n${machine}\n\n<!-- prettier-ignore -->\n${table([...all.values()])}\n\n`;
  writeFileSync(DOCUMENT, `${before}<!-- results -->\n${body}<!-- /results -->${after}`);
}
