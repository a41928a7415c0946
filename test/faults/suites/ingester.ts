import { describe, expect, test } from '@jest/globals';
import { Random } from '../../../src/demo/random.ts';
import { Bed, type Child } from '../../support/faults/bed.ts';
import { until } from '../../support/faults/until.ts';
import { operation } from '../../support/faults/troubles.ts';
import type { FaultProxy, FaultRule } from '../../support/fault-proxy.ts';

export interface IngesterFaults {
  /** kill -9 at so many random points of a run. */
  readonly kills: number;
  readonly stages: readonly Stage[];
  /** Objects that several processes share. */
  readonly shared: number;
}

type Match = NonNullable<FaultRule['match']>;
export type Stage = keyof typeof STAGES;

/** The request during which the signal comes, and whose it is. `queue`: of a run that reads a queue. */
export const STAGES = {
  starting: { to: 'opensearch', match: {}, nth: 1 },
  listing: { to: 'aws', match: { path: /list-type=2/ }, nth: 2 },
  'looking up': { to: 'opensearch', match: { path: /_mget/ }, nth: 1 },
  claiming: { to: 'opensearch', match: { path: /_bulk/, body: /"state":"claimed"/ }, nth: 2 },
  reading: { to: 'aws', match: { path: /part-\d+/ }, nth: 5 },
  bulk: { to: 'opensearch', match: { path: /_bulk/, body: /"class_uid"/ }, nth: 2 },
  settling: { to: 'opensearch', match: { path: /_bulk/, body: /"state":"done"/ }, nth: 2 },
  receiving: { to: 'aws', match: operation('ReceiveMessage'), nth: 2, queue: true },
  acknowledging: { to: 'aws', match: operation('DeleteMessageBatch'), nth: 1, queue: true },
} as const satisfies Record<string, { to: 'aws' | 'opensearch'; match: Match; nth: number; queue?: true }>;

/** What the ingester itself meets. */
export function ingesterFaults({ kills, stages, shared }: IngesterFaults): void {
  test(`kill -9 at ${kills} random points of a run loses nothing`, async () => {
    const bed = await Bed.make();
    try {
      await bed.send(8 * kills, 20);
      const random = new Random('kill -9');
      const config = bed.config({ sources: { trail: { type: 's3', bucket: bed.bucket, concurrency: 4 } } });
      const start = (): Child => bed.start(['trail'], { args: ['--config', config] });
      for (let kill = 0; kill < kills; kill += 1) {
        const remove = killAt(random.int(3, 30), random.pick(['before', 'after']), [bed.aws, bed.opensearch], () =>
          child.process.kill('SIGKILL'),
        );
        const child = start();
        expect(await child.ended).toBe('SIGKILL');
        remove();
      }
      const last = start();
      expect({ code: await last.ended, stderr: last.stderr() }).toMatchObject({ code: 0 });
      await bed.account(`kill -9 of the ingester`, kills);
    } finally {
      await bed.close();
    }
  }, 600_000);

  describe('SIGTERM', () => {
    test.each(stages)(
      'while %s is drained, and the next run reads nothing twice',
      async (stage) => {
        const bed = await Bed.make();
        try {
          const { to, match, nth, ...more } = STAGES[stage];
          const source = 'queue' in more ? (await bed.queue({ VisibilityTimeout: '30' })).url : bed.source;
          await bed.send(40, 10);
          const config = bed.config({
            sources: {
              trail:
                'queue' in more
                  ? { type: 'sqs', queue: source, concurrency: 4 }
                  : { type: 's3', bucket: bed.bucket, concurrency: 4 },
            },
          });
          const onHit = (): void => void child.process.kill('SIGTERM');
          bed[to].add({ match, nth, fault: { onHit, delayMs: 400 } });
          const child = bed.start(['trail'], { args: ['--config', config] });
          expect({ code: await child.ended, stderr: child.stderr() }).toMatchObject({ code: 143 });
          expect(bed[to].hits).toBe(1);
          const { interrupted, events, objects } = child.report();
          expect({ interrupted, failed: objects.failed }).toEqual({ interrupted: true, failed: 0 });
          expect(events.read).toBeLessThan(bed.sent);
          expect(await bed.rows('claimed')).toBe(0);
          await bed.ingestAll([source]);
          const { duplicates } = await bed.account(`SIGTERM while ${stage}`, 1);
          expect(duplicates).toBe(0);
        } finally {
          await bed.close();
        }
      },
      60_000,
    );
  });

  test('a second SIGTERM leaves at once a drain that the cluster holds up, and loses nothing', async () => {
    const bed = await Bed.make();
    try {
      await bed.send(10, 20);
      const remove = bed.opensearch.add({ match: { path: /_bulk/, body: /"class_uid"/ }, fault: { hang: true } });
      const child = bed.start();
      await until(() => bed.opensearch.hits > 0);
      child.process.kill('SIGTERM');
      await until(() => child.stderr().includes('Stopping'));
      child.process.kill('SIGTERM');
      const asked = Date.now();
      expect(await child.ended).toBe(143);
      expect(Date.now() - asked).toBeLessThan(5000);
      remove();
      await bed.ingestAll();
      await bed.account('SIGTERM twice while the cluster hangs', 2);
    } finally {
      await bed.close();
    }
  }, 60_000);

  test('processes of three hosts on one bucket and its queue share the work, and none does it twice', async () => {
    const bed = await Bed.make();
    try {
      const queue = await bed.queue({ VisibilityTimeout: '30' });
      await bed.send(shared, 20);
      // Slow enough for all to get at it.
      bed.opensearch.add({ match: { path: /_bulk/, body: /"class_uid"/ }, fault: { delayMs: 500 } });
      const sources = {
        bucket: { type: 's3', bucket: bed.bucket, concurrency: 4 },
        queue: { type: 'sqs', queue: queue.url, concurrency: 4 },
      };
      const args = ['--config', bed.config({ sources })];
      const children = [
        bed.start(['bucket'], { args, host: 'host-a' }),
        bed.start(['bucket'], { args, host: 'host-b' }),
        // What the others hold, it gives back; they settle it.
        bed.start(['queue'], { args: [...args, '--once'], host: 'host-c' }),
      ];
      expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0]);
      const shares = children.map((child) => child.report().events.indexed);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(bed.sent);
      expect(Math.min(...shares)).toBeGreaterThan(0);
      const { duplicates } = await bed.account('three processes share a bucket and its queue', 0);
      expect(duplicates).toBe(0);
    } finally {
      await bed.close();
    }
  }, 240_000);
}

/** Cuts the n-th request that any of these sees, before the target hears of it or after it has answered. */
function killAt(nth: number, when: 'before' | 'after', proxies: readonly FaultProxy[], kill: () => void): () => void {
  let seen = 0;
  const isIt = (): boolean => (seen += 1) === nth;
  const removals = proxies.map((proxy) => proxy.add({ match: { test: isIt }, fault: { reset: when, onHit: kill } }));
  return () => removals.forEach((remove) => remove());
}
