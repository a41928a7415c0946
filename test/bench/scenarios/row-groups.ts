import { readParquet } from 'parquet-wasm';
import { atMost, paired, type Scenario } from '../scenario.ts';
import { startLoopback } from '../support/loopback.ts';
import { processCost, THREADS } from '../support/process-cost.ts';

const EVENTS = 240_000;
/** Each object is one row group. */
const EVENTS_A_GROUP = [5_000, 18_000, 60_000, 120_000];
/** Row groups of up to so many MB, decoded, take no more than a fixed limit, larger ones no more than three times their size and the rest. */
const USUAL_MB = 32;
const USUAL_LIMIT_MB = 450;
const limitOf = (groupMb: number): number => (groupMb <= USUAL_MB ? USUAL_LIMIT_MB : 3 * groupMb + 200);

export default {
  title: "Memory of the ingester by the size of Parquet's row groups",
  async run(bench) {
    const events = bench.events(EVENTS);
    const emulator = await bench.servers.aws();
    const cluster = await startLoopback('counting-cluster.mjs');
    try {
      const inputs = [];
      for (const perGroup of EVENTS_A_GROUP) {
        const input = await bench.inputs.make('parquet', events, perGroup, perGroup);
        const groupMb = Math.max(...[...input.read()].map(({ body }) => decodedMb(body)));
        inputs.push({ perGroup, groupMb, source: `s3://${await emulator.bucket(input.read())}` });
      }
      const found = await paired(
        bench.rounds,
        Object.fromEntries(
          inputs.map(({ perGroup, source }) => [
            perGroup,
            () => processCost(source, events, { cluster, env: emulator.env }),
          ]),
        ),
      );
      const rows = inputs.map(({ perGroup, groupMb }) => ({
        'events a row group': perGroup,
        'row group decoded, MB': groupMb,
        'CPU s a million': found[perGroup]!['CPU s a million'],
        'peak RSS MB': found[perGroup]!['peak RSS MB'],
        '3 × row group + 200 MB': 3 * groupMb + 200,
      }));
      return {
        work: `${events.toLocaleString('en-US')} events, ${THREADS} threads`,
        rows,
        targets: rows.map((row) => {
          const groupMb = row['row group decoded, MB'];
          return atMost(`row groups of ${groupMb.toFixed(0)} MB`, row['peak RSS MB'], limitOf(groupMb), 'MB');
        }),
        notes: [
          `Up to ${USUAL_MB} MB a row group the limit is ${USUAL_LIMIT_MB} MB, beyond it three row groups and 200 MB.`,
          'Decoded is the size of the columns as Arrow writes them.',
        ],
      };
    } finally {
      await cluster.stop();
    }
  },
} satisfies Scenario;

function decodedMb(file: Uint8Array): number {
  return readParquet(file).intoIPCStream().length / 1e6;
}
