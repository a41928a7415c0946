import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { assertCount, atLeast, atMost, type Bench, type Scenario } from '../scenario.ts';
import { startLoopback } from '../support/loopback.ts';
import { runIngestProgram } from '../support/program.ts';
import { emulatorEnvironment } from '../../../src/runtime/environment.ts';

const LARGE_BYTES = 5 * 2 ** 30;
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
    const blocks = Math.ceil(bench.events(LARGE_BYTES) / gunzipSync(first!.body).length);
    const small = bench.events(SMALL_OBJECTS);
    const keys = bench.events(KEYS);
    const large = await measure(bench, block, 'large', blocks);
    assertCount('events of the large object', large.events, large.served['events'] ?? 0);
    const many = await measure(bench, block, 'small', small);
    assertCount('events of the small objects', many.events, many.served['events'] ?? 0);
    assertCount('small objects read', many.served['get'] ?? 0, small);
    const listing = await measure(bench, block, 'keys', keys);
    assertCount('objects read by the listing', listing.served['get'] ?? 0, 0);
    assertCount('rows looked up', listing.cluster['lookups'] ?? 0, keys);
    const rate = (run: Run): number => run.events / run.seconds;
    const row = (work: string, run: Run) => ({
      work,
      events: run.events,
      'events/s': rate(run),
      'CPU s': run.cpu,
      'peak RSS MB': run.rss,
      seconds: run.seconds,
    });
    return {
      work: 'OCSF lines that a loopback server makes on the fly, into a cluster that only counts',
      rows: [
        row(`one object of ${((large.served['bytes'] ?? 0) / 2 ** 30).toFixed(1)} GiB`, large),
        row(`${small.toLocaleString('en-US')} objects of 1–20 events`, many),
        row(`${keys.toLocaleString('en-US')} keys, all settled`, listing),
      ],
      targets: [
        atMost('memory, one large object', large.rss, 350, 'MB'),
        atMost('memory, many small objects', many.rss, 350, 'MB'),
        atLeast('rate of small objects, of that of the large one', (100 * rate(many)) / rate(large), 50, '%'),
        atMost('memory, listing', listing.rss, 250, 'MB'),
        atLeast('keys a ledger look-up', keys / (listing.cluster['pages'] ?? 0), 500, ''),
      ],
      notes: ['The server that makes the objects runs on the same cores.', 'Each was run once.'],
    };
  },
} satisfies Scenario;

async function measure(bench: Bench, block: string, mode: 'large' | 'small' | 'keys', amount: number): Promise<Run> {
  bench.say(`${mode}: ${amount.toLocaleString('en-US')}`);
  const store = await startLoopback('generating-bucket.mjs', [block, mode, String(amount)]);
  const cluster = await startLoopback('counting-cluster.mjs', mode === 'keys' ? ['settled'] : []);
  try {
    const options = { opensearch: cluster.url, alias: 'bench', args: ['--threads', '2'] };
    const run = await runIngestProgram('s3://generated/lake/', options, emulatorEnvironment(store.url));
    const { events, objects } = run.report;
    const told = await cluster.counts();
    assertCount('documents', told['documents'] ?? 0, events.indexed);
    assertCount('failed objects', objects.failed, 0);
    const { seconds } = run.report;
    const served = await store.counts();
    return { events: events.read, seconds, cpu: run.cpuSeconds, rss: run.peakRssMb, served, cluster: told };
  } finally {
    await Promise.all([store.stop(), cluster.stop()]);
  }
}
