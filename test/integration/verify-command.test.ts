import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Command } from 'commander';
import { registerVerify } from '../../src/commands/verify.ts';
import { pattern } from '../fixtures/osd/index-pattern.ts';
import { dashboardLine, indexPatternLine, visualizationLine } from '../support/saved-objects.ts';
import { testClient, uniqueName } from '../support/servers.ts';

const folder = mkdtempSync(join(tmpdir(), 'verify-'));
const index = uniqueName('verify-command');
const client = testClient();
const count = { id: '1', type: 'count', schema: 'metric' };
let stdout = '';

function file(name: string, ...lines: readonly object[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => JSON.stringify(line)).join('\n'));
  return path;
}
const export1 = (fields = pattern.fields) =>
  file(
    `export-${fields.length}.ndjson`,
    indexPatternLine({ ...pattern, id: 'p', title: index, fields }),
    visualizationLine('v', 'pie', [count, { id: '2', type: 'terms', schema: 'segment', params: { field: 'status' } }]),
    visualizationLine('bad', 'metric', [{ id: '1', type: 'avg', schema: 'metric', params: { field: 'status' } }]),
    dashboardLine('d', [{ id: 'v' }, { id: 'bad' }], { timeRestore: true, timeFrom: 'now-7d', timeTo: 'now' }),
    { exportedCount: 3, missingRefCount: 0, missingReferences: [] },
  );

async function run(...args: string[]): Promise<number> {
  let code = 0;
  const program = new Command().exitOverride();
  registerVerify(program, (given) => (code = given));
  await program.parseAsync(['node', 'x', 'verify', ...args]);
  return code;
}

beforeEach(() => {
  stdout = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true));
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await client.indices.delete({ index, ignore_unavailable: true });
  await client.close();
});

describe('the verify command', () => {
  test('--requests prints our own panels and queries without a cluster', async () => {
    const url = process.env['OPENSEARCH_URL'];
    delete process.env['OPENSEARCH_URL'];
    try {
      expect(await run('--requests')).toBe(0);
    } finally {
      process.env['OPENSEARCH_URL'] = url;
    }
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.length).toBeGreaterThan(120);
    expect(lines.filter((line) => 'reason' in line && !('control' in line))).toEqual([]);
    expect(lines[0]).toHaveProperty('request.query.bool.filter');
  });

  test('--requests of a file takes the dashboard’s own time range, and another where one is given', async () => {
    const gte = () => Date.parse(/"gte":"([^"]+)"/.exec(stdout)?.[1] ?? '');
    await run('--requests', '--dashboards', export1());
    expect(Math.round((Date.now() - gte()) / 86_400_000)).toBe(7);
    expect(stdout).toContain('Saved field \\"status\\" is invalid for use with the \\"Average\\" aggregation');
    stdout = '';
    await run('--requests', '--dashboards', export1(), '--since', '2d');
    expect(Math.round((Date.now() - gte()) / 86_400_000)).toBe(2);
    stdout = '';
    await run(
      '--requests',
      '--dashboards',
      export1(),
      '--since',
      'now-3d',
      '--until',
      'now-1d',
      '--time-zone',
      'Asia/Tokyo',
    );
    expect(Math.round((Date.now() - gte()) / 86_400_000)).toBe(3);
  });

  test('what is not installed is an error with a remedy', async () => {
    await expect(run('--dashboards', export1())).rejects.toMatchObject({ code: 'NOT_INSTALLED' });
  });

  test('one failing panel makes exit code 3, and --json has the contract’s shape', async () => {
    const properties = { time_dt: { type: 'date' }, status: { type: 'keyword' } };
    await client.indices.create({ index, body: { mappings: { properties } } as never });
    const document = { time_dt: new Date().toISOString(), status: 'Success' };
    // Not refreshed: what was written a moment ago counts.
    await client.index({ index, body: document });
    expect(await run('--json', '--dashboards', export1())).toBe(3);
    expect(JSON.parse(stdout)).toEqual({
      panels: [
        { dashboard: 'Title of d', panel: 'Title of v', status: 'ok' },
        {
          dashboard: 'Title of d',
          panel: 'Title of bad',
          status: 'failed',
          reason: expect.stringMatching(/Saved field/),
        },
      ],
      queries: [],
    });
  });

  test('without a field list the cluster is asked for it', async () => {
    expect(await run('--dashboards', export1([]))).toBe(3);
    expect(stdout).toMatch(/ok +Title of v\n/);
    expect(stdout).toMatch(/failed +Title of bad .*Saved field/);
    expect(stdout).toMatch(/1 ok, 0 empty, 1 failed\n$/);
  });

  test.each([
    ['no such file', ['--dashboards', '/no/such/file.ndjson'], 'CONFIG'],
    ['a file that is no export', ['--dashboards', file('bad.ndjson', ['x'])], 'CONFIG'],
    ['a time that is none', ['--since', 'whenever'], 'USAGE'],
    ['an end before its start', ['--since', '1h', '--until', '2h'], 'USAGE'],
    ['a zone that is none', ['--time-zone', 'Mars/Base'], 'USAGE'],
  ])('%s is said', async (_, args, code) => {
    await expect(run('--requests', ...args)).rejects.toMatchObject({ code });
  });
});
