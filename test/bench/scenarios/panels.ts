import { Client } from '@opensearch-project/opensearch';
import { searchOf, type SearchRequest } from '../../../src/content/compile/request.ts';
import type { JsonObject } from '../../../src/content/json.ts';
import { names } from '../../../src/names.ts';
import { startOpenSearch } from '../../../src/runtime/opensearch-node.ts';
import { askAll } from '../../../src/verify/ask.ts';
import { outcomeOf, type VerifyCluster } from '../../../src/verify/cluster.ts';
import { shippedBundles } from '../../../src/verify/load.ts';
import { questionsOf, type Question } from '../../../src/verify/verify.ts';
import { installAlias } from '../../support/installed.ts';
import { median, round, type Scenario, type Target } from '../scenario.ts';
import { bulkBodies, load, rangeOf } from '../support/bodies.ts';
import { COMPILING, warmUp } from '../support/warm-up.ts';

const EVENTS = 2_000_000;
/** The ten days before the end of October. */
const HOURS = 240;
const RUNS = 5;
const LIMIT = 5;

export default {
  title: 'Every panel and saved query over the same events, against a plain date histogram',
  async run(bench) {
    const events = bench.events(EVENTS);
    const node = await startOpenSearch({ profile: 'demo', heap: '2g' });
    const client = new Client({ node: node.url, maxRetries: 0, requestTimeout: 300_000 });
    try {
      const alias = 'bench-panels';
      const ours = names(alias);
      await installAlias(client, alias);
      const index = `${ours.indexPrefix}2026.10`;
      bench.say(`indexing ${events.toLocaleString('en-US')} events`);
      await load(client, node.url, index, bulkBodies(events, HOURS));
      const { body: stats } = await client.indices.stats({ index, metric: ['segments', 'store'] });

      const range = rangeOf(HOURS);
      const context = { now: Date.parse(range.to), timeZone: 'UTC', timeRange: range };
      // The dashboards of the ingester's own health are over the ledger, which this index does not fill.
      const [bundle] = shippedBundles({ alias });
      const questions = questionsOf(bundle!, context).filter(({ compiled }) => compiled.kind !== 'none');
      const timed = timer(client);
      const pattern = bundle!.indexPattern('logs-cloudtrail');
      const histogram = (request: Omit<SearchRequest, 'pattern'>) =>
        timed.milliseconds(() => timed.search([{ ...request, pattern }]));
      const ask = ({ compiled, panel }: Question) =>
        timed.milliseconds(async () => {
          const [reply] = await askAll([compiled], timed);
          if (reply?.kind === 'failed') throw new Error(`${panel}: ${reply.reason}`);
        });
      const all = async (): Promise<void> => {
        for (const question of questions) await ask(question);
      };
      await warmUp(node.pid, all, (line) => bench.say(line));
      const plain: number[] = [];
      const reading: number[] = [];
      const runs = questions.map((): number[] => []);
      for (let run = 0; run < (bench.quick ? 1 : RUNS); run += 1)
        for (const [i, question] of questions.entries()) {
          if (i % 5 === 0) {
            plain.push(await histogram(histogramOver(alias, range)));
            reading.push(await histogram(histogramOver(alias, range, { last: { max: { field: 'count' } } })));
          }
          runs[i]!.push(await ask(question));
        }
      const [base, read] = [median(plain), median(reading)];
      const times = questions.map((question, i) => ({ question, ms: median(runs[i]!) })).sort((a, b) => b.ms - a.ms);
      const slowest = times[0]!;
      const shown = (ms: number) => ({
        ms: round(ms),
        'times the plain histogram': round(ms / base),
        'times the reading one': round(ms / read),
      });
      return {
        work: `${events.toLocaleString('en-US')} events of ten days in one shard of ${String(stats._all?.primaries?.segments?.count ?? '?')} segments, ${round((stats._all?.primaries?.store?.size_in_bytes ?? 0) / 1e6)} MB; each panel and query over all of them, its requests one after the other, without the request cache, after all were asked until the server's compilers took no more than ${100 * COMPILING} % of its CPU`,
        rows: [
          { dashboard: '', panel: 'a plain date histogram', ...shown(base) },
          { dashboard: '', panel: 'a date histogram that reads each event', ...shown(read) },
          ...times.map(({ question, ms }) => ({
            dashboard: question.dashboard ?? (question.isQuery ? 'saved query' : ''),
            panel: question.panel,
            ...shown(ms),
          })),
        ],
        targets: [
          within(`the slowest, ${slowest.question.panel}`, 'a plain date histogram', slowest.ms / base),
          within(`the slowest, ${slowest.question.panel}`, 'one that reads each event', slowest.ms / read),
        ],
        notes: [
          'The server answers a plain date histogram from the tree of its time field, without reading an event; whatever groups or filters by something else has to read them.',
        ],
      };
    } finally {
      await client.close();
      await node.stop();
    }
  },
} satisfies Scenario;

function within(what: string, of: string, times: number): Target {
  return { what, target: `≤ ${LIMIT} × ${of}`, measured: `${round(times)} ×`, met: times <= LIMIT };
}

/** As OpenSearch Dashboards asks for events over time; with something to compute for each bar, the server reads the events. */
function histogramOver(
  index: string,
  { from, to }: { from: string; to: string },
  aggs: JsonObject = {},
): Omit<SearchRequest, 'pattern'> {
  const time = { gte: from, lte: to, format: 'strict_date_optional_time' };
  return {
    index,
    body: {
      size: 0,
      track_total_hits: true,
      query: {
        bool: { must: [], filter: [{ match_all: {} }, { range: { time_dt: time } }], should: [], must_not: [] },
      },
      aggs: {
        '2': { date_histogram: { field: 'time_dt', fixed_interval: '3h', time_zone: 'UTC', min_doc_count: 1 }, aggs },
      },
    },
  };
}

/** Searches one after the other, and how long the server took for them. */
function timer(client: Client): VerifyCluster & { milliseconds(work: () => Promise<unknown>): Promise<number> } {
  let took = 0;
  return {
    async search(requests) {
      const outcomes = [];
      for (const request of requests) {
        const { header, body } = searchOf(request);
        const start = performance.now();
        const answer = await client.msearch({ body: [{ ...header, request_cache: false }, body] });
        took += performance.now() - start;
        outcomes.push(outcomeOf(answer.body.responses[0] as Record<string, unknown>));
      }
      return outcomes;
    },
    fields: () => Promise.reject(new Error('the fields are in the bundle')),
    refresh: () => Promise.resolve(),
    async milliseconds(work) {
      took = 0;
      await work();
      return took;
    },
  };
}
