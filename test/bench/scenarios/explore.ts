import { availableParallelism } from 'node:os';
import type { Client } from '@opensearch-project/opensearch';
import { generateEvents } from '../../../src/demo/generate.ts';
import type { Bundle } from '../../../src/content/bundle.ts';
import { askPanels, type Msearch } from '../../../src/explore/ask.ts';
import type { Answer } from '../../../src/content/compile/response.ts';
import { names } from '../../../src/names.ts';
import { shippedBundles } from '../../../src/verify/load.ts';
import { loadRecords } from '../../support/installed.ts';
import { deleteAlias, uniqueName } from '../../support/servers.ts';
import { mergesOver } from '../support/bodies.ts';
import type { Cluster } from '../support/servers.ts';
import { assertCount, atMost, medians, type Findings, type Scenario } from '../scenario.ts';

const HOURS = 24;
/** A dashboard may take this much more than its searches would if they were spread evenly over the cores. */
const MOST = 1.2;
/** Times that every dashboard is asked before anything is measured: a server that has just started compiles its code meanwhile. */
const WARM_UPS = 5;
/** A dashboard takes less than a second, and the machine's own moods last longer: several rounds for each that is asked for. */
const ROUNDS = 5;

export default {
  title: 'What a dashboard takes in explore, all panels together, against its searches one after the other',
  long: true,
  async run(bench): Promise<Findings> {
    const cluster = await bench.servers.opensearch();
    const alias = uniqueName('bench');
    const events = bench.events(1_000_000);
    const now = Date.now();
    try {
      bench.say(`loading ${events.toLocaleString('en-US')} events`);
      const loaded = await loadRecords(
        cluster.client,
        alias,
        generateEvents({ seed: 'explore', end: now, hours: HOURS, events }),
        { now },
      );
      assertCount('events loaded', loaded, events);
      await cluster.client.indices.refresh({ index: alias });
      await mergesOver(cluster.client, alias);
      return await measure(cluster, alias, now, bench);
    } finally {
      await deleteAlias(cluster.client, alias);
    }
  },
} satisfies Scenario;

async function measure(
  cluster: Cluster,
  alias: string,
  now: number,
  bench: { rounds: number; say(line: string): void },
) {
  const { client } = cluster;
  const cores = availableParallelism();
  const { indexPattern, ledger, deadLetters } = names(alias);
  const allowed = new Set([alias, indexPattern, ledger, deadLetters]);
  const { signal } = new AbortController();
  const send: Msearch = async (lines) =>
    (await client.msearch({ body: lines as never })).body.responses as readonly unknown[] as readonly Answer[];
  // Another millisecond each time: the same search twice would be answered from the cluster's cache.
  let moment = now;
  /** All panels of a dashboard together, then their searches one after the other. */
  const round = async (bundle: Bundle, dashboard: string) => {
    const sent: (readonly unknown[])[] = [];
    const cpu = cluster.cpuSeconds();
    const begun = performance.now();
    let first = Infinity;
    await askPanels(
      bundle,
      { dashboard, view: { from: `now-${HOURS}h`, to: 'now', query: '', filters: [] }, timeZone: 'UTC' },
      {
        allowed,
        now: (moment += 1),
        msearch: async (lines) => {
          for (let i = 0; i < lines.length; i += 2) sent.push(lines.slice(i, i + 2));
          return send(lines, signal);
        },
        signal,
      },
      ({ status }) => {
        if (status !== 'empty') first = Math.min(first, performance.now() - begun);
      },
    );
    const together = performance.now() - begun;
    const between = cluster.cpuSeconds();
    const alone = await oneByOne(client, later(sent, moment, (moment += 1)));
    const after = cluster.cpuSeconds();
    return {
      searches: sent.length,
      first,
      together,
      alone,
      cpuTogether: 1000 * (between - cpu),
      cpuAlone: 1000 * (after - between),
    };
  };

  const dashboards = shippedBundles({ alias }).flatMap((bundle) =>
    bundle
      .ids('dashboard')
      .filter((dashboard) => !dashboard.endsWith('ingest-health'))
      .map((dashboard) => ({ bundle, dashboard })),
  );
  const rounds = ROUNDS * bench.rounds;
  const runs = dashboards.map((): Awaited<ReturnType<typeof round>>[] => []);
  for (let time = 0; time < WARM_UPS + rounds; time += 1) {
    bench.say(time < WARM_UPS ? 'warming up' : `round ${time - WARM_UPS + 1} of ${rounds}`);
    for (const [place, { bundle, dashboard }] of dashboards.entries()) {
      const found = await round(bundle, dashboard);
      if (time >= WARM_UPS) runs[place]?.push(found);
    }
  }

  const rows: Findings['rows'][number][] = [];
  const targets = [];
  for (const [place, { bundle, dashboard }] of dashboards.entries()) {
    const { searches, first, together, alone, cpuTogether, cpuAlone } = medians(runs[place] ?? []);
    const ratio = together / (alone / cores);
    const name = bundle.title('dashboard', dashboard).replace(/^\[[^\]]*\]\s*/, '');
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
    work: `events of the last ${HOURS} hours behind ${cores} cores, the embedded node; medians of ${rounds} rounds after ${WARM_UPS} to warm up`,
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
