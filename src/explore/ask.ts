import type { Bundle } from '../content/bundle.ts';
import { compileDashboard, usedFields, type Compiled, type SearchRequest } from '../content/compile/request.ts';
import { asking, asksAgain, totalHits, type Answer } from '../content/compile/response.ts';
import { messageOf } from '../errors.ts';
import { absentFields, presenceRequests } from '../verify/presence.ts';
import { isOverNothing, linesOf, missingOf, outcomeOf, type Outcome } from '../verify/cluster.ts';
import { readablePatterns } from '../verify/load.ts';
import { zoned } from './content.ts';
import { extentOf, extentRequest } from './extent.ts';
import { looksTwice, newestRows, type SparseLists } from './newest.ts';
import type { EventHit, Extent, PanelAnswer, SearchRequest as PageRequest } from './protocol.ts';
import { resultOf } from './result.ts';
import { checkSaved } from './safe-filter.ts';

/** One `_msearch`; the signal cancels it in the cluster as well. */
export type Msearch = (lines: readonly unknown[], signal: AbortSignal) => Promise<readonly Answer[]>;

/** Panels above the fold are asked apart, so that they do not wait for the slowest one below. */
const FIRST = 8;

/** Each event of a list is read whole from the index; five hundred, as OpenSearch Dashboards asks for, take longer than all else. */
const ROWS = 100;

/** Searches that go out together, and an answer to each. */
type Steps = Generator<readonly SearchRequest[], PanelAnswer, readonly Answer[]>;

interface Options {
  /** Index expressions that may be searched. */
  readonly allowed: ReadonlySet<string>;
  /** Those of them that are events. */
  readonly events: ReadonlySet<string>;
  readonly now: number;
  /** Kept from one request to the next. */
  readonly sparse: SparseLists;
  readonly msearch: Msearch;
  readonly signal: AbortSignal;
}

/** Answers the panels of a dashboard, each as soon as it is known. */
export async function askPanels(
  bundle: Bundle,
  request: PageRequest,
  options: Options,
  onAnswer: (answer: PanelAnswer) => void,
): Promise<void> {
  const { view, timeZone } = request;
  const compiled = compileDashboard(bundle, request.dashboard, {
    now: options.now,
    timeZone,
    timeRange: { from: view.from, to: view.to },
    query: { query: view.query, language: 'kuery' },
    filters: zoned(view.filters, timeZone) as never,
    settings: { sampleSize: request.rows ?? ROWS, highlight: false },
    // Query and filters go along to dashboards over other indices: the status of an event is a word, that of a dead letter a number.
    lenient: true,
  }).filter(({ panel }) => request.panels?.includes(panel.panelIndex) ?? true);
  const timeFields = new Map(
    readablePatterns(bundle).map(({ title, timeFieldName }) => [title, timeFieldName] as const),
  );
  const waiting = compiled.map(({ panel: { panelIndex: panel }, compiled: one }): Waiting => {
    const list = `${request.dashboard}/${panel}/${request.rows ?? ROWS}`;
    return {
      panel,
      compiled: one,
      again:
        (one.kind === 'aggs' && asksAgain(one)) ||
        (one.kind === 'hits' && looksTwice(one.request, list, options.sparse)),
      steps: stepsOf(panel, one, list, options, timeFields),
    };
  });
  // All to their ends: after a failure of one, nobody would be there to take the answers of the others.
  const groups = groupsOf(waiting).map((group) => askRounds(group, options, onAnswer));
  for (const group of await Promise.allSettled(groups)) if (group.status === 'rejected') throw group.reason;
}

/** What goes out together. Panels with a second request ask it while the first of the others are still being answered. */
function groupsOf(waiting: readonly Waiting[]): Waiting[][] {
  return [waiting.slice(0, FIRST), waiting.slice(FIRST)].flatMap((part) => [
    part.filter(({ again }) => again),
    part.filter(({ again }) => !again),
  ]);
}

interface Waiting {
  readonly panel: string;
  readonly compiled: Compiled;
  /** Whether a later request of it depends on the answer to an earlier one. */
  readonly again: boolean;
  readonly steps: Steps;
}

/** A panel whose next request depends on an answer goes into the next round. */
async function askRounds(
  first: readonly Waiting[],
  options: Options,
  onAnswer: (answer: PanelAnswer) => void,
): Promise<void> {
  const empty: { compiled: Compiled; answer: PanelAnswer & { status: 'empty' } }[] = [];
  const missing = new Map<Waiting, string>();
  const settle = (one: Waiting, its: PanelAnswer): void => {
    const { compiled } = one;
    const text = missing.get(one);
    const answer = text === undefined ? its : { ...its, missing: text };
    if (answer.status === 'empty' && answer.reason === '') empty.push({ compiled, answer });
    else onAnswer(answer);
  };
  let round: { one: Waiting; answers: readonly Answer[] }[] = first.map((one) => ({ one, answers: [] }));
  while (round.length > 0) {
    const asked = round.flatMap(({ one, answers }) => {
      const step = nextStep(one, answers);
      if (step.done !== true) return [{ one, requests: step.value }];
      settle(one, step.value);
      return [];
    });
    if (asked.length === 0) break;
    const requests = longestFirst(asked.flatMap((one) => one.requests));
    const asks = await ask(requests, options);
    const outcomes = new Map(requests.map((request, place) => [request, asks[place] ?? { failure: 'no answer' }]));
    round = asked.flatMap(({ one, requests: its }) => {
      const answers: Answer[] = [];
      for (const outcome of its.flatMap((request) => outcomes.get(request) ?? [])) {
        if ('answer' in outcome) {
          answers.push(outcome.answer);
          const text = missingOf(outcome.answer);
          if (text !== undefined) missing.set(one, text);
        } else {
          onAnswer({ panel: one.panel, status: 'error', reason: outcome.failure });
          return [];
        }
      }
      return [{ one, answers }];
    });
  }
  await explainEmpty(empty, options, onAnswer);
}

/** What a user's saved object or the answer to it holds may be anything: the other panels go on. */
function nextStep({ panel, steps }: Waiting, answers: readonly Answer[]): ReturnType<Steps['next']> {
  try {
    return steps.next(answers);
  } catch (error) {
    return { done: true, value: { panel, status: 'error', reason: messageOf(error) } };
  }
}

/**
 * The searches that are likely to take longest first: one that begins last would keep a single core busy when all else is done.
 * What makes a search long are its rows, which are read whole, and its filters and aggregations, which show in its text.
 */
function longestFirst(requests: readonly SearchRequest[]): SearchRequest[] {
  return requests
    .map((request) => {
      const { body } = request;
      return { request, weight: JSON.stringify(body).length + ROW_WEIGHT * Number(body['size'] ?? 0) };
    })
    .sort((a, b) => b.weight - a.weight)
    .map(({ request }) => request);
}

/** A hundred rows take as long as the largest aggregations. */
const ROW_WEIGHT = 20;

async function ask(
  requests: readonly SearchRequest[],
  { msearch, signal }: { msearch: Msearch; signal: AbortSignal },
): Promise<Outcome[]> {
  return (await msearch(linesOf(requests), signal)).map(outcomeOf);
}

/** An empty panel says why: no events at all and when there are some, or which of its fields no event in the range has. */
async function explainEmpty(
  empty: readonly { compiled: Compiled; answer: PanelAnswer & { status: 'empty' } }[],
  options: Options,
  onAnswer: (answer: PanelAnswer) => void,
): Promise<void> {
  if (empty.length === 0) return;
  const requests = presenceRequests(empty.map(({ compiled }) => ({ compiled, fields: usedFields(compiled) })));
  const outcomes = await ask(
    requests.map(({ request }) => request),
    options,
  );
  const found = absentFields(requests, outcomes);
  const without = requests.filter(({ wanted }) => wanted.some(({ place }) => found[place]?.events === 0));
  const extents = await extentsOf(
    without.map(({ request }) => request),
    options,
  );
  requests.forEach(({ request, wanted }, i) => {
    const outcome = outcomes[i] ?? { failure: 'no answer' };
    const extent = extents.get(request.index);
    for (const { place } of wanted) {
      const answer = empty[place]?.answer;
      const { events = 0, fields = [] } = found[place] ?? {};
      if (answer === undefined) continue;
      if ('failure' in outcome)
        onAnswer({ ...answer, reason: `Nothing matches; why could not be determined: ${outcome.failure}.` });
      else if (events > 0) onAnswer({ ...answer, reason: 'Events in this range do not match.', absent: fields });
      else
        onAnswer({
          ...answer,
          reason: extent === null ? 'There are no events yet.' : 'There are no events in this time range.',
          ...(extent === undefined ? {} : { extent }),
        });
    }
  });
}

/** When the events of these searches are, whatever their range; nothing of what are no events, nor where it cannot be known. */
async function extentsOf(searches: readonly SearchRequest[], options: Options): Promise<Map<string, Extent | null>> {
  const patterns = new Map(searches.map(({ index, pattern }) => [index, pattern]));
  const requests = [...patterns].flatMap(([index, pattern]) =>
    options.events.has(index) && pattern.timeFieldName !== undefined ? [extentRequest(pattern)] : [],
  );
  if (requests.length === 0) return new Map();
  const outcomes = await ask(requests, options);
  return new Map(
    requests.flatMap(({ index }, i) => {
      const outcome = outcomes[i];
      return outcome !== undefined && 'answer' in outcome ? [[index, extentOf(outcome.answer)] as const] : [];
    }),
  );
}

function* stepsOf(
  panel: string,
  compiled: Compiled,
  list: string,
  { allowed, sparse }: Options,
  timeFields: ReadonlyMap<string, string | undefined>,
): Steps {
  switch (compiled.kind) {
    case 'refused':
    case 'unsupported':
      return { panel, status: 'error', reason: compiled.reason };
    case 'none':
    case 'controls':
      return { panel, status: 'empty', reason: 'asks nothing', absent: [] };
    case 'hits': {
      if (!allowed.has(compiled.request.index)) return notOurs(panel, compiled.request.index);
      checkSaved(compiled);
      const answer = yield* newestRows(compiled.request, list, sparse);
      if (isOverNothing(answer)) return notInstalled(panel, compiled.request.index);
      const events = eventsOf(answer);
      if (events.length === 0) return { panel, status: 'empty', reason: '', absent: [] };
      const timeField = timeFields.get(compiled.request.index);
      return {
        panel,
        status: 'events',
        total: totalHits(answer),
        ...(timeField === undefined ? {} : { timeField }),
        from: compiled.request.index,
        columns: compiled.columns,
        events,
      };
    }
    case 'aggs': {
      if (!allowed.has(compiled.request.index)) return notOurs(panel, compiled.request.index);
      checkSaved(compiled);
      const { table, answer, compiled: exact } = yield* oneAtATime(asking(compiled));
      if (isOverNothing(answer)) return notInstalled(panel, compiled.request.index);
      const result = resultOf(table);
      // A lone number is an answer even when it is zero; a chart or table without rows is none.
      const says =
        !exact.list.aggs.some(({ type }) => type.kind === 'buckets') || (result.rows.length > 0 && hasEvents(answer));
      return says ? { panel, status: 'table', table: result } : { panel, status: 'empty', reason: '', absent: [] };
    }
  }
}

/** Whether a bucket has events: named filters and ranges are answered without any, too. A sum of zero is one. */
function hasEvents(answer: Answer): boolean {
  const aggregations = Object.values((answer['aggregations'] ?? {}) as Record<string, { buckets?: object } | null>);
  return aggregations.some((one) =>
    Object.values((one?.buckets ?? {}) as Record<string, { doc_count?: number }>).some(
      ({ doc_count = 0 }) => doc_count > 0,
    ),
  );
}

function* oneAtATime<T>(
  steps: Generator<SearchRequest, T, Answer>,
): Generator<readonly SearchRequest[], T, readonly Answer[]> {
  let step = steps.next();
  while (step.done !== true) step = steps.next((yield [step.value])[0] ?? {});
  return step.value;
}

const notOurs = (panel: string, index: string): PanelAnswer => ({
  panel,
  status: 'error',
  reason: `This panel searches "${index}"; only this product's own indices are shown here.`,
});
const notInstalled = (panel: string, index: string): PanelAnswer => ({
  panel,
  status: 'empty',
  reason: `There is no index "${index}" yet: run install, then ingest.`,
  absent: [],
});

export function eventsOf(answer: Answer): EventHit[] {
  const { hits = [] } = (answer['hits'] ?? {}) as {
    hits?: { _id: string; _index: string; _source?: Record<string, unknown> }[];
  };
  return hits.map(({ _id, _index, _source }) => ({ id: _id, index: _index, source: _source ?? {} }));
}
