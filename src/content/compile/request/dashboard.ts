/** A dashboard → what each of its panels asks. */
import type { Bundle, Dashboard, DashboardPanel } from '../../bundle.ts';
import { sortPairs } from '../../bundle/read.ts';
import { compileSearch } from './search.ts';
import { compileVisualization, type Compiled } from './visualization.ts';
import type { CompileContext, TimeRange } from './types.ts';

export interface PanelRequest {
  readonly dashboard: Dashboard;
  readonly panel: DashboardPanel;
  /** The panel's own title, else the object's. */
  readonly title: string;
  readonly compiled: Compiled;
}

/** As `CompileContext`; what is absent comes from the dashboard. */
export type DashboardContext = Omit<CompileContext, 'timeRange'> & {
  readonly timeRange?: TimeRange;
  /** For dashboards that bring no time range. Default: the last 24 hours. */
  readonly defaultTimeRange?: TimeRange;
};

export const LAST_DAY: TimeRange = { from: 'now-24h', to: 'now' };

/** In the order of the panels. A broken panel is `refused`; only a broken dashboard throws (`Refusal`). */
export function compileDashboard(bundle: Bundle, id: string, context: DashboardContext): PanelRequest[] {
  const dashboard = bundle.dashboard(id);
  const { defaultTimeRange = LAST_DAY, ...rest } = context;
  const query = context.query ?? dashboard.query;
  const whole: CompileContext = {
    ...rest,
    timeRange: context.timeRange ?? dashboard.timeRange ?? defaultTimeRange,
    ...(query === undefined ? {} : { query }),
    filters: context.filters ?? dashboard.filters,
  };
  return dashboard.panels.map((panel) => ({
    dashboard,
    panel,
    title: panel.title ?? bundle.title(panel.type, panel.id),
    compiled: compilePanel(bundle, panel, whole),
  }));
}

export function compilePanel(bundle: Bundle, panel: DashboardPanel, context: CompileContext): Compiled {
  if (panel.fault !== undefined) return { kind: 'refused', reason: panel.fault };
  const { timeRange, columns, sort } = panel.config as Partial<Record<string, unknown>>;
  const own = timeRange === undefined ? context : { ...context, timeRange: timeRange as TimeRange };
  if (panel.type === 'visualization') return compileVisualization(bundle, panel.id, own);
  if (panel.type === 'search') {
    return compileSearch(bundle, panel.id, own, {
      ...(Array.isArray(columns) ? { columns: columns as string[] } : {}),
      ...(Array.isArray(sort) ? { sort: sortPairs(sort) } : {}),
    });
  }
  return { kind: 'unsupported', reason: `Panels of type "${panel.type}" are not supported.` };
}
