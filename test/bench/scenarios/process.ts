import { atMost, paired, type Scenario } from '../scenario.ts';
import type { Input, InputKind } from '../support/inputs.ts';
import { startLoopback } from '../support/loopback.ts';
import { processCost, THREADS } from '../support/process-cost.ts';

const EVENTS = 1_000_000;
/** What the process may take: CPU seconds a million events, MB. */
const LIMITS: Readonly<Record<InputKind, { objects: number; cpu: number; rss: number }>> = {
  ocsf: { objects: 5000, cpu: 25, rss: 350 },
  cloudtrail: { objects: 5000, cpu: 50, rss: 350 },
  parquet: { objects: 30_000, cpu: 45, rss: 450 },
};

export default {
  title: 'What the ingester itself takes, from S3 to a cluster that only counts',
  async run(bench) {
    const events = bench.events(EVENTS);
    const emulator = await bench.servers.aws();
    const cluster = await startLoopback('counting-cluster.mjs');
    try {
      const kinds = Object.keys(LIMITS) as InputKind[];
      const inputs = new Map<InputKind, { input: Input; source: string }>();
      for (const kind of kinds) {
        const input = await bench.inputs.make(kind, events, LIMITS[kind].objects);
        inputs.set(kind, { input, source: `s3://${await emulator.bucket(input.read())}` });
      }
      const measure = (kind: InputKind) =>
        processCost(inputs.get(kind)!.source, events, { cluster, env: emulator.env });
      const found = await paired(bench.rounds, {
        ocsf: () => measure('ocsf'),
        cloudtrail: () => measure('cloudtrail'),
        parquet: () => measure('parquet'),
      });
      return {
        work: `${events.toLocaleString('en-US')} events, ${THREADS} threads`,
        rows: kinds.map((kind) => {
          const { objects, megabytes } = inputs.get(kind)!.input;
          return { input: kind, objects, MB: megabytes, ...found[kind] };
        }),
        targets: kinds.flatMap((kind) => [
          atMost(`${kind}: CPU s a million`, found[kind]['CPU s a million'], LIMITS[kind].cpu, 's'),
          atMost(`${kind}: peak RSS`, found[kind]['peak RSS MB'], LIMITS[kind].rss, 'MB'),
        ]),
        notes: ['Start-up is in the CPU seconds; the emulator and the counting cluster are not.'],
      };
    } finally {
      await cluster.stop();
    }
  },
} satisfies Scenario;
