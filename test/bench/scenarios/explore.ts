import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@opensearch-project/opensearch';
import { generateEvents } from '../../../src/demo/generate.ts';
import type { Bundle } from '../../../src/content/bundle.ts';
import { askPanels, type Msearch } from '../../../src/explore/ask.ts';
import { lineOf } from '../../../src/explore/lines.ts';
import type { SparseLists } from '../../../src/explore/newest.ts';
import type { Answer } from '../../../src/content/compile/response.ts';
import { names } from '../../../src/names.ts';
import { createClient } from '../../../src/opensearch/client.ts';
import { startOpenSearch } from '../../../src/runtime/opensearch-node.ts';
import { shippedBundles } from '../../../src/verify/load.ts';
import { loadRecords } from '../../support/installed.ts';
import { assertCount, atMost, medians, type Findings, type Scenario } from '../scenario.ts';
import { mergesOver } from '../support/bodies.ts';
import { cpuSeconds } from '../support/usage.ts';
import { COMPILING, warmUp } from '../support/warm-up.ts';

const HOURS = 24;
/** A dashboard may take this much more than its searches would if they were spread evenly over the cores. */
const MOST = 1.2;
/** A dashboard takes less than a second, and the machine's own moods last longer: several rounds for each that is asked for. */
const ROUNDS = 5;
const ALIAS = 'bench';

export default {
  title: 'What a dashboard takes in explore, all panels together, against its searches one after the other',
  long: true,
  async run(bench): Promise<Findings> {
    const dataDir = await mkdtemp(join(tmpdir(), 'ocsf-cloudtrail-explore-'));
    const events = bench.events(1_000_000);
    const now = Date.now();
    try {
      bench.say(`loading ${events.toLocaleString('en-US')} events`);
      await onNode(dataDir, async ({ client }) => {
        const records = generateEvents({ seed: 'explore', end: now, hours: HOURS, events });
        assertCount('events loaded', await loadRecords(client, ALIAS, records, { now }), events);
        await client.indices.refresh({ index: ALIAS });
        await mergesOver(client, ALIAS);
        await client.indices.flush({ index: ALIAS });
      });
      const runs = new Map<string, Run[]>();
      // What the server makes of its code at one start is a fifth faster or slower than at another, as long as it runs.
      for (let start = 1; start <= bench.rounds; start += 1)
        await onNode(dataDir, async (node) => {
          for (const [name, run] of await measure(node, now + start, (line) => bench.say(`start ${start}, ${line}`)))
            runs.set(name, [...(runs.get(name) ?? []), run]);
        });
      return findings(runs, bench);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  },
} satisfies Scenario;

interface Node {
  readonly client: Client;
  readonly pid: number;
}

async function onNode(dataDir: string, work: (node: Node) => Promise<void>): Promise<void> {
  const node = await startOpenSearch({ profile: 'demo', dataDir });
  const client = createClient({ url: node.url, insecure: false }, { requestTimeoutMs: 120_000 });
  try {
    await work({ client, pid: node.pid });
  } finally {
    await client.close();
    await node.stop();
  }
}

/** ms, but for the number of searches. */
interface Run extends Readonly<Record<string, number>> {
  readonly searches: number;
  readonly first: number;
  readonly together: number;
  readonly alone: number;
  readonly cpuTogether: number;
  readonly cpuAlone: number;
}

/** Several runs of each dashboard, in turns, by its name. */
async function measure(node: Node, now: number, say: (line: string) => void): Promise<[string, Run][]> {
  const { client } = node;
  const { indexPattern, ledger, deadLetters } = names(ALIAS);
  const allowed = new Set([ALIAS, indexPattern, ledger, deadLetters]);
  const { signal } = new AbortController();
  const send: Msearch = async (lines) =>
    (await client.msearch({ body: lines as never })).body.responses as readonly unknown[] as readonly Answer[];
  // Another millisecond each time: the same search twice would be answered from the cluster's cache.
  let moment = now;
  const sparse: SparseLists = new Set();
  /** All panels of a dashboard together. */
  const together = async (bundle: Bundle, dashboard: string) => {
    const sent: (readonly unknown[])[] = [];
    const begun = performance.now();
    let first = Infinity;
    await askPanels(
      bundle,
      { dashboard, view: { from: `now-${HOURS}h`, to: 'now', query: '', filters: [] }, timeZone: 'UTC' },
      {
        allowed,
        events: allowed,
        sparse,
        now: (moment += 1),
        msearch: async (lines) => {
          for (let i = 0; i < lines.length; i += 2) sent.push(lines.slice(i, i + 2));
          return send(lines, signal);
        },
        signal,
      },
      (answer) => {
        // As it goes to the page.
        lineOf(answer);
        if (answer.status !== 'empty') first = Math.min(first, performance.now() - begun);
      },
    );
    return { sent, first, together: performance.now() - begun };
  };
  /** The same, then its searches one after the other. */
  const round = async (bundle: Bundle, dashboard: string): Promise<Run> => {
    const cpu = cpuSeconds(node.pid);
    const { sent, ...times } = await together(bundle, dashboard);
    const between = cpuSeconds(node.pid);
    const alone = await oneByOne(client, later(sent, moment, (moment += 1)));
    const after = cpuSeconds(node.pid);
    return {
      searches: sent.length,
      ...times,
      alone,
      cpuTogether: 1000 * (between - cpu),
      cpuAlone: 1000 * (after - between),
    };
  };

  const dashboards = shippedBundles({ alias: ALIAS }).flatMap((bundle) =>
    bundle
      .ids('dashboard')
      .filter((dashboard) => !dashboard.endsWith('ingest-health'))
      .map((dashboard) => ({ bundle, dashboard })),
  );
  const all = async (): Promise<void> => {
    for (const { bundle, dashboard } of dashboards) await together(bundle, dashboard);
  };
  await warmUp(node.pid, all, say);
  const runs: [string, Run][] = [];
  for (let time = 1; time <= ROUNDS; time += 1) {
    say(`round ${time} of ${ROUNDS}`);
    for (const { bundle, dashboard } of dashboards) {
      const run = await round(bundle, dashboard);
      runs.push([bundle.title('dashboard', dashboard).replace(/^\[[^\]]*\]\s*/, ''), run]);
    }
  }
  return runs;
}

function findings(
  runs: ReadonlyMap<string, readonly Run[]>,
  bench: { rounds: number; say(line: string): void },
): Findings {
  const cores = availableParallelism();
  const rows: Findings['rows'][number][] = [];
  const targets = [];
  for (const [name, ofOne] of runs) {
    const { searches, first, together, alone, cpuTogether, cpuAlone } = medians(ofOne);
    const ratio = together / (alone / cores);
    rows.push({
      dashboard: name,
      searches,
      'first panel ms': Math.round(first),
      'dashboard ms': Math.round(together),
      'searches alone, sum ms': Math.round(alone),
      'cluster CPU ms, dashboard': Math.round(cpuTogether),
      'cluster CPU ms, alone': Math.round(cpuAlone),
      [`dashboard ÷ (sum ÷ ${cores} cores)`]: Number(ratio.toFixed(2)),
    });
    targets.push(atMost(`${name}: dashboard ÷ (sum ÷ cores)`, ratio, MOST, '×'));
    bench.say(`${name}: ${together.toFixed(0)} ms, alone ${alone.toFixed(0)} ms, ratio ${ratio.toFixed(2)}`);
  }
  return {
    work:
      `events of the last ${HOURS} hours behind ${cores} cores, the embedded node; ` +
      `medians of ${ROUNDS} rounds at each of ${bench.rounds} starts of the node, ` +
      `each after dashboards were asked until its compilers took no more than ${100 * COMPILING} % of its CPU`,
    rows,
    targets,
  };
}

/** The same searches of another moment. */
function later(searches: readonly (readonly unknown[])[], from: number, to: number): typeof searches {
  const iso = (time: number): string => new Date(time).toISOString();
  const text = JSON.stringify(searches)
    .replaceAll(iso(from), iso(to))
    .replaceAll(iso(from - HOURS * HOUR), iso(to - HOURS * HOUR));
  return JSON.parse(text) as typeof searches;
}
const HOUR = 3_600_000;

/** One request after the other; ms in all. */
async function oneByOne(client: Client, searches: readonly (readonly unknown[])[]): Promise<number> {
  let sum = 0;
  for (const [header, body] of searches) {
    const { index } = header as { index: string };
    const begun = performance.now();
    await client.search({ index, ignore_unavailable: true, body: body as never });
    sum += performance.now() - begun;
  }
  return sum;
}
