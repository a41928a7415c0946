import { OuiButton, OuiCallOut } from '@opensearch-project/oui';
import { useEffect, useMemo, useRef, useState, type CSSProperties } from 'react';
import {
  MOST_EVENTS,
  type Content,
  type DashboardContent,
  type Extent,
  type PanelAnswer,
  type PanelContent,
  type SavedFilter,
  type View,
} from '../protocol.ts';
import { search, TIME_ZONE } from './api.ts';
import { chooseValues, narrowed } from './filters.ts';
import { formatTime } from './format.ts';
import { shortTitle } from './header.tsx';
import { placed } from './layout.ts';
import { needsAnswer, Panel } from './panel.tsx';
import { formatPlace, linked, opened, timerMs, type Place } from './view.ts';

interface Props {
  readonly dashboard: DashboardContent;
  readonly content: Content;
  readonly place: Place;
  /** Counts up with every refresh. */
  readonly generation: number;
  readonly onView: (change: Partial<View>) => void;
  /** Of a panel, or of none any more. */
  readonly onMaximize: (panel: string | undefined) => void;
  readonly onRefresh: () => void;
}

/** All panels of a dashboard on its grid; each draws itself as soon as its answer is there. */
export function Dashboard({ dashboard, content, place, generation, onView, onMaximize, onRefresh }: Props) {
  const { view } = place;
  const answers = useAnswers(dashboard.id, view, generation);
  useAutoRefresh(place.refresh, answers.done, onRefresh);
  const act = useMemo(
    () => ({
      filter: (filters: readonly SavedFilter[], timeField?: string): void => onView(narrowed(view, filters, timeField)),
      control: (field: string, values: readonly string[]): void =>
        onView({ filters: chooseValues(view.filters, field, values) }),
      range: (from: string, to: string): void => onView({ from, to }),
      linked: (href: string): string | undefined => linked(href, place, content.dashboards),
      link: (id: string, query: string): string => {
        const there = opened(place, id, content.dashboards);
        return formatPlace({ ...there, view: { ...there.view, query } });
      },
      all: async (panel: string, signal: AbortSignal): Promise<PanelAnswer | undefined> => {
        let answer: PanelAnswer | undefined;
        const request = { dashboard: dashboard.id, view, timeZone: TIME_ZONE, panels: [panel], rows: MOST_EVENTS };
        await search(request, (one) => (answer = one), signal);
        return answer;
      },
    }),
    [onView, place, view, dashboard, content],
  );
  const panels = useMemo(
    () => placed(dashboard.panels, new Set(content.dashboards.map(({ id }) => id))),
    [dashboard, content],
  );
  const maximized = panels.find(({ id }) => id === place.maximized)?.id;
  useWayBack(maximized);
  return (
    <>
      <h1 className="unseen">{shortTitle(dashboard.title)}</h1>
      <Progress panels={panels} answers={answers} />
      <Missing answers={answers} />
      <Elsewhere answers={answers} onRange={act.range} />
      <div className={maximized === undefined ? 'grid' : 'grid grid-maximized'}>
        {panels.map((panel) => {
          const { x, y, w, h } = panel.grid;
          const style: CSSProperties = { gridColumn: `${x + 1} / span ${w}`, gridRow: `${y + 1} / span ${h}` };
          return (
            <div
              key={panel.id}
              style={style}
              className={panel.id === maximized ? 'cell cell-maximized' : 'cell'}
              data-panel={panel.id}
              data-type={panel.type}
            >
              <Panel
                panel={panel}
                answer={answerOf(answers, panel.id)}
                old={answers.old.get(panel.id)}
                view={view}
                content={content}
                act={act}
                isMaximized={panel.id === maximized}
                onMaximize={(maximize) => onMaximize(maximize ? panel.id : undefined)}
              />
            </div>
          );
        })}
      </div>
    </>
  );
}

/** The panel that was maximized is where one looks afterwards. */
function useWayBack(maximized: string | undefined): void {
  const before = useRef(maximized);
  useEffect(() => {
    const panel = before.current;
    before.current = maximized;
    if (maximized !== undefined) scrollTo(0, 0);
    else if (panel !== undefined)
      document.querySelector(`[data-panel="${CSS.escape(panel)}"]`)?.scrollIntoView({ block: 'center' });
  }, [maximized]);
}

/** For those who do not see the panels fill: says when all have their answer, and how many failed. */
function Progress({ panels, answers }: { panels: readonly PanelContent[]; answers: Answers }) {
  const asking = panels.filter(needsAnswer);
  const known = asking.flatMap(({ id }) => answerOf(answers, id) ?? []);
  const failed = known.filter(({ status }) => status === 'error').length;
  return (
    <p className="unseen" role="status">
      {known.length < asking.length
        ? 'Loading'
        : `${known.length} panels loaded${failed === 0 ? '' : `, ${failed} of them failed`}`}
    </p>
  );
}

/** Numbers that are too small look like any others: said once for all panels. */
function Missing({ answers }: { answers: Answers }) {
  const texts = new Set([...latestOf(answers).values()].flatMap(({ missing }) => missing ?? []));
  if (texts.size === 0) return null;
  return (
    <OuiCallOut size="s" title="The cluster does not answer for all events" color="warning" iconType="alert">
      {[...texts].join('; ')}. <code>GET _cluster/allocation/explain</code> says why.
    </OuiCallOut>
  );
}

/** Where a panel found no event at all: when there are some, said once for all panels. */
function Elsewhere({ answers, onRange }: { answers: Answers; onRange: (from: string, to: string) => void }) {
  const extent = [...latestOf(answers).values()]
    .map((answer): Extent | null | undefined => (answer.status === 'empty' ? answer.extent : undefined))
    .find((one) => one !== undefined);
  if (extent === undefined) return null;
  if (extent === null)
    return (
      <OuiCallOut size="s" title="There are no events yet" iconType="iInCircle">
        Ingest some: <code>ocsf-cloudtrail ingest</code> with a folder, <code>s3://bucket/prefix</code> or a queue.
      </OuiCallOut>
    );
  return (
    <OuiCallOut size="s" title="There are no events in this time range" iconType="iInCircle">
      The events here are of {formatTime(extent.from)} … {formatTime(extent.to)}.{' '}
      <OuiButton size="s" onClick={() => onRange(extent.from, extent.to)}>
        Show all events
      </OuiButton>
    </OuiCallOut>
  );
}

export interface Actions {
  /** All of them in one change; an interval of the time field becomes the time range. */
  readonly filter: (filters: readonly SavedFilter[], timeField?: string) => void;
  /** The values that a control has chosen now. */
  readonly control: (field: string, values: readonly string[]) => void;
  readonly range: (from: string, to: string) => void;
  /** Where a link of a saved object leads on this page; undefined: away from it. */
  readonly linked: (href: string) => string | undefined;
  /** A dashboard in the same time range, with a query: as any link, it opens in another tab where one wants it to. */
  readonly link: (dashboard: string, query: string) => string;
  /** As many events of a list as there may be. */
  readonly all: (panel: string, signal: AbortSignal) => Promise<PanelAnswer | undefined>;
}

interface Answers {
  /** To what is asked now; `*` speaks for all panels without an answer of their own. */
  readonly fresh: ReadonlyMap<string, PanelAnswer>;
  /** To what was asked before: shown until the new one is there, so that a table keeps its place and its focus. */
  readonly old: ReadonlyMap<string, PanelAnswer>;
  /** No more will come. */
  readonly done: boolean;
}

const answerOf = ({ fresh }: Answers, panel: string): PanelAnswer | undefined => fresh.get(panel) ?? fresh.get('*');

/** Of each panel the last one that is there. */
const latestOf = ({ old, fresh }: Answers): ReadonlyMap<string, PanelAnswer> => new Map([...old, ...fresh]);

/** Asks for all panels together; a changed view cancels what is still under way. */
function useAnswers(dashboard: string, view: View, generation: number): Answers {
  const [answers, setAnswers] = useState<Answers>({ fresh: new Map(), old: new Map(), done: false });
  const key = JSON.stringify(view);
  useEffect(() => {
    const abort = new AbortController();
    const fresh = new Map<string, PanelAnswer>();
    const show = (done: boolean): void => {
      if (!abort.signal.aborted) setAnswers(({ old }) => ({ fresh: new Map(fresh), old, done }));
    };
    const take = (answer: PanelAnswer): void => {
      fresh.set(answer.panel, answer);
      show(false);
    };
    setAnswers((before) => ({ fresh: new Map(), old: latestOf(before), done: false }));
    search({ dashboard, view: JSON.parse(key) as View, timeZone: TIME_ZONE }, take, abort.signal)
      .catch((error: unknown) =>
        take({ panel: '*', status: 'error', reason: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => show(true));
    return () => abort.abort();
  }, [dashboard, key, generation]);
  return answers;
}

/** The pause begins when all answers are there: a slow cluster is not asked faster than it answers. A hidden page asks nothing. */
function useAutoRefresh(ms: number, done: boolean, onRefresh: () => void): void {
  useEffect(() => {
    if (ms <= 0 || !done) return undefined;
    const timer = setInterval(() => document.hidden || onRefresh(), timerMs(ms));
    return () => clearInterval(timer);
  }, [ms, done, onRefresh]);
}
