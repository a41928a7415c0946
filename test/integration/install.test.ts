import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from '@opensearch-project/opensearch';
import { applyClusterSteps } from '../../src/install/apply.ts';
import { readCurrent } from '../../src/install/current.ts';
import { readInstalled } from '../../src/install/installed.ts';
import { loadDesired } from '../../src/install/load.ts';
import { planInstall } from '../../src/install/plan.ts';
import { planUninstall } from '../../src/install/plan-uninstall.ts';
import { verifyTemplate } from '../../src/install/verify.ts';
import type { IndexConfig } from '../../src/config/config.ts';
import { names } from '../../src/names.ts';
import { lines } from '../support/install.ts';

const alias = `install-${process.pid}-${Date.now().toString(36)}`;
const ours = names(alias);
const client = new Client({ node: process.env['OPENSEARCH_URL'] ?? '' });
const NOW = Date.parse('2026-11-21T12:00:00Z');
const first = `${alias}-ocsf-2026.11`;

async function install(index: Partial<IndexConfig> = { replicas: 0 }): Promise<string[]> {
  const current = await readCurrent(client, ours);
  const desired = loadDesired(ours, index, current, NOW);
  const plan = planInstall(desired, current, { allowForeign: false });
  await applyClusterSteps(client, plan.steps);
  await verifyTemplate(client, desired);
  return lines(plan);
}

async function uninstall(deleteData: boolean): Promise<string[]> {
  const plan = planUninstall(ours, await readCurrent(client, ours), { deleteData });
  await applyClusterSteps(client, plan.steps);
  return lines(plan);
}

const index = (name: string, id: string, document: object = { status: 'Success' }) =>
  client.index({ index: name, id, op_type: 'create', body: document });

beforeEach(async () => {
  await uninstall(true);
});
afterAll(async () => {
  await uninstall(true);
  await client.close();
});

describe('install on a real cluster', () => {
  test('puts six things there; a second install changes nothing', async () => {
    expect(await install()).toHaveLength(6);
    expect(await install()).toEqual([]);
    expect(await install({})).toEqual([]);
    const { body } = await client.indices.getAlias({ name: alias });
    expect(Object.keys(body)).toEqual([first]);
  });

  test('what was installed can be read back by ingest', async () => {
    await expect(readInstalled(client, ours)).rejects.toMatchObject({ code: 'NOT_INSTALLED' });
    await install({ period: 'day', replicas: 0 });
    expect(await readInstalled(client, ours)).toMatchObject({ alias, period: 'day' });
  });

  test('without flags a later install keeps the period, shards and replicas that were chosen', async () => {
    await install({ period: 'year', shards: 2, replicas: 0 });
    expect(await install({})).toEqual([]);
  });

  test('concurrent installs are harmless', async () => {
    await Promise.all([install(), install(), install()]);
    expect(await install()).toEqual([]);
  });

  test('an event of another month makes its index behind the same alias, with the same mapping', async () => {
    await install();
    await index(`${alias}-ocsf-2025.03`, 'a');
    expect(await install()).toEqual([]);
    const { body } = await client.indices.getAlias({ name: alias });
    expect(Object.keys(body).sort()).toEqual([`${alias}-ocsf-2025.03`, first]);
  });

  test('the period cannot change once an event is there, even one that no refresh has shown yet', async () => {
    await install();
    await expect(install({ period: 'day' })).resolves.toBeDefined();
    await index(`${first}.21`, 'a');
    await expect(install({ period: 'month' })).rejects.toMatchObject({ code: 'PERIOD_CHANGE' });
  });

  test('an index made without the template gets the fields it lacks, the alias, and a reindex plan that works', async () => {
    await client.indices.create({ index: first, body: { settings: { number_of_replicas: 0 } } });
    await index(first, 'a', { status: 'Failure', time: 1795219200000 });
    await client.indices.refresh({ index: first });
    await install();
    const current = await readCurrent(client, ours);
    const plan = planInstall(loadDesired(ours, {}, current, NOW), current, { allowForeign: false });
    expect(lines(plan)).toEqual([]);
    const reindex = plan.notes.find(({ code }) => code === 'reindex');
    expect(reindex?.message).toContain('status: is text');
    for (const command of reindex?.commands ?? []) {
      const [method = '', path = '', ...body] = command.split(' ');
      await client.transport.request({
        method,
        path: path.replace('wait_for_completion=false', 'wait_for_completion=true&refresh=true'),
        ...(body.length === 0 ? {} : { body: body.join(' ') }),
      });
    }
    // The alias sees the event once, under its new type, and a replay still meets its id.
    const { body } = await client.search({ index: alias, body: { query: { term: { status: 'Failure' } } } });
    expect(body.hits.hits.map(({ _id, _index }) => [_id, _index])).toEqual([['a', `${first}-v2`]]);
    await expect(index(first, 'a')).rejects.toMatchObject({ statusCode: 409 });
    expect(await install()).toEqual([]);
    await client.indices.delete({ index: `${first}-v2` });
  });

  test('indices of another package behind the alias stop it', async () => {
    const foreign = `raw-${alias}`;
    await client.indices.create({ index: foreign, body: { aliases: { [alias]: {} } } });
    try {
      await expect(install()).rejects.toMatchObject({ code: 'FOREIGN_INDEX' });
      await expect(install()).rejects.toThrow(foreign);
    } finally {
      await client.indices.delete({ index: foreign });
    }
  });

  test('an index with the name of the alias is named', async () => {
    await client.indices.create({ index: alias });
    try {
      await expect(install()).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    } finally {
      await client.indices.delete({ index: alias });
    }
  });

  test('a template that takes our indices is named, before anything is written', async () => {
    const name = `thief-${alias}`;
    const body = { index_patterns: [`${alias}-*`], priority: 900 };
    await client.transport.request({ method: 'PUT', path: `/_index_template/${name}`, body });
    try {
      await expect(install()).rejects.toThrow(name);
      await expect(readInstalled(client, ours)).rejects.toMatchObject({ code: 'NOT_INSTALLED' });
    } finally {
      await client.transport.request({ method: 'DELETE', path: `/_index_template/${name}` });
    }
  });

  test('a read-only index is left as it is, and the rest is done', async () => {
    await client.indices.create({ index: first, body: { settings: { number_of_replicas: 0 } } });
    await client.indices.putSettings({
      index: first,
      body: { 'index.blocks.write': true, 'index.blocks.metadata': false },
    });
    await client.indices.putSettings({ index: first, body: { 'index.blocks.read_only_allow_delete': true } });
    expect((await install()).length).toBeGreaterThan(5);
    expect(await readInstalled(client, ours)).toMatchObject({ alias });
  });
});

describe('uninstall on a real cluster', () => {
  test('takes everything out when there are no events', async () => {
    await install();
    expect(await uninstall(false)).toHaveLength(6);
    const current = await readCurrent(client, ours);
    expect([current.components, current.indices, current.behindAlias]).toEqual([[], [], []]);
    expect(await uninstall(false)).toEqual([]);
  });

  test('keeps events searchable behind the alias, and a later install takes them up again', async () => {
    await install();
    await index(first, 'a');
    await uninstall(false);
    await client.indices.refresh({ index: alias });
    const { body } = await client.count({ index: alias });
    expect(body.count).toBe(1);
    expect(await install()).toHaveLength(5);
  });
});
