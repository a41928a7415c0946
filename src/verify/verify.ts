/** Runs every panel and saved query of a bundle, and says of each whether it shows something, and if not, why. */
import type { Bundle } from '../content/bundle.ts';
import {
  compileDashboard,
  compileQuery,
  compileSearch,
  compileVisualization,
  LAST_DAY,
  Refusal,
  usedFields,
  type Compiled,
  type SearchRequest,
  type TimeRange,
} from '../content/compile/request.ts';
import type { IndexPattern } from '../content/index-pattern.ts';
import { askAll, NOT_INSTALLED, type Reply } from './ask.ts';
import type { VerifyCluster } from './cluster.ts';
import { absentFields, presenceRequests } from './presence.ts';

export interface VerifyOptions {
  /** Epoch ms. */
  readonly now: number;
  /** IANA name. */
  readonly timeZone: string;
  /** Default: a dashboard's own, else the last 24 hours. */
  readonly timeRange?: TimeRange;
}

export type Status = 'ok' | 'empty' | 'failed';

export interface PanelReport {
  /** Title of the dashboard; null for an object that is on none. */
  readonly dashboard: string | null;
  readonly panel: string;
  readonly status: Status;
  readonly reason?: string;
  /** Fields it asks about that hold no value in the time range; told for what is empty. */
  readonly absent?: readonly string[];
}
export interface QueryReport {
  readonly query: string;
  readonly status: Status;
  readonly hits: number;
  readonly reason?: string;
  readonly absent?: readonly string[];
}
export interface VerifyReport {
  /** Whether any index that was asked exists. */
  readonly installed: boolean;
  /** Index expressions that were asked and do not exist. */
  readonly missing: readonly string[];
  readonly panels: readonly PanelReport[];
  readonly queries: readonly QueryReport[];
}

/** A panel or saved query with what it asks. */
export interface Question {
  readonly dashboard: string | null;
  readonly panel: string;
  /** Of the visualization, saved search or saved query. */
  readonly id: string;
  readonly isQuery: boolean;
  readonly compiled: Compiled;
}

/** In the order of the bundle: dashboards with their panels, objects on no dashboard, saved queries. */
export function questionsOf(bundle: Bundle, options: VerifyOptions): Question[] {
  const placed = new Set<string>();
  const panels = bundle.ids('dashboard').flatMap((id): Question[] => {
    const dashboard = bundle.title('dashboard', id);
    try {
      return compileDashboard(bundle, id, options).map(({ panel, title, compiled }) => {
        placed.add(`${panel.type}:${panel.id}`);
        return { dashboard, panel: title, id: panel.id, isQuery: false, compiled };
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return [
        { dashboard, panel: dashboard, id, isQuery: false, compiled: { kind: 'refused', reason: error.message } },
      ];
    }
  });
  const context = { ...options, timeRange: options.timeRange ?? LAST_DAY };
  const alone = (['visualization', 'search'] as const).flatMap((type) =>
    bundle
      .ids(type)
      .filter((id) => !placed.has(`${type}:${id}`) && !isUnder(bundle, type, id))
      .map((id): Question => {
        const compile = type === 'search' ? compileSearch : compileVisualization;
        const compiled = compile(bundle, id, context);
        return { dashboard: null, panel: bundle.title(type, id), id, isQuery: false, compiled };
      }),
  );
  return [...panels, ...alone, ...queryQuestions(bundle, options)];
}

/** A saved search that only visualizations stand on is no panel of its own. */
function isUnder(bundle: Bundle, type: string, id: string): boolean {
  if (type !== 'search') return false;
  return bundle.objects.some(({ references }) => references.some((ref) => ref.type === type && ref.id === id));
}

function queryQuestions(bundle: Bundle, options: VerifyOptions): Question[] {
  const pattern = eventPattern(bundle);
  return bundle.ids('query').flatMap((id): Question | Question[] => {
    const title = bundle.title('query', id);
    const question = { dashboard: null, panel: title, id, isQuery: true };
    if (pattern === undefined) {
      return { ...question, compiled: { kind: 'refused', reason: 'There is no index pattern to ask it of.' } };
    }
    try {
      const saved = bundle.query(id);
      if (!SEARCHED.has(saved.query.language)) return [];
      const timeRange = options.timeRange ?? saved.timeRange ?? LAST_DAY;
      return { ...question, compiled: compileQuery(saved, pattern, { ...options, timeRange }) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ...question, compiled: { kind: 'refused', reason: error.message } };
    }
  });
}

/** SQL and PPL are not searches; those queries are left out. */
const SEARCHED = new Set(['kuery', 'lucene']);

/** The index pattern that saved queries are about: the one most objects of the bundle use. */
function eventPattern(bundle: Bundle): IndexPattern | undefined {
  const uses = new Map<string, number>();
  for (const id of bundle.ids('index-pattern')) uses.set(id, 0);
  for (const { references } of bundle.objects) {
    for (const { type, id } of references) {
      if (type === 'index-pattern') uses.set(id, (uses.get(id) ?? 0) + 1);
    }
  }
  const [most] = [...uses].sort(([, a], [, b]) => b - a);
  if (most === undefined || !bundle.has('index-pattern', most[0])) return undefined;
  try {
    return bundle.indexPattern(most[0]);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

export async function verify(bundle: Bundle, cluster: VerifyCluster, options: VerifyOptions): Promise<VerifyReport> {
  const questions = questionsOf(bundle, options);
  await cluster.refresh([...new Set(questions.flatMap(({ compiled }) => indicesOf(compiled)))]);
  const replies = await askAll(
    questions.map(({ compiled }) => compiled),
    cluster,
  );
  const asked = questions.map((question, i) => ({ question, reply: replies[i] ?? NO_REPLY }));
  const absent = await absentIn(asked, cluster);
  const missing = asked.filter(({ reply }) => reply.kind === 'empty' && reply.reason === NOT_INSTALLED);
  const asking = asked.filter(({ question }) => indicesOf(question.compiled).length > 0);
  return {
    installed: missing.length < asking.length,
    missing: [...new Set(missing.flatMap(({ question }) => indicesOf(question.compiled)))].sort(),
    panels: asked.filter(({ question }) => !question.isQuery).map((one) => panelReport(one, absent)),
    queries: asked.filter(({ question }) => question.isQuery).map((one) => queryReport(one, absent)),
  };
}

/** The index expressions that a question asks. */
function indicesOf(compiled: Compiled): string[] {
  if (compiled.kind === 'aggs' || compiled.kind === 'hits') return [compiled.request.index];
  if (compiled.kind === 'controls') return compiled.controls.flatMap(({ request }) => request?.index ?? []);
  return [];
}

const NO_REPLY: Reply = { kind: 'failed', reason: 'no answer' };

interface Asked {
  readonly question: Question;
  readonly reply: Reply;
}

/** What is known of the fields behind each empty panel or query: the names without values, or that nothing happened at all. */
type Absent = ReadonlyMap<Question, { readonly events: number; readonly fields: readonly string[] }>;

async function absentIn(asked: readonly Asked[], cluster: VerifyCluster): Promise<Absent> {
  const empty = asked.filter(({ reply }) => reply.kind === 'empty');
  const wanted = empty.map(({ question: { compiled } }) => ({ compiled, fields: usedFields(compiled) }));
  const requests = presenceRequests(wanted);
  const outcomes = await cluster.search(requests.map(({ request }) => request));
  const found = absentFields(requests, outcomes);
  return new Map(empty.map(({ question }, i) => [question, found[i] ?? { events: 0, fields: [] }]));
}

function panelReport(one: Asked, absent: Absent): PanelReport {
  const { dashboard, panel } = one.question;
  return { dashboard, panel, status: one.reply.kind, ...why(one, absent) };
}

function queryReport(one: Asked, absent: Absent): QueryReport {
  const { question, reply } = one;
  const hits = reply.kind === 'failed' ? 0 : reply.hits;
  return { query: question.panel, status: reply.kind, hits, ...why(one, absent) };
}

function why({ question, reply }: Asked, absent: Absent): { reason?: string; absent?: readonly string[] } {
  if (reply.kind === 'ok') return {};
  if (reply.kind === 'failed') return { reason: reply.reason };
  if (reply.reason === NOT_INSTALLED) return { reason: reply.reason };
  const { events, fields } = absent.get(question) ?? { events: 0, fields: [] };
  if (events === 0) return { reason: 'no events in this time range' };
  if (fields.length > 0) return { reason: `no event has a value in ${fields.join(', ')}`, absent: fields };
  const otherwise = reply.hits === 0 ? 'no event matches its query' : 'the events that match have nothing to show';
  return { reason: reply.reason ?? otherwise };
}

/** One line of `--requests`; a control panel has one for each control. */
export type RequestLine =
  | {
      readonly dashboard: string | null;
      readonly panel: string;
      readonly id: string;
      readonly control?: string;
      readonly index: string;
      readonly request: SearchRequest['body'];
    }
  | { readonly query: string; readonly id: string; readonly index: string; readonly request: SearchRequest['body'] }
  | { readonly dashboard: string | null; readonly panel: string; readonly id: string; readonly reason: string };

export function requestLines(questions: readonly Question[]): RequestLine[] {
  return questions.flatMap(({ dashboard, panel, id, isQuery, compiled }): RequestLine[] => {
    const place = { dashboard, panel, id };
    switch (compiled.kind) {
      case 'aggs':
      case 'hits': {
        const { index, body } = compiled.request;
        return [isQuery ? { query: panel, id, index, request: body } : { ...place, index, request: body }];
      }
      case 'controls':
        return compiled.controls.map(({ control, request, reason }) =>
          request === undefined
            ? { ...place, control: control.label, reason: reason ?? '' }
            : { ...place, control: control.label, index: request.index, request: request.body },
        );
      case 'none':
        return [];
      case 'unsupported':
      case 'refused':
        return [{ ...place, reason: compiled.reason }];
    }
  });
}
