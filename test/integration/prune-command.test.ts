import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { registerPrune } from '../../src/commands/prune.ts';
import { names } from '../../src/names.ts';
import { runCommand } from '../support/commands.ts';
import { installAlias } from '../support/installed.ts';
import { faultProxy } from '../support/fault-proxy.ts';
import { deleteAlias, serverUrl, testClient, uniqueName } from '../support/servers.ts';

const alias = uniqueName('prune');
const ours = names(alias);
const client = testClient();

const recent = new Date(Date.now() - 86_400_000).toISOString();
const old = '2020-05-01T00:00:00.000Z';

async function run(...flags: string[]) {
  const { stdout, code } = await runCommand(registerPrune, 'prune', '--alias', alias, '--json', ...flags);
  expect(code).toBe(0);
  return JSON.parse(stdout) as { indices: { name: string; documents: number }[] } & Record<string, unknown>;
}
async function left(index: string): Promise<string[]> {
  const { body } = await client.search({ index, size: 100 });
  return body.hits.hits.map(({ _id }) => String(_id)).sort();
}
async function indices(): Promise<string[]> {
  const { body } = await client.indices.get({ index: ours.indexPattern, expand_wildcards: 'all' });
  return Object.keys(body).map((name) => name.slice(ours.indexPrefix.length));
}

beforeAll(async () => {
  await installAlias(client, alias);
  const event = (period: string) => [{ index: { _index: ours.indexPrefix + period } }, { time_dt: old }];
  const row = (id: string, fields: object) => [{ index: { _index: ours.ledger, _id: id } }, fields];
  const letter = (id: string, at: string) => [{ index: { _index: ours.deadLetters, _id: id } }, { rejected_at: at }];
  const many = Array.from({ length: 2500 }, (_, i) => row(`old-${i}`, { state: 'done', settled_at: old })).flat();
  await client.bulk({
    refresh: true,
    body: [
      ...['2017', '2019', '2020.04', '2020.05', '2020.05.30', '2020.05.31', '2018-v2', 'backup', '2020.13'].flatMap(
        event,
      ),
      ...many,
      ...row('new', { state: 'done', settled_at: recent }),
      ...row('open', { state: 'claimed', claimed_at: old }),
      ...letter('old', old),
      ...letter('new', recent),
    ],
  });
  await client.indices.close({ index: `${ours.indexPrefix}2017` });
});
afterAll(async () => {
  await deleteAlias(client, alias);
  await client.close();
});

describe('the prune command', () => {
  test('where the cluster has Index State Management, names the policy that goes with it', async () => {
    const proxy = await faultProxy(serverUrl('OPENSEARCH_URL'));
    const plugins = JSON.stringify([{ name: 'node-1', component: 'opensearch-index-management', version: '3.8.0.0' }]);
    const headers = { 'content-type': 'application/json' };
    proxy.add({ match: { path: /^\/_cat\/plugins/ }, fault: { respond: { status: 200, headers, body: plugins } } });
    try {
      const words = [
        'prune',
        '--alias',
        alias,
        '--older-than',
        '2019-01-01',
        '--dry-run',
        '--opensearch-url',
        proxy.url,
      ];
      const { stderr } = await runCommand(registerPrune, ...words);
      expect(stderr).toContain('ism-policy.json');
      expect(stderr).toContain(ours.indexPattern);
      expect(await run('--older-than', '2019-01-01', '--dry-run', '--opensearch-url', proxy.url)).toMatchObject({
        ism: true,
      });
    } finally {
      await proxy.close();
    }
  });

  test('--dry-run prints the plan and deletes nothing', async () => {
    const before = await indices();
    expect(await run('--older-than', '2020-05-31', '--dry-run')).toMatchObject({
      before: '2020-05-31T00:00:00.000Z',
      indices: ['2017', '2018-v2', '2019', '2020.04', '2020.05.30'].map((period) => ({
        name: ours.indexPrefix + period,
        ...(period === '2017' ? { closed: true, documents: null, bytes: null } : { closed: false, documents: 1 }),
      })),
      ledgerRows: 2500,
      deadLetters: 1,
      deleted: null,
    });
    const print = async (time: string) =>
      (await runCommand(registerPrune, 'prune', '--alias', alias, '--older-than', time, '--dry-run')).stdout;
    expect(await print('9999d')).toContain('no event index');
    expect(await print('2018-01-01')).toContain(`${ours.indexPrefix}2017  closed`);
    expect(await indices()).toEqual(before);
    expect(await left(ours.deadLetters)).toEqual(['new', 'old']);
  });

  test('deletes indices whose whole period is older, and the rows and letters of that time', async () => {
    const { deleted } = await run('--older-than', '2020-05-31');
    expect(deleted).toEqual({ indices: 5, ledgerRows: 2500, deadLetters: 1 });
    expect(await indices()).toEqual(expect.arrayContaining(['2020.05', '2020.05.31', 'backup', '2020.13']));
    expect(await indices()).not.toEqual(expect.arrayContaining(['2019']));
    expect(await indices()).not.toEqual(expect.arrayContaining(['2017']));
    await client.indices.refresh({ index: [ours.ledger, ours.deadLetters] });
    expect(await left(ours.ledger)).toEqual(['new', 'open']);
    expect(await left(ours.deadLetters)).toEqual(['new']);
  });

  test('may be run again, also by age, and never takes the index of today', async () => {
    const { deleted } = await run('--older-than', '400d');
    expect(deleted).toEqual({ indices: 2, ledgerRows: 0, deadLetters: 0 });
    expect(await run('--older-than', '0d', '--dry-run')).toMatchObject({ indices: [] });
    expect(await indices()).toEqual(expect.arrayContaining(['backup', '2020.13']));
  });

  test('says that there is nothing where nothing is installed, and refuses a time to come', async () => {
    const other = `${alias}-none`;
    const { stdout } = await runCommand(registerPrune, 'prune', '--alias', other, '--older-than', '1d');
    expect(stdout).toContain('Deleted 0 indices, 0 ledger rows, 0 dead letters.');
    await expect(run('--older-than', '2999-01-01')).rejects.toMatchObject({ code: 'USAGE' });
  });
});
