import { Agent, request } from 'node:http';
import { availableParallelism } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { inProcessExecutor } from '../../../src/ingest/executor/in-process.ts';
import type { Batch } from '../../../src/ingest/ports.ts';
import { names } from '../../../src/names.ts';
import { assertCount, atLeast, paired, type Scenario } from '../scenario.ts';
import type { Input } from '../support/inputs.ts';
import { runIngestProgram } from '../support/program.ts';
import type { Cluster, Emulator } from '../support/servers.ts';

const EVENTS = 200_000;
const IN_FLIGHT = 4;

type Figures = Record<
  'docs/s' | 'server CPU s/M' | 'emulator CPU s/M' | 'our CPU s/M' | 'our RSS MB' | 'share of the limit',
  number
>;

export default {
  title: 'OCSF from S3 into our own index, all on one machine; and ready-made bodies into the same',
  async run(bench) {
    const events = bench.events(EVENTS);
    const cluster = await bench.servers.opensearch();
    const emulator = await bench.servers.aws();
    const input = await bench.inputs.make('ocsf', events, 5000);
    const source = `s3://${await emulator.bucket(input.read())}`;
    const ours = () => measureOurs(cluster, emulator, source, events);
    bench.say('a run that does not count, to warm the server up');
    await ours();
    const found = await paired(bench.rounds, { ours, 'ready-made bodies': () => measureBodies(cluster, input) });
    return {
      work: `${events.toLocaleString('en-US')} events in ${input.objects} objects, ${Math.round(input.megabytes)} MB gzipped; one node, no replica`,
      rows: Object.entries(found).map(([way, figures]) => ({ way, ...figures })),
      targets: [atLeast('share of what the cores allow', found.ours['share of the limit'], 0.95, '')],
      notes: [
        'The limit is cores ÷ (server + emulator + our CPU seconds a document), all measured in the run: at 1 nobody waits for anybody.',
        `Ready-made bodies are sent by ${IN_FLIGHT} connections from memory; the client takes no part in the cost.`,
      ],
    };
  },
} satisfies Scenario;

async function measureOurs(cluster: Cluster, emulator: Emulator, source: string, events: number): Promise<Figures> {
  const installed = await cluster.install();
  const { alias } = installed;
  try {
    const before = { server: cluster.cpuSeconds(), emulator: emulator.cpuSeconds() };
    const run = await runIngestProgram(source, { opensearch: cluster.url, alias }, emulator.env);
    const server = cluster.cpuSeconds() - before.server;
    const store = emulator.cpuSeconds() - before.emulator;
    assertCount('events indexed', run.report.events.indexed, events);
    assertCount('documents in the index', await installed.count(), events);
    return figures(events, run.report.seconds, server, store, run.cpuSeconds, run.peakRssMb);
  } finally {
    await installed.remove();
  }
}

async function measureBodies(cluster: Cluster, input: Input): Promise<Figures> {
  const installed = await cluster.install();
  const { alias } = installed;
  const agent = new Agent({ keepAlive: true });
  try {
    const batches: Batch[] = [];
    for (const { body } of input.read()) batches.push(...(await encoded(gunzipSync(body), names(alias).indexPrefix)));
    const before = cluster.cpuSeconds();
    const started = performance.now();
    await Promise.all(
      Array.from({ length: IN_FLIGHT }, async () => {
        for (let batch = batches.shift(); batch !== undefined; batch = batches.shift())
          await post(agent, `${cluster.url}/_bulk?filter_path=errors`, batch.body);
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    const server = cluster.cpuSeconds() - before;
    assertCount('documents in the index', await installed.count(), input.events);
    return figures(input.events, seconds, server, 0, 0, 0);
  } finally {
    agent.destroy();
    await installed.remove();
  }
}

function figures(events: number, seconds: number, server: number, store: number, ours: number, rss: number): Figures {
  const limit = (availableParallelism() * events) / (server + store + ours);
  return {
    'docs/s': events / seconds,
    'server CPU s/M': (server / events) * 1e6,
    'emulator CPU s/M': (store / events) * 1e6,
    'our CPU s/M': (ours / events) * 1e6,
    'our RSS MB': rss,
    'share of the limit': events / seconds / limit,
  };
}

/** Ready-made bodies of one object for the indices with this prefix. */
async function encoded(bytes: Buffer, indexPrefix: string): Promise<Batch[]> {
  const object = {
    etag: 'bench',
    size: bytes.length,
    async *chunks() {
      yield bytes;
    },
    range: async (start: number, end: number) => bytes.subarray(start, end),
    close: async () => undefined,
  };
  const options = { indexPrefix, period: 'month', now: Date.now(), filters: {}, batchBytes: 5 * 1024 * 1024 } as const;
  const batches: Batch[] = [];
  for await (const batch of inProcessExecutor().run(object, options, new AbortController().signal)) batches.push(batch);
  return batches;
}

function post(agent: Agent, url: string, body: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-ndjson', 'content-length': body.length };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => (text.includes('"errors":false') ? resolve() : reject(new Error(text.slice(0, 500)))));
    });
    sent.on('error', reject).end(body);
  });
}
