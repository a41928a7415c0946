import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { availableParallelism } from 'node:os';
import { uniqueName } from '../../support/servers.ts';
import { assertCount, medians, type Bench, type Scenario } from '../scenario.ts';
import { runIngestProgram } from '../support/program.ts';

const SIZES = [10_000, 100_000, 1_000_000];
const HUGE = 10_000_000;
const WORKERS = [1, 2, 4];
const QUEUE_EVENTS = 200_000;
const PER_OBJECT = 5000;

export default {
  title: 'Cost as it grows: events, and ingesters on one queue, into a real index on the same machine',
  long: true,
  async run(bench) {
    const rows = [];
    for (const events of bench.quick ? [1000, 10_000] : SIZES)
      rows.push(await measureSize(bench, events, bench.rounds));
    if (bench.long) rows.push(await measureSize(bench, HUGE, 1));
    const queueEvents = bench.events(QUEUE_EVENTS);
    for (const workers of WORKERS) rows.push(await measureQueue(bench, queueEvents, workers));
    return {
      work: `OCSF events in gzipped objects of ${PER_OBJECT.toLocaleString('en-US')}; one node, no replica`,
      rows,
      notes: [
        `The machine has ${availableParallelism()} cores, which the cluster and the emulator share with the ingesters: more than one ingester is oversubscribed.`,
        'CPU and memory are those of all ingesters together; start-up is in them.',
      ],
    };
  },
} satisfies Scenario;

async function measureSize(bench: Bench, events: number, rounds: number) {
  const cluster = await bench.servers.opensearch();
  const emulator = await bench.servers.aws();
  const input = await bench.inputs.make('ocsf', events, PER_OBJECT);
  const source = `s3://${await emulator.bucket(input.read())}`;
  const runs = [];
  for (let i = 0; i < rounds; i += 1) {
    const installed = await cluster.install();
    try {
      const before = cluster.cpuSeconds();
      const run = await runIngestProgram(source, { opensearch: cluster.url, alias: installed.alias }, emulator.env);
      const server = cluster.cpuSeconds() - before;
      assertCount('documents in the index', await installed.count(), events);
      runs.push(figures(events, run.report.seconds, run.cpuSeconds, server, run.peakRssMb));
    } finally {
      await installed.remove();
    }
  }
  return { work: `${events.toLocaleString('en-US')} events listed`, ingesters: 1, ...medians(runs) };
}

async function measureQueue(bench: Bench, events: number, workers: number) {
  const cluster = await bench.servers.opensearch();
  const emulator = await bench.servers.aws();
  const input = await bench.inputs.make('ocsf', events, PER_OBJECT);
  const bucket = await emulator.bucket(input.read());
  const sqs = new SQSClient({
    endpoint: emulator.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const runs = [];
  try {
    for (let i = 0; i < bench.rounds; i += 1) {
      const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: uniqueName('bench') }));
      for (const { key, body } of input.read()) {
        const s3 = { bucket: { name: bucket }, object: { key, size: body.length } };
        const Records = [{ eventVersion: '2.1', eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3 }];
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ Records }) }));
      }
      const installed = await cluster.install();
      try {
        const before = cluster.cpuSeconds();
        const options = { opensearch: cluster.url, alias: installed.alias, args: ['--once'] };
        const ended = await Promise.all(
          Array.from({ length: workers }, () => runIngestProgram(QueueUrl, options, emulator.env)),
        );
        const server = cluster.cpuSeconds() - before;
        assertCount('documents in the index', await installed.count(), events);
        const sum = (of: (run: (typeof ended)[number]) => number): number =>
          ended.reduce((all, run) => all + of(run), 0);
        assertCount('events indexed', sum(({ report }) => report.events.indexed), events); // prettier-ignore
        const seconds = Math.max(...ended.map(({ report }) => report.seconds));
        runs.push(figures(events, seconds, sum(({ cpuSeconds }) => cpuSeconds), server, sum(({ peakRssMb }) => peakRssMb))); // prettier-ignore
      } finally {
        await installed.remove();
      }
    }
  } finally {
    sqs.destroy();
  }
  return { work: `${events.toLocaleString('en-US')} events on a queue`, ingesters: workers, ...medians(runs) };
}

function figures(events: number, seconds: number, cpu: number, server: number, rss: number) {
  return {
    seconds,
    'events/s': events / seconds,
    'our CPU s/M': (cpu / events) * 1e6,
    'server CPU s/M': (server / events) * 1e6,
    'peak RSS MB': rss,
  };
}
