import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { assertCount, atLeast, atMost, type Bench, type Scenario } from '../scenario.ts';
import { startLoopback } from '../support/loopback.ts';
import { runIngestProgram } from '../support/program.ts';
import { emulatorEnvironment } from '../../../src/runtime/environment.ts';

const LARGE_BYTES = 5 * 2 ** 30;
/** As many events as in all small objects. */
const INDEXED_BYTES = 2 * 2 ** 30;
const SMALL_OBJECTS = 100_000;
const KEYS = 1_000_000;

interface Run {
  readonly events: number;
  readonly seconds: number;
  readonly cpu: number;
  readonly rss: number;
  readonly served: Readonly<Record<string, number>>;
  readonly cluster: Readonly<Record<string, number>>;
}

export default {
  title:
    'One object of 5 GB, a hundred thousand of 1 to 20 events, and a listing of a million keys without anything new',
  async run(bench) {
    const input = await bench.inputs.make('ocsf', 20_000, 5000);
    const block = join(tmpdir(), 'ocsf-cloudtrail-bench-block');
    const [first] = input.read();
    writeFileSync(block, gunzipSync(first!.body));
    const blockBytes = gunzipSync(first!.body).length;
    const blocks = Math.ceil(bench.events(LARGE_BYTES) / blockBytes);
    const blocksIndexed = Math.ceil(bench.events(INDEXED_BYTES) / blockBytes);
    const small = bench.events(SMALL_OBJECTS);
    const keys = bench.events(KEYS);
    const large = await counted(bench, block, 'large', blocks);
    assertCount('events of the large object', large.events, large.served['events'] ?? 0);
    const many = await counted(bench, block, 'small', small);
    assertCount('events of the small objects', many.events, many.served['events'] ?? 0);
    assertCount('small objects read', many.served['get'] ?? 0, small);
    const listing = await counted(bench, block, 'keys', keys);
    assertCount('objects read by the listing', listing.served['get'] ?? 0, 0);
    assertCount('rows looked up', listing.cluster['lookups'] ?? 0, keys);
    bench.say('a run that does not count, to warm the server up');
    await indexed(bench, block, 'large', Math.ceil(blocksIndexed / 4));
    const largeIndexed = await indexed(bench, block, 'large', blocksIndexed);
    const manyIndexed = await indexed(bench, block, 'small', small);
    const rate = (run: Run): number => run.events / run.seconds;
    const size = ({ served }: Run): string => `one object of ${((served['bytes'] ?? 0) / 2 ** 30).toFixed(1)} GiB`;
    const row = (work: string, cluster: string, run: Run) => ({
      work,
      cluster,
      events: run.events,
      'events/s': rate(run),
      'CPU s': run.cpu,
      'peak RSS MB': run.rss,
      seconds: run.seconds,
    });
    return {
      work: 'OCSF lines that a loopback server makes on the fly, into a cluster that only counts, and into our own index of a real one',
      rows: [
        row(size(large), 'counts', large),
        row(`${small.toLocaleString('en-US')} objects of 1–20 events`, 'counts', many),
        row(`${keys.toLocaleString('en-US')} keys, all settled`, 'counts', listing),
        row(size(largeIndexed), 'indexes', largeIndexed),
        row(`${small.toLocaleString('en-US')} objects of 1–20 events`, 'indexes', manyIndexed),
      ],
      targets: [
        atMost('memory, one large object', large.rss, 350, 'MB'),
        atMost('memory, many small objects', many.rss, 350, 'MB'),
        atLeast(
          'rate of small objects, of that of the large one, into an index',
          (100 * rate(manyIndexed)) / rate(largeIndexed),
          50,
          '%',
        ),
        atLeast('the same, into a cluster that costs next to nothing', (100 * rate(many)) / rate(large), 50, '%'),
        atMost('memory, listing', listing.rss, 250, 'MB'),
        atLeast('keys a ledger look-up', keys / (listing.cluster['pages'] ?? 0), 500, ''),
      ],
      notes: [
        "The servers run on the same cores. The CPU seconds are the ingester's own.",
        'Each was run once, into an index after a warm-up.',
      ],
    };
  },
} satisfies Scenario;

type Mode = 'large' | 'small' | 'keys';

/** A run into a cluster that only counts. */
async function counted(bench: Bench, block: string, mode: Mode, amount: number): Promise<Run> {
  const cluster = await startLoopback('counting-cluster.mjs', mode === 'keys' ? ['settled'] : []);
  try {
    const run = await ingest(bench, block, mode, amount, { opensearch: cluster.url, alias: 'bench' });
    const told = await cluster.counts();
    assertCount('documents', told['documents'] ?? 0, run.events);
    return { ...run, cluster: told };
  } finally {
    await cluster.stop();
  }
}

/** A run into an index of our templates on a real node. */
async function indexed(bench: Bench, block: string, mode: Mode, amount: number): Promise<Run> {
  const cluster = await bench.servers.opensearch();
  const installed = await cluster.install();
  try {
    const run = await ingest(bench, block, mode, amount, { opensearch: cluster.url, alias: installed.alias });
    assertCount('events of the objects', run.events, run.served['events'] ?? 0);
    assertCount('documents in the index', await installed.count(), run.events);
    return run;
  } finally {
    await installed.remove();
  }
}

async function ingest(
  bench: Bench,
  block: string,
  mode: Mode,
  amount: number,
  to: { opensearch: string; alias: string },
): Promise<Run> {
  bench.say(`${mode}: ${amount.toLocaleString('en-US')}`);
  const store = await startLoopback('generating-bucket.mjs', [block, mode, String(amount)]);
  try {
    const options = { ...to, args: ['--threads', '2'] };
    const run = await runIngestProgram('s3://generated/lake/', options, emulatorEnvironment(store.url));
    const { events, objects, seconds } = run.report;
    assertCount('events indexed', events.indexed, events.read);
    assertCount('failed objects', objects.failed, 0);
    const served = await store.counts();
    return { events: events.read, seconds, cpu: run.cpuSeconds, rss: run.peakRssMb, served, cluster: {} };
  } finally {
    await store.stop();
  }
}
