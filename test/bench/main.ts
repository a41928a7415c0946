import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shipped } from '../../src/content/root.ts';
import { machine, versions } from './support/machine.ts';
import { writeCapacity } from './support/capacity.ts';
import { createInputs } from './support/inputs.ts';
import { renderPage, renderResult, type Result } from './support/report.ts';
import { createServers } from './support/servers.ts';
import type { Bench, Scenario } from './scenario.ts';

const SCENARIOS = new URL('./scenarios/', import.meta.url);
const RESULTS = shipped('docs', 'benchmarks');

const USAGE = `npm run bench [-- NAME… --events N --rounds N --quick --long]

  NAME      a scenario, or the beginning of several; none: all but the long ones
  --events  events of each run, instead of the scenario's own number
  --rounds  runs of each measurement, of which the median counts (default 3)
  --quick   a tenth of the events, one round, nothing written
  --long    the long scenarios too
`;

/** Runs the scenarios that are asked for, one after the other, and keeps what each found. Gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      events: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const names = readdirSync(SCENARIOS)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3));
  if (values.help) {
    process.stdout.write(`${USAGE}\nScenarios: ${names.join(', ')}\n`);
    return 0;
  }
  const wrong = positionals.find((word) => !names.some((name) => name.startsWith(word)));
  if (wrong !== undefined) throw new Error(`no scenario begins with ${wrong}; there are ${names.join(', ')}`);

  const { quick, long } = values;
  const servers = createServers();
  const bench: Bench = {
    events: (usual) => Number(values.events ?? (quick ? Math.ceil(usual / 10) : usual)),
    rounds: Number(values.rounds ?? (quick ? 1 : 3)),
    quick,
    long,
    inputs: createInputs(),
    servers,
    say: (line) => void process.stderr.write(`  ${line}\n`),
  };
  let failed = false;
  try {
    for (const name of names) {
      const scenario = await load(name);
      const named = positionals.some((word) => name.startsWith(word));
      if (positionals.length > 0 ? !named : scenario.long === true && !long) continue;
      try {
        const result = await measure(name, scenario, bench);
        process.stdout.write(`\n${renderResult(result)}`);
        if (result.targets.some(({ met }) => !met)) bench.say(`${name}: a target is missed`);
        if (!quick) keep(result);
      } catch (error) {
        failed = true;
        process.stderr.write(`${name} failed: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
      }
    }
  } finally {
    await servers.stop();
  }
  return failed ? 1 : 0;
}

async function load(name: string): Promise<Scenario> {
  const module = (await import(new URL(`${name}.ts`, SCENARIOS).href)) as { default: Scenario };
  return module.default;
}

async function measure(name: string, scenario: Scenario, bench: Bench): Promise<Result> {
  process.stderr.write(`${name}: ${scenario.title}\n`);
  const date = new Date();
  const before = machine();
  const { work, rows, targets = [], notes = [] } = await scenario.run(bench);
  return {
    name,
    title: scenario.title,
    date: date.toISOString(),
    seconds: Math.round((Date.now() - date.getTime()) / 1000),
    rounds: bench.rounds,
    machine: before,
    versions: await versions(bench.servers),
    work,
    rows,
    targets,
    notes,
  };
}

/** The result as data, and the pages made of all results anew. */
function keep(result: Result): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${result.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(RESULTS, 'README.md'), renderPage(RESULTS));
  writeCapacity(RESULTS);
}
