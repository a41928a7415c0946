import type { DashboardSource, QuerySource, StyleSource } from '../source/types.ts';
import { savedObject, stableJson, type SavedObject } from './saved-object.ts';
import { compilePanel, controls, markdown } from './visualization.ts';

/** Ids are readable and stable, and never hold `_`: an import with a data source splits ids there. */
export const dashboardId = (id: string): string => `ocsf-cloudtrail-${id}`;
const panelId = (dashboard: string, panel: string): string => `ocsf-cloudtrail-${dashboard}-${panel}`;
export const queryId = (id: string): string => `ocsf-cloudtrail-query-${id}`;

const LINK_HEIGHT = 3;
const CONTROLS_HEIGHT = 6;
const WIDTH = 48;
/** What panels were laid out for; values of 6.1–7.2 would make OpenSearch Dashboards rewrite them. */
const PANEL_VERSION = '2.19.0';

interface Placed {
  readonly object: SavedObject;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly hideTitle?: boolean;
}

/** One dashboard: its panels' objects in order, then the dashboard. `all` gives the link strip. */
export function compileDashboard(
  source: DashboardSource,
  all: readonly DashboardSource[],
  timeFieldOf: (index: string) => string,
  style: StyleSource,
): SavedObject[] {
  const placed = place(source, all, timeFieldOf, style);
  const panels = placed.map(({ x, y, w, h, hideTitle }, position) => ({
    version: PANEL_VERSION,
    panelIndex: String(position + 1),
    gridData: { x, y, w, h, i: String(position + 1) },
    embeddableConfig: hideTitle === true ? { hidePanelTitles: true } : {},
    panelRefName: `panel_${position}`,
  }));
  const dashboard = savedObject(
    'dashboard',
    dashboardId(source.id),
    {
      title: source.title,
      description: source.question,
      hits: 0,
      version: 1,
      panelsJSON: stableJson(panels),
      optionsJSON: stableJson({ useMargins: true, hidePanelTitles: false }),
      timeRestore: true,
      timeFrom: source.time.from,
      timeTo: source.time.to,
      refreshInterval: { pause: true, value: 0 },
      kibanaSavedObjectMeta: { searchSourceJSON: stableJson({ query: { query: '', language: 'kuery' }, filter: [] }) },
    },
    placed.map(({ object }, position) => ({ name: `panel_${position}`, type: object.type, id: object.id })),
  );
  return [...placed.map(({ object }) => object), dashboard];
}

/** Link strip, controls, then the rows: positions follow from widths and heights, so nothing can overlap. */
function place(
  source: DashboardSource,
  all: readonly DashboardSource[],
  timeFieldOf: (index: string) => string,
  style: StyleSource,
): Placed[] {
  const id = (name: string): string => panelId(source.id, name);
  const links = markdown(
    id('links'),
    `${source.title}: links`,
    'Leads to the other dashboards, keeping the time range.',
    linkStrip(source, all),
  );
  const placed: Placed[] = [{ object: links, x: 0, y: 0, w: WIDTH, h: LINK_HEIGHT, hideTitle: true }];
  let y = LINK_HEIGHT;
  if (source.controls.length > 0) {
    const filters = controls(id('filters'), 'Filters', source.index, source.controls);
    placed.push({ object: filters, x: 0, y, w: WIDTH, h: CONTROLS_HEIGHT });
    y += CONTROLS_HEIGHT;
  }
  for (const row of source.rows) {
    let x = 0;
    for (const panel of row.panels) {
      const index = panel.index ?? source.index;
      placed.push({
        object: compilePanel(panel, id(panel.id), index, timeFieldOf(index), style),
        x,
        y,
        w: panel.width,
        h: row.height,
      });
      x += panel.width;
    }
    if (x > WIDTH) throw new Error(`${source.id}: the row at ${y} is ${x} wide; a dashboard is ${WIDTH}`);
    y += row.height;
  }
  return placed;
}

/** Links within OpenSearch Dashboards keep the tab and the global time range. */
function linkStrip(source: DashboardSource, all: readonly DashboardSource[]): string {
  return all
    .filter(({ bundle, id }) => bundle === 'core' || bundle === source.bundle || id === source.id)
    .map(({ id, link }) => (id === source.id ? `**${link}**` : `[${link}](#/view/${dashboardId(id)})`))
    .join(' &nbsp;·&nbsp; ');
}

/** A saved query keeps the user's own time range. */
export function compileQuery(source: QuerySource): SavedObject {
  return savedObject('query', queryId(source.id), {
    title: source.title,
    description: source.why.trim(),
    query: { query: source.query.trim(), language: 'kuery' },
    filters: [],
  });
}
