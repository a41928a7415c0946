import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { PACKAGE_ROOT } from '../../src/content/root.ts';
import { generateEvents } from '../../src/demo/generate.ts';
import { createRecordProcessor } from '../../src/ingest/record.ts';

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
});
