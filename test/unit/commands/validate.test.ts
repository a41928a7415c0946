import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Command } from 'commander';
import { registerValidate } from '../../../src/commands/validate.ts';
import { record } from '../../support/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'validate-'));
let stdout = '';

function file(name: string, body: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, body);
  return path;
}

async function run(...args: string[]): Promise<number> {
  let code = 0;
  const program = new Command().exitOverride();
  registerValidate(program, (given) => (code = given));
  await program.parseAsync(['node', 'x', 'validate', ...args]);
  return code;
}

beforeEach(() => {
  stdout = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true));
});
afterEach(() => void jest.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

const valid = JSON.stringify({ Records: [record(), record({ eventID: 'b' })] });
const groupChange = record({ eventName: 'DeleteGroup', requestParameters: { groupName: 'admins' } });

describe('validate', () => {
  test('valid events end in one line and exit code 0', async () => {
    expect(await run(file('trail.json.gz', gzipSync(valid)))).toBe(0);
    expect(stdout).toBe('2 events: 2 valid, 0 invalid, 0 rejected\n');
  });

  test('an invalid event is named by file, position, path and rule, and exits with 3', async () => {
    const path = file(
      'mixed.ndjson',
      [record(), groupChange, { hello: 1 }].map((value) => JSON.stringify(value)).join('\n'),
    );
    expect(await run(path)).toBe(3);
    expect(stdout.split('\n')).toEqual([
      `${path}:2  aaaaaaaa-bbbb-4ccc-8ddd-000000000001`,
      '  user  required  is required',
      `${path}:3`,
      '  not_an_event  neither a CloudTrail record nor an OCSF event',
      '',
      '1  required user',
      '',
      '3 events: 1 valid, 1 invalid, 1 rejected',
      '',
    ]);
  });

  test('with --json each faulty event is a line, and the summary is the last', async () => {
    const path = file('invalid.json', JSON.stringify(groupChange));
    expect(await run('--json', path)).toBe(3);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        file: path,
        position: 1,
        uid: 'aaaaaaaa-bbbb-4ccc-8ddd-000000000001',
        class_uid: 3001,
        violations: [{ path: 'user', rule: 'required', message: 'is required' }],
      },
      { summary: { events: 1, valid: 0, invalid: 1, rejected: 0, unreadable: 0, rules: { 'required user': 1 } } },
    ]);
  });

  test('people get no more than --limit events, and the number of the rest', async () => {
    const path = file('many.ndjson', `${JSON.stringify(groupChange)}\n`.repeat(5));
    expect(await run('--limit', '2', path)).toBe(3);
    expect(stdout).toContain(`${path}:2 `);
    expect(stdout).not.toContain(`${path}:3 `);
    expect(stdout).toContain('… 3 more');
  });

  describe('a file that cannot be read', () => {
    const unreadable = {
      text: { body: 'not events', code: 'OBJECT_UNKNOWN' },
      'a truncated archive': { body: gzipSync(valid).subarray(0, -12), code: 'OBJECT_CORRUPT' },
      'one that is not there': { body: undefined, code: 'OBJECT_GONE' },
    };

    test.each(Object.entries(unreadable))('%s is named, and the others are checked', async (name, { body, code }) => {
      const good = file('good.json', valid);
      const bad = body === undefined ? join(folder, 'nowhere.json') : file(`${name}.bad`, body);
      const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
      expect(await run(good, bad, good)).toBe(3);
      expect(stderr).toHaveBeenCalledWith(expect.stringContaining(`${bad}: ${code}: `));
      expect(stdout).toMatch(/^[4-6] events: [4-6] valid, 0 invalid, 0 rejected; 1 file not read to the end\n$/);
    });

    test('with --json it is a line, before the summary', async () => {
      jest.spyOn(process.stderr, 'write').mockReturnValue(true);
      const bad = file('cut.json.gz', gzipSync(valid).subarray(0, 20));
      expect(await run('--json', bad)).toBe(3);
      const [fault, summary] = stdout
        .split('\n')
        .map((line) => (line === '' ? undefined : (JSON.parse(line) as unknown)));
      expect(fault).toMatchObject({ file: bad, error: { code: 'OBJECT_CORRUPT' } });
      expect(summary).toMatchObject({ summary: { unreadable: 1 } });
    });
  });
});
