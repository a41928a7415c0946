import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { names } from '../../src/names.ts';
import { cli as run } from '../support/commands.ts';
import { startDashboardsDouble, type DashboardsDouble } from '../support/dashboards-double.ts';
import { deleteAlias, serverUrl, testClient, uniqueName } from '../support/servers.ts';

const alias = uniqueName('command');
const client = testClient();
let dashboards: DashboardsDouble;

const cli = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  run(args, { OPENSEARCH_URL: serverUrl('OPENSEARCH_URL'), ...environment });
const ours = ['--alias', alias];

beforeAll(async () => {
  dashboards = await startDashboardsDouble();
});
afterEach(async () => deleteAlias(client, alias));
afterAll(async () => {
  await client.close();
  await dashboards.close();
});

describe('the install command', () => {
  test('prints the plan, applies it, and says the second time that nothing changes', async () => {
    const first = await cli(['install', ...ours, '--replicas', '0']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(`+ index template      ${names(alias).indexTemplate}`);
    expect(first.stdout).toContain('Installed: 6 changes.');
    expect(first.stdout).toContain('import by hand');
    expect((await cli(['install', ...ours])).stdout).toContain('Nothing changes.');
  });

  test('with --dry-run says what it would do and does nothing', async () => {
    const { code, stdout } = await cli(['install', ...ours, '--dry-run']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Dry run: 6 changes, none applied.')]);
    expect((await cli(['uninstall', ...ours])).stdout).toContain('Nothing changes.');
  });

  test('with --json prints one JSON document and nothing else', async () => {
    const { stdout } = await cli(['install', ...ours, '--replicas', '0', '--period', 'day', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ installed: { alias, period: 'day' }, dryRun: false });
  });

  test('a configuration file that names no period keeps the one installed, also where events exist', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'install-'));
    const config = join(folder, 'config.yml');
    writeFileSync(
      config,
      `opensearch: {url: "${serverUrl('OPENSEARCH_URL')}"}\nindex: {alias: ${alias}, replicas: 0}\n`,
    );
    try {
      await cli(['install', ...ours, '--replicas', '0', '--period', 'day']);
      const index = `${names(alias).indexPrefix}2026.11.01`;
      await client.index({ index, body: { time_dt: '2026-11-01T00:00:00Z' }, refresh: true });
      const again = await cli(['install', '--config', config, '--json']);
      expect(again).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(again.stdout)).toMatchObject({ installed: { alias, period: 'day' } });
      writeFileSync(config, `index: {alias: ${alias}, period: month}\n`);
      expect((await cli(['install', '--config', config])).stderr).toContain('PERIOD_CHANGE');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('with OpenSearch Dashboards installs there, too, and uninstalls from both', async () => {
    const there = { DASHBOARDS_URL: dashboards.url };
    const installed = await cli(['install', ...ours, '--replicas', '0'], there);
    expect(installed.stdout).toContain('OpenSearch Dashboards 3.1.0');
    expect(installed.stdout).not.toContain('import by hand');
    expect(dashboards.stored('index-pattern:logs-cloudtrail')?.attributes['title']).toBe(alias);
    expect((await cli(['install', ...ours], there)).stdout).toContain('Nothing changes.');
    expect((await cli(['uninstall', ...ours], there)).code).toBe(0);
    expect(dashboards.objects()).toEqual([]);
  });

  test('changes nothing in the cluster when OpenSearch Dashboards does not answer', async () => {
    const { code, stderr } = await cli(['install', ...ours, '--dashboards-url', 'http://127.0.0.1:1']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('DASHBOARDS_UNREACHABLE')]);
    expect((await cli(['uninstall', ...ours])).stdout).toContain('Nothing changes.');
  });

  test.each([
    [['--period', 'week'], 2, 'day, month or year'],
    [['--shards', '0'], 2, 'whole number'],
    [['--alias', 'Upper'], 2, 'Lower-case'],
    [['--opensearch-url', 'http://127.0.0.1:1'], 1, 'CLUSTER_UNREACHABLE'],
    [['--opensearch-url', 'https://c.eu-west-1.aoss.amazonaws.com'], 2, 'UNSUPPORTED_CLUSTER'],
    [['--ca', '/no/such/file'], 2, 'CONFIG'],
  ])('%j ends with code %d and says why', async (args, code, text) => {
    const run = await cli(['install', ...ours, ...args]);
    expect([run.code, run.stdout]).toEqual([code, '']);
    expect(run.stderr).toContain(text);
  });
});
