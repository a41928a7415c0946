import { useEffect, useMemo, useState, type CSSProperties } from 'react';
import type { Content, DashboardContent, PanelAnswer, PanelContent, SavedFilter, View } from '../protocol.ts';
import { search } from './api.ts';
import { narrowed } from './filters.ts';
import { shortTitle } from './header.tsx';
import { placed } from './layout.ts';
import { needsAnswer, Panel } from './panel.tsx';
import { formatPlace, type Place } from './view.ts';

interface Props {
  readonly dashboard: DashboardContent;
  readonly content: Content;
  readonly place: Place;
  /** Counts up with every refresh. */
  readonly generation: number;
  readonly onView: (change: Partial<View>) => void;
  readonly onPlace: (place: Place) => void;
}

const TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** All panels of a dashboard on its grid; each draws itself as soon as its answer is there. */
export function Dashboard({ dashboard, content, place, generation, onView, onPlace }: Props) {
  const { view } = place;
  const answers = useAnswers(dashboard.id, view, generation);
  const act = useMemo(
    () => ({
      filter: (filters: readonly SavedFilter[], timeField?: string): void => onView(narrowed(view, filters, timeField)),
      /** Filters of one control replace each other. */
      control: (field: string, filter: SavedFilter | undefined): void =>
        onView({
          filters: [
            ...view.filters.filter(({ meta }) => meta.key !== field || !isControl(meta.type)),
            ...(filter === undefined ? [] : [filter]),
          ],
        }),
      range: (from: string, to: string): void => onView({ from, to }),
      open: (id: string): void => onPlace({ ...place, dashboard: id }),
      link: (id: string, query: string): string => formatPlace({ ...place, dashboard: id, view: { ...view, query } }),
    }),
    [onView, onPlace, place, view],
  );
  const panels = useMemo(
    () => placed(dashboard.panels, new Set(content.dashboards.map(({ id }) => id))),
    [dashboard, content],
  );
  return (
    <>
      <h1 className="unseen">{shortTitle(dashboard.title)}</h1>
      <Progress panels={panels} answers={answers} />
      <div className="grid">
        {panels.map((panel) => {
          const { x, y, w, h } = panel.grid;
          const style: CSSProperties = { gridColumn: `${x + 1} / span ${w}`, gridRow: `${y + 1} / span ${h}` };
          return (
            <div key={panel.id} style={style} className="cell" data-panel={panel.id} data-type={panel.type}>
              <Panel
                panel={panel}
                answer={answers.get(panel.id) ?? answers.get('*')}
                view={view}
                content={content}
                act={act}
              />
            </div>
          );
        })}
      </div>
    </>
  );
}

/** For those who do not see the panels fill: says when all have their answer, and how many failed. */
function Progress({ panels, answers }: { panels: readonly PanelContent[]; answers: ReadonlyMap<string, PanelAnswer> }) {
  const asking = panels.filter(needsAnswer);
  const known = asking.flatMap(({ id }) => answers.get(id) ?? answers.get('*') ?? []);
  const failed = known.filter(({ status }) => status === 'error').length;
  return (
    <p className="unseen" role="status">
      {known.length < asking.length
        ? 'Loading'
        : `${known.length} panels loaded${failed === 0 ? '' : `, ${failed} of them failed`}`}
    </p>
  );
}

export interface Actions {
  /** All of them in one change; an interval of the time field becomes the time range. */
  readonly filter: (filters: readonly SavedFilter[], timeField?: string) => void;
  readonly control: (field: string, filter: SavedFilter | undefined) => void;
  readonly range: (from: string, to: string) => void;
  readonly open: (dashboard: string) => void;
  /** A dashboard in the same time range, with a query: as any link, it opens in another tab where one wants it to. */
  readonly link: (dashboard: string, query: string) => string;
}

const isControl = (type = ''): boolean => type === 'phrase' || type === 'phrases';

/** Asks for all panels together; a changed view cancels what is still under way. */
function useAnswers(dashboard: string, view: View, generation: number): ReadonlyMap<string, PanelAnswer> {
  const [answers, setAnswers] = useState<ReadonlyMap<string, PanelAnswer>>(new Map());
  const key = JSON.stringify(view);
  useEffect(() => {
    const abort = new AbortController();
    const fresh = new Map<string, PanelAnswer>();
    const failed = (reason: string): void =>
      setAnswers(new Map([...fresh, ['*', { panel: '*', status: 'error', reason }]]));
    setAnswers(new Map());
    search(
      { dashboard, view: JSON.parse(key) as View, timeZone: TIME_ZONE },
      (answer) => {
        fresh.set(answer.panel, answer);
        setAnswers(new Map(fresh));
      },
      abort.signal,
    ).catch((error: unknown) => {
      if (!abort.signal.aborted) failed(error instanceof Error ? error.message : String(error));
    });
    return () => abort.abort();
  }, [dashboard, key, generation]);
  return answers;
}
