import { shipped } from '../../../src/content/root.ts';
import { assertCount, atLeast, paired, type Scenario } from '../scenario.ts';
import { runNode } from '../support/program.ts';

const EVENTS = 300_000;

export default {
  title: 'OCSF from a folder to a sink in the same process that only counts, with one and with two threads',
  async run(bench) {
    const events = bench.events(EVENTS);
    const input = await bench.inputs.make('ocsf', events, 5000);
    const measure = async (threads: number) => {
      const script = shipped('test', 'bench', 'support', 'in-process.mjs');
      const ended = await runNode(script, [input.folder, String(threads)]);
      const told = JSON.parse(ended.stdout) as { read: number; documents: number; seconds: number };
      assertCount('events read', told.read, events);
      assertCount('documents', told.documents, events);
      return {
        'events/s': events / told.seconds,
        'CPU s a million': (ended.cpuSeconds / events) * 1e6,
        'peak RSS MB': ended.peakRssMb,
      };
    };
    const found = await paired(bench.rounds, { '1 thread': () => measure(1), '2 threads': () => measure(2) });
    const rate = { one: found['1 thread']['events/s'], two: found['2 threads']['events/s'] };
    return {
      work: `${events.toLocaleString('en-US')} events in ${input.objects} files, ${Math.round(input.megabytes)} MB gzipped`,
      rows: Object.entries(found).map(([threads, figures]) => ({ threads, ...figures })),
      targets: [
        atLeast('events a second', rate.two, 60_000, '/s'),
        atLeast('two threads, times one', rate.two / rate.one, 1.4, '×'),
      ],
      notes: ['The rate is without the start of the program and with that of the threads.'],
    };
  },
} satisfies Scenario;
