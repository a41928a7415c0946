import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Random } from '../../../src/demo/random.ts';
import { createIndexDeadLetters } from '../../../src/ingest/dead-letter/index.ts';
import { startOpenSearch, type OpenSearchNode } from '../../../src/runtime/opensearch-node.ts';
import { Bed } from '../../support/faults/bed.ts';
import { clusterError } from '../../support/faults/troubles.ts';
import { restart } from '../../support/faults/restart.ts';
import { until } from '../../support/faults/until.ts';
import type { Fault } from '../../support/fault-proxy.ts';

export interface ClusterFaults {
  /** How long it answers 429, then how long 503; seconds. */
  readonly refusalS: number;
  /** What hanging means: `for-ever` is left to the client to end, which takes it a minute. */
  readonly hang: 'for-ever' | 'two-seconds';
  /** kill -9 of the node so many times. */
  readonly kills: number;
}

const BULK = /_bulk/;
const HANGS: Record<ClusterFaults['hang'], Fault> = {
  'for-ever': { hang: true },
  'two-seconds': { delayMs: 2000, reset: 'before' },
};

/** What a cluster may do to the ingester. */
export function clusterFaults({ refusalS, hang, kills }: ClusterFaults): void {
  test(`${refusalS} s of 429, ${refusalS} s of 503 and a connection that hangs are waited for`, async () => {
    const bed = await Bed.make();
    try {
      await bed.send(40, 50);
      const waits: string[] = [];
      const phases: readonly [Fault, number][] = [
        [clusterError(429, 'rejected_execution_exception'), refusalS],
        [clusterError(503, 'cluster_manager_not_discovered_exception'), refusalS],
      ];
      const struck = { count: 0 };
      const onHit = (): void => void (struck.count += 1);
      const trouble = async (): Promise<void> => {
        await until(() => bed.opensearch.requests.some(({ path }) => BULK.test(path)));
        for (const [fault, seconds] of phases) {
          const remove = bed.opensearch.add({ fault: { ...fault, onHit } });
          await sleep(seconds * 1000);
          remove();
        }
        bed.opensearch.add({ match: { path: BULK }, nth: 1, fault: { ...HANGS[hang], onHit } });
      };
      // One after the other in small requests, so that there is something left to refuse.
      bed.opensearch.add({ match: { path: BULK, body: /"class_uid"/ }, nth: [1, 3], fault: { delayMs: 300 } });
      const [report] = await Promise.all([
        bed.ingest([bed.source], { observer: { waiting: (reason) => waits.push(reason) } }),
        trouble(),
      ]);
      expect(report.objects.failed).toBe(0);
      expect(waits.some((wait) => wait.includes('429'))).toBe(true);
      await bed.account(`${refusalS} s of 429, ${refusalS} s of 503, a hanging connection`, struck.count);
    } finally {
      await bed.close();
    }
  }, 400_000);

  test('blocks as a full disk sets them, on events, ledger and dead letters, are waited for', async () => {
    const bed = await Bed.make();
    try {
      await bed.send(30, 50);
      const { indexPattern, ledger, deadLetters } = bed.names;
      const block = async (value: true | null): Promise<void> => {
        const index = [indexPattern, ledger, deadLetters];
        const settings = { 'index.blocks.read_only_allow_delete': value };
        await bed.cluster.indices.putSettings({ index, ignore_unavailable: true, body: settings });
      };
      const waits: string[] = [];
      let blocked = false;
      const running = bed.ingest([bed.source], {
        observer: { waiting: (reason) => waits.push(reason) },
        settings: { batchSize: 100 },
      });
      const trouble = async (): Promise<void> => {
        await until(() => bed.opensearch.requests.filter(({ path }) => BULK.test(path)).length >= 3);
        await block(true);
        blocked = true;
        await until(() => waits.length >= 3);
        await block(null);
      };
      const [report] = await Promise.all([running, trouble()]);
      expect({ blocked, failed: report.objects.failed }).toEqual({ blocked: true, failed: 0 });
      expect(waits.join('\n')).toMatch(/cluster_block_exception: .*free disk space, or remove the block/s);
      await bed.account('read-only blocks (read_only_allow_delete)', waits.length);
    } finally {
      await bed.close();
    }
  }, 120_000);

  test('a mapping conflict dead-letters the documents it hits, and costs no neighbour', async () => {
    const bed = await Bed.make();
    try {
      await bed.send(20, 50);
      const { indices } = bed.cluster;
      const { body } = await indices.get({ index: bed.names.indexPattern });
      const [index = '', found] = Object.entries(body)[0] ?? [];
      // Somebody else's index of that name: an error code is a number there, a name in CloudTrail.
      await indices.delete({ index });
      const conflict = { api: { properties: { response: { properties: { error: { type: 'long' } } } } } };
      await indices.create({
        index,
        body: { mappings: { properties: conflict } as Record<string, unknown>, aliases: found?.aliases ?? {} },
      });
      const report = await bed.ingest();
      expect(report.objects.failed).toBe(0);
      expect(report.events.rejected).toBeGreaterThan(0);
      expect(report.events.indexed).toBeGreaterThan(report.events.rejected);
      const { deadLettered } = await bed.account('a mapping conflict', report.events.rejected);
      expect(deadLettered).toBe(report.events.rejected);
      const letters = createIndexDeadLetters(bed.cluster, { index: bed.names.deadLetters });
      for await (const { reason, message } of letters.list({}, new AbortController().signal))
        expect({ reason, message }).toMatchObject({
          reason: 'mapper_parsing_exception',
          message: expect.stringContaining('api.response.error') as unknown,
        });
      await letters.close();
    } finally {
      await bed.close();
    }
  }, 60_000);

  test(`kill -9 of the node in mid-bulk, ${kills} times, loses nothing`, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'faults-data-'));
    const node: { now: OpenSearchNode } = { now: await startOpenSearch({ profile: 'test', dataDir }) };
    const bed = await Bed.make({ opensearchUrl: node.now.url });
    try {
      const random = new Random('node');
      await bed.send(40 * kills, 50);
      let killed = 0;
      const restarts: Promise<void>[] = [];
      const killNow = async (): Promise<void> => {
        // The request is on its way: the node has it, is at it, or has just answered.
        await sleep(random.int(0, 40));
        await node.now.kill9();
        node.now = await restart(node.now, { profile: 'test', dataDir });
        killed += 1;
        if (killed < kills) arm();
      };
      const arm = (): void =>
        void bed.opensearch.add({
          match: { path: BULK, body: /"class_uid"/ },
          nth: random.int(2, 5),
          fault: { onHit: () => void restarts.push(killNow()) },
        });
      arm();
      const config = bed.config({
        ingest: { batchSize: 200 },
        sources: { trail: { type: 's3', bucket: bed.bucket, concurrency: 8 } },
      });
      const child = bed.start(['trail'], { args: ['--config', config] });
      expect({ code: await child.ended, stderr: child.stderr() }).toMatchObject({ code: 0 });
      await Promise.all(restarts);
      expect(killed).toBe(kills);
      await bed.account('kill -9 and restart of the OpenSearch node', killed);
    } finally {
      await bed.close();
      await node.now.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  }, 600_000);
}
