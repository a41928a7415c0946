/** Runs what many panels ask, round by round: a panel whose next request depends on an answer waits for it. */
import { asking, tableOf, totalHits, type Answer, type Table } from '../content/compile/response.ts';
import type { Compiled, SearchRequest } from '../content/compile/request.ts';
import { isOverNothing, type Outcome, type VerifyCluster } from './cluster.ts';

/** What came of one question. */
export type Reply =
  | { readonly kind: 'failed'; readonly reason: string }
  /** Nothing was there; `reason` where the question itself knows why. */
  | { readonly kind: 'empty'; readonly hits: number; readonly reason?: string }
  | { readonly kind: 'ok'; readonly hits: number };

type Steps = Generator<SearchRequest, Reply, Answer>;

/** One reply for each, in their order. */
export async function askAll(all: readonly Compiled[], cluster: VerifyCluster): Promise<readonly Reply[]> {
  const replies: (Reply | undefined)[] = all.map(() => undefined);
  let waiting = all.map((compiled, i) => ({ i, steps: stepsOf(compiled), answer: {} }));
  while (waiting.length > 0) {
    const asked = waiting.flatMap((one) => {
      const step = one.steps.next(one.answer);
      if (step.done !== true) return [{ ...one, request: step.value }];
      replies[one.i] = step.value;
      return [];
    });
    const outcomes = await cluster.search(asked.map(({ request }) => request));
    waiting = asked.flatMap(({ i, steps }, place) => {
      const outcome: Outcome = outcomes[place] ?? { failure: 'no answer' };
      if ('answer' in outcome) return [{ i, steps, answer: outcome.answer }];
      replies[i] = { kind: 'failed', reason: outcome.failure };
      return [];
    });
  }
  return replies.map((reply) => reply ?? { kind: 'failed', reason: 'no answer' });
}

function* stepsOf(compiled: Compiled): Steps {
  switch (compiled.kind) {
    case 'aggs': {
      // Only the main answer says whether there are buckets to show; Other buckets are run as well, for their errors.
      const { table, answer } = yield* asking(compiled);
      return whetherInstalled(answer) ?? tableReply(table, answer);
    }
    case 'hits': {
      const { request } = compiled;
      // One row proves as much as the five hundred that a viewer gets.
      const answer = yield { ...request, body: { ...request.body, size: 1 } };
      const hits = totalHits(answer);
      return whetherInstalled(answer) ?? { kind: hits === 0 ? 'empty' : 'ok', hits };
    }
    case 'controls':
      return yield* controlSteps(compiled);
    case 'none':
      return { kind: 'ok', hits: 0 };
    case 'unsupported':
    case 'refused':
      return { kind: 'failed', reason: compiled.reason };
  }
}

function* controlSteps({ controls }: Extract<Compiled, { kind: 'controls' }>): Steps {
  const empty: string[] = [];
  for (const { control, request, reason, refused } of controls) {
    if (refused) return { kind: 'failed', reason: `${control.label}: ${reason ?? ''}` };
    if (request === undefined) continue;
    const answer = yield request;
    const absent = whetherInstalled(answer);
    if (absent !== undefined) return absent;
    const { termsAgg, maxAgg } = (answer['aggregations'] ?? {}) as Record<string, Answer | undefined>;
    const buckets = (termsAgg?.['buckets'] ?? []) as readonly unknown[];
    if (buckets.length === 0 && (maxAgg?.['value'] ?? null) === null) empty.push(control.label || control.fieldName);
  }
  return empty.length === 0
    ? { kind: 'ok', hits: 0 }
    : { kind: 'empty', hits: 0, reason: `no values to choose from: ${empty.join(', ')}` };
}

function whetherInstalled(answer: Answer): Reply | undefined {
  return isOverNothing(answer) ? { kind: 'empty', hits: 0, reason: NOT_INSTALLED } : undefined;
}
export const NOT_INSTALLED = 'not installed: no such index';

/** Empty is what would show nothing, or nothing but zeros. */
function tableReply(table: ReturnType<typeof tableOf>, answer: Answer): Reply {
  const hits = totalHits(answer);
  const metrics = table.columns.filter(({ kind }) => kind === 'metrics');
  const says = (row: Table['rows'][number]) =>
    metrics.some(({ id }) => row[id] !== undefined && row[id] !== null && row[id] !== 0 && !Number.isNaN(row[id]));
  return { kind: table.rows.some(says) ? 'ok' : 'empty', hits };
}
