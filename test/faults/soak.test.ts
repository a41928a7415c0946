import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Random } from '../../src/demo/random.ts';
import { startOpenSearch, type OpenSearchNode } from '../../src/runtime/opensearch-node.ts';
import { restart } from '../support/faults/restart.ts';
import { Bed, type Child } from '../support/faults/bed.ts';
import { clusterTroubles, queueTroubles, s3Troubles, sometimes } from '../support/faults/troubles.ts';

const EVENTS = Number(process.env['SOAK_EVENTS'] ?? 1_000_000);
const PER_OBJECT = 500;
/** Of the cluster: the node is killed and blocked in turn. */
const DISTURBANCES = 6;
const MB = 1024;

/** Resident memory of a process in KB. */
function residentKb(pid: number | undefined): number | undefined {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

test(`${EVENTS} events through all of it at once: nothing is lost, nothing is there twice, and memory stays flat`, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'faults-soak-'));
  const boot = { profile: 'demo', dataDir } as const;
  let node: OpenSearchNode = await startOpenSearch(boot);
  const bed = await Bed.make({ opensearchUrl: node.url, keep: false });
  const random = new Random('soak');
  const over = new AbortController();
  let sampling: NodeJS.Timeout | undefined;
  const struck = { kills: 0, terms: 0, nodes: 0, blocks: 0 };
  try {
    const queue = await bed.queue({ VisibilityTimeout: '10' });
    sometimes(bed.aws, { method: 'GET', path: /part-\d+/ }, s3Troubles, 0.01, random);
    queueTroubles(bed.aws, 0.05, random);
    sometimes(bed.opensearch, { path: /_bulk|_mget/ }, clusterTroubles, 0.01, random);

    const config = bed.config({
      ingest: { lease: '10s' },
      sources: {
        bucket: { type: 's3', bucket: bed.bucket, concurrency: 16, pollInterval: '5s' },
        queue: { type: 'sqs', queue: queue.url, concurrency: 16, pollInterval: '5s' },
      },
    });
    const follow = ['--config', config, '--follow'];
    // The one that lives through it all: its memory is what is looked at.
    const steady = bed.start(['bucket', 'queue'], { args: follow });
    const samples: number[] = [];
    sampling = setInterval(() => samples.push(residentKb(steady.process.pid) ?? 0), 1000);

    /** Starts a process again and again, and ends it after a while each time. */
    const mortal = async (words: string[], signal: NodeJS.Signals, host: string, skewMs: number): Promise<void> => {
      while (!over.signal.aborted) {
        const child: Child = bed.start(words, { args: follow, host, skewMs });
        await sleep(random.int(8000, 20_000), undefined, { signal: over.signal }).catch(() => undefined);
        child.process.kill(over.signal.aborted ? 'SIGTERM' : signal);
        const end = await child.ended;
        if (end === 'SIGKILL') struck.kills += 1;
        else if (end === 143 || end === 'SIGTERM') struck.terms += 1;
        // Begun while the node was down: it says so and ends, and whoever supervises it starts it again.
        else expect(child.stderr()).toMatch(/CLUSTER_UNREACHABLE|does not answer|answers (429|503)/);
      }
    };
    const done = (): Promise<number> => bed.rows('done').catch(() => 0);
    const disturb = async (): Promise<void> => {
      for (let turn = 0; turn < DISTURBANCES; turn += 1) {
        const due = ((turn + 1) / (DISTURBANCES + 1)) * (EVENTS / PER_OBJECT);
        while ((await done()) < due) {
          await sleep(1000);
          if (over.signal.aborted) return;
        }
        if (turn % 2 === 0) {
          await node.kill9();
          node = await restart(node, boot);
          struck.nodes += 1;
        } else {
          const block = (value: true | null): Promise<unknown> =>
            bed.cluster.indices.putSettings({
              index: bed.names.indexPattern,
              body: { 'index.blocks.read_only_allow_delete': value },
            });
          await block(true);
          await sleep(4000);
          await block(null);
          struck.blocks += 1;
        }
      }
    };
    // One event in five thousand has no time: it can only become a dead letter.
    let number = 0;
    const spoil = ({ eventTime, ...record }: { eventTime: string }): object =>
      (number += 1) % 5000 === 0 ? record : { eventTime, ...record };
    const work = async (): Promise<void> => {
      while (bed.sent < EVENTS) await bed.send(10, PER_OBJECT, spoil);
      const limit = Date.now() + 3_600_000;
      while ((await done()) < bed.objects) {
        if (Date.now() > limit) throw new Error(`${await done()} of ${bed.objects} objects after an hour.`);
        await sleep(2000);
      }
      over.abort();
    };
    const steadyEnds = steady.ended.then((code) => {
      if (!over.signal.aborted) throw new Error(`The steady process ended with ${code}: ${steady.stderr()}`);
    });
    await Promise.race([
      Promise.all([
        work(),
        disturb(),
        mortal(['queue'], 'SIGKILL', 'host-b', 0),
        mortal(['bucket'], 'SIGTERM', 'host-c', 3_600_000),
      ]),
      steadyEnds,
    ]);
    clearInterval(sampling);
    steady.process.kill('SIGTERM');
    expect({ code: await steady.ended, stderr: steady.stderr() }).toMatchObject({ code: 143 });

    const hits = bed.aws.hits + bed.opensearch.hits;
    bed.aws.clear();
    bed.opensearch.clear();
    await bed.ingestAll();
    const { kills, terms, nodes, blocks } = struck;
    process.stdout.write(
      `soak: ${samples.length} s, ${hits} broken requests, ${kills} kill -9, ${terms} SIGTERM, ${nodes} kill -9 of the node, ${blocks} blocks; resident MB every tenth: ${tenths(
        samples,
      )
        .map((kb) => Math.round(kb / MB))
        .join(' ')}\n`,
    );
    await bed.account(`soak: all of it at once`, hits + kills + terms + nodes + blocks);
    const quarter = Math.floor(samples.length / 4);
    expect(median(samples.slice(-quarter))).toBeLessThan(1.25 * median(samples.slice(quarter, 2 * quarter)));
  } finally {
    over.abort();
    clearInterval(sampling);
    await bed.close();
    await node.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}, 7_200_000);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** The medians of ten equal parts. */
function tenths(values: readonly number[]): number[] {
  const size = Math.max(1, Math.floor(values.length / 10));
  return Array.from({ length: 10 }, (_, part) => median(values.slice(part * size, (part + 1) * size)));
}
