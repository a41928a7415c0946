import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { startOpenSearch } from '../../src/runtime/opensearch-node.ts';
import { Bed } from '../support/faults/bed.ts';
import { startTrio } from '../support/faults/trio.ts';
import { until } from '../support/faults/until.ts';

test('a cluster of three processes that loses its primary, and gets it back, keeps every event', async () => {
  const trio = await startTrio();
  let bed: Bed | undefined;
  try {
    const primaryOf = async (url: string, index: string): Promise<string> => {
      const shards = (await (await fetch(`${url}/_cat/shards/${index}?format=json`)).json()) as {
        prirep: string;
        node: string;
      }[];
      return shards.find(({ prirep }) => prirep === 'p')?.node ?? '';
    };
    bed = await Bed.make({ opensearchUrl: trio.node('n1').url, replicas: 1 });
    const { indexPattern, alias } = { ...bed.names, alias: bed.alias };
    await bed.cluster.cluster.health({ index: alias, wait_for_status: 'green', timeout: '60s' });
    // The client's node is to live: where the primary is there, it moves.
    if ((await primaryOf(trio.node('n1').url, indexPattern)) === 'n1') {
      const settings = { 'index.routing.allocation.exclude._name': 'n1' };
      await bed.cluster.indices.putSettings({ index: indexPattern, body: settings });
      await until(async () => (await primaryOf(trio.node('n1').url, indexPattern)) !== 'n1');
      await bed.cluster.indices.putSettings({
        index: indexPattern,
        body: { 'index.routing.allocation.exclude._name': null },
      });
    }
    await bed.cluster.cluster.health({ index: alias, wait_for_status: 'green', timeout: '60s' });
    await bed.send(200, 100);
    const config = bed.config({
      ingest: { batchSize: 500 },
      sources: { trail: { type: 's3', bucket: bed.bucket, concurrency: 8 } },
    });
    const lost = await primaryOf(trio.node('n1').url, indexPattern);
    let losing: Promise<void> | undefined;
    const lose = async (): Promise<void> => {
      await trio.node(lost).kill9();
      await sleep(3000);
      await trio.restart(lost);
    };
    const onHit = (): void => void (losing = lose());
    bed.opensearch.add({ match: { path: /_bulk/, body: /"class_uid"/ }, nth: 5, fault: { onHit } });
    const child = bed.start(['trail'], { args: ['--config', config] });
    expect({ code: await child.ended, stderr: child.stderr() }).toMatchObject({ code: 0 });
    await losing;
    expect(await primaryOf(trio.node('n1').url, indexPattern)).not.toBe(lost);
    await bed.cluster.cluster.health({ index: alias, wait_for_status: 'green', timeout: '60s' });
    await bed.account(`a cluster of three processes loses its primary`, 1);
  } finally {
    await bed?.close();
    await trio.stop();
  }
}, 300_000);

test("a disk that is full by the cluster's own watermark, and is freed again, costs time and no event", async () => {
  const node = await startOpenSearch({
    profile: 'test',
    settings: { 'cluster.routing.allocation.disk.threshold_enabled': true, 'cluster.info.update.interval': '10s' },
  });
  const bed = await Bed.make({ opensearchUrl: node.url });
  try {
    await bed.send(60, 50);
    const watermarks = async (free: string | null): Promise<void> => {
      const level = 'cluster.routing.allocation.disk.watermark';
      const transient = { [`${level}.low`]: free, [`${level}.high`]: free, [`${level}.flood_stage`]: free };
      await bed.cluster.cluster.putSettings({ body: { transient } });
    };
    const isBlocked = async (): Promise<boolean> => {
      const { body } = await bed.cluster.indices.getSettings({ index: bed.names.indexPattern, flat_settings: true });
      return JSON.stringify(body).includes('read_only_allow_delete":"true"');
    };
    const waits: string[] = [];
    let begun = false;
    bed.opensearch.add({
      match: { path: /_bulk/, body: /"class_uid"/ },
      nth: 2,
      fault: { onHit: () => void (begun = true), delayMs: 45_000 },
    });
    const running = bed.ingest([bed.source], {
      observer: { waiting: (reason) => waits.push(reason) },
      settings: { batchSize: 100, requests: 1 },
    });
    const trouble = async (): Promise<void> => {
      await until(() => begun);
      await watermarks('900000gb');
      await until(isBlocked);
      await until(() => waits.length >= 3);
      await watermarks(null);
    };
    const [{ objects }] = await Promise.all([running, trouble()]);
    expect(objects.failed).toBe(0);
    expect(waits.join('\n')).toContain('cluster_block_exception');
    expect(await isBlocked()).toBe(false);
    await bed.account("a disk full by the cluster's flood stage", waits.length);
  } finally {
    await bed.close();
    await node.stop();
  }
}, 300_000);
