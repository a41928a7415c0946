import { shipped } from '../../../src/content/root.ts';
import { atMost, paired, type Scenario } from '../scenario.ts';
import { runNode, runProgram } from '../support/program.ts';

const RUNS = 7;

export default {
  title: 'How long the program takes to say something: heavy modules load when they are used',
  async run(bench) {
    const measured = async (run: () => Promise<{ seconds: number; cpuSeconds: number; peakRssMb: number }>) => {
      const { seconds, cpuSeconds, peakRssMb } = await run();
      return { 'wall ms': seconds * 1000, 'CPU ms': cpuSeconds * 1000, 'RSS MB': peakRssMb };
    };
    const nothing = shipped('test', 'bench', 'support', 'nothing.mjs');
    const found = await paired(RUNS * bench.rounds, {
      'node, nothing': () => measured(() => runNode(nothing, [])),
      '--help': () => measured(() => runProgram(['--help'])),
      'ingest --help': () => measured(() => runProgram(['ingest', '--help'])),
      '--version': () => measured(() => runProgram(['--version'])),
    });
    const limit = 1.5 * found['node, nothing']['wall ms'] + 150;
    return {
      work: `${RUNS * bench.rounds} starts of each, in turns`,
      rows: Object.entries(found).map(([start, figures]) => ({ start, ...figures })),
      targets: [atMost('--help, 1.5 × node + 150 ms', found['--help']['wall ms'], limit, 'ms')],
    };
  },
} satisfies Scenario;
