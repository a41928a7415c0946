import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { PACKAGE_ROOT } from '../../src/content/root.ts';
import { generateEvents } from '../../src/demo/generate.ts';
import { createRecordProcessor } from '../../src/ingest/record.ts';
import { parquetOf } from '../support/parquet.ts';

const folder = mkdtempSync(join(tmpdir(), 'map-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const now = Date.now();
const records = [...generateEvents({ seed: 'map', end: now, hours: 1, events: 3000 })].slice(0, 200);
const toDocument = createRecordProcessor({ indexPrefix: 'x-', period: 'month', now, filters: {} });
const expected = records.map((record) => {
  const result = toDocument(structuredClone(record));
  return result.kind === 'document' ? result.source : '';
});

function map(files: readonly string[], input?: Uint8Array): { status: number | null; lines: string[]; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${PACKAGE_ROOT}dist/cli.js`, 'map', ...files], {
    input: input ?? '',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, lines: stdout.toString().split('\n').filter(Boolean), stderr: stderr.toString() };
}

describe('map', () => {
  test('prints what ingest would index, in input order', () => {
    const file = join(folder, 'trail.json.gz');
    writeFileSync(file, gzipSync(JSON.stringify({ Records: records })));
    expect(map([file])).toEqual({ status: 0, lines: expected, stderr: '' });
  });

  test('reads standard input, and what it printed maps to itself', () => {
    const first = map([], Buffer.from(records.map((record) => JSON.stringify(record)).join('\n')));
    expect(first.lines).toEqual(expected);
    expect(map(['-'], Buffer.from(first.lines.join('\n'))).lines).toEqual(expected);
  });

  test('reads what a shell pipes in, as standard input and by name, Parquet and damaged gzip too', () => {
    const archive = gzipSync(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    const files = {
      good: archive,
      damaged: archive.subarray(0, -8),
      parquet: parquetOf(
        records
          .slice(0, 3)
          .map(({ eventID, eventName, eventSource, eventTime }) => ({ eventID, eventName, eventSource, eventTime })),
      ),
    };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const piped = (name: string): string[] => {
      const command = `node '${PACKAGE_ROOT}dist/cli.js' map <(cat '${join(folder, name)}')`;
      return spawnSync('bash', ['-c', command], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
    };
    expect(piped('good')).toEqual(expected);
    expect(piped('damaged')).toEqual(expected);
    expect(map([], files.damaged).lines).toEqual(expected);
    expect(piped('parquet')).toHaveLength(3);
  });

  test('what is no event is named on stderr with its place, the rest is printed, the exit code is 3', () => {
    const { status, lines, stderr } = map(
      [],
      Buffer.from(`${JSON.stringify(records[0])}\n{"broken\n${JSON.stringify(records[1])}\n`),
    );
    expect({ status, lines }).toEqual({ status: 3, lines: expected.slice(0, 2) });
    expect(stderr).toContain('-: record 2: invalid_json');
  });

  test('a file that does not exist is named and the others are printed', () => {
    const file = join(folder, 'one.json');
    writeFileSync(file, JSON.stringify(records[0]));
    const { status, lines, stderr } = map([join(folder, 'nowhere'), file]);
    expect({ status, lines }).toEqual({ status: 3, lines: expected.slice(0, 1) });
    expect(stderr).toContain('nowhere');
  });

  test('a reader that has seen enough ends it, and that is no failure', () => {
    const file = join(folder, 'big.json');
    writeFileSync(file, `${JSON.stringify(records[0])}\n`.repeat(50_000));
    const command = `node '${PACKAGE_ROOT}dist/cli.js' map '${file}' | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect({ lines: stdout.split('\n'), stderr }).toEqual({ lines: [expected[0], '0', ''], stderr: '' });
  });
});
