import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateEvents } from '../../src/demo/generate.ts';
import { createRecordProcessor } from '../../src/ingest/record.ts';
import { names } from '../../src/names.ts';
import { verifyCluster } from '../../src/verify/cluster.ts';
import { shippedBundles } from '../../src/verify/load.ts';
import { verify, type VerifyReport } from '../../src/verify/verify.ts';
import { installAlias } from '../support/installed.ts';
import { createLostIndex } from '../support/lost-index.ts';
import { deleteAlias, testClient, uniqueName } from '../support/servers.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const alias = uniqueName('verify');
const ours = names(alias);
const client = testClient();
const cluster = verifyCluster(client, process.env['OPENSEARCH_URL'] ?? '');

async function run(bundles = shippedBundles({ alias })): Promise<VerifyReport> {
  const reports: VerifyReport[] = [];
  for (const bundle of bundles) {
    reports.push(await verify(bundle, cluster, { now: NOW, timeZone: 'UTC' }));
  }
  return {
    installed: reports.some(({ installed }) => installed),
    missing: reports.flatMap(({ missing }) => missing),
    panels: reports.flatMap(({ panels }) => panels),
    queries: reports.flatMap(({ queries }) => queries),
  };
}

beforeAll(async () => {
  await deleteAlias(client, alias);
});
afterAll(async () => {
  await deleteAlias(client, alias);
  await client.close();
});

// Each step is the state that the next one starts from.
describe('verify on a real cluster', () => {
  test('says so where nothing is installed', async () => {
    const { installed, missing, panels, queries } = await run();
    expect(installed).toBe(false);
    expect(missing).toContain(alias);
    expect([...panels, ...queries].filter(({ status }) => status === 'failed')).toEqual([]);
    expect(panels.find(({ panel }) => panel === 'At a glance')?.reason).toBe('not installed: no such index');
  });

  test('finds no fault on an empty index, only nothing to show', async () => {
    await installAlias(client, alias, { now: NOW });
    const { installed, panels, queries } = await run();
    expect(installed).toBe(true);
    expect([...panels, ...queries].filter(({ status }) => status === 'failed')).toEqual([]);
    const events = panels.filter(({ status }) => status === 'empty');
    expect(events.length).toBeGreaterThan(50);
    expect(new Set(events.map(({ reason }) => reason))).toContain('no events in this time range');
  });

  test('names the fields that no event has', async () => {
    const source = JSON.stringify({ time: NOW - 1000, time_dt: NOW - 1000, api: { operation: 'ConsoleLogin' } });
    await client.bulk({
      body: `{"create":{"_index":"${ours.indexPrefix}2026.11"}}\n${source}\n` as never,
      refresh: true,
    });
    const { panels } = await run();
    const identities = panels.find(({ absent }) => absent?.includes('actor.user.uid') === true);
    expect(identities).toMatchObject({ status: 'empty' });
    expect(identities?.reason).toMatch(/^no event has a value in .*actor\.user\.uid/);
    expect(panels.flatMap(({ absent }) => absent ?? [])).not.toContain('api.operation');
  });

  test('on the generated company every panel shows something, and none fails', async () => {
    const toDocument = createRecordProcessor({ indexPrefix: ours.indexPrefix, period: 'month', now: NOW, filters: {} });
    const lines: string[] = [];
    for (const record of generateEvents({ seed: 1, end: NOW, hours: 24, events: 12_000 })) {
      const result = toDocument(record);
      if (result.kind !== 'document') continue;
      lines.push(`${JSON.stringify({ create: { _index: result.index, _id: result.id } })}\n${result.source}\n`);
    }
    for (let i = 0; i < lines.length; i += 2000) {
      const { body } = await client.bulk({ body: lines.slice(i, i + 2000).join('') as never });
      expect(body.errors).toBe(false);
    }
    await client.indices.refresh({ index: alias });
    // The dashboards of events only: those of the ledger show what an ingest leaves behind.
    const ofEvents = shippedBundles({ alias }).filter((bundle) =>
      bundle.ids('index-pattern').every((id) => bundle.indexPattern(id).title === alias),
    );
    const { panels, queries } = await run(ofEvents);
    expect(panels.length).toBeGreaterThan(90);
    expect(panels.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(queries.filter(({ status }) => status === 'failed')).toEqual([]);
  }, 120_000);

  test('a shard that no node has fails what is asked of it: its events would be missing unnoticed', async () => {
    const index = `${ours.indexPrefix}2001.01`;
    await createLostIndex(client, index);
    try {
      const { panels } = await run();
      const failed = panels.filter(({ status }) => status === 'failed');
      expect(failed.length).toBeGreaterThan(50);
      expect(failed[0]?.reason).toMatch(/^1 of \d shards are on no node/);
    } finally {
      await client.indices.delete({ index });
    }
  });
});
