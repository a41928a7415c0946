import type { Bundle, Dashboard, DashboardPanel, SavedQuery, Visualization } from '../content/bundle.ts';
import type { Control } from '../content/bundle/types.ts';
import type { IndexPattern } from '../content/index-pattern.ts';
import type { Query } from '../content/compile/request.ts';
import { packageVersion } from '../content/root.ts';
import { messageOf } from '../errors.ts';
import { readable, readablePatterns } from '../verify/load.ts';
import type { Content, ControlContent, DashboardContent, FieldContent, PanelContent, SavedFilter } from './protocol.ts';

/** What the page needs before it asks anything. */
export function contentOf(bundles: readonly Bundle[], events: IndexPattern, others: readonly IndexPattern[]): Content {
  const shown = new Set([events, ...others].map(({ title }) => title));
  return {
    version: packageVersion(),
    dashboards: bundles.flatMap((bundle) => bundle.ids('dashboard').map((id) => dashboardContent(bundle, id, shown))),
    queries: bundles.flatMap((bundle) =>
      bundle
        .ids('query')
        .flatMap((id) => readable(() => bundle.query(id)))
        // No panel can be asked in another language.
        .filter(({ query }) => refusalOf(query) === undefined)
        .map((saved) => {
          const { id, title, description, timeRange } = saved;
          const time = timeRange === undefined ? {} : { time: timeRange };
          return { id, title, description, ...savedView(saved), ...time };
        }),
    ),
    fields: fieldsOf(events),
    otherFields: Object.fromEntries(
      others.filter(({ fields }) => fields.length > 0).map((pattern) => [pattern.title, fieldsOf(pattern)]),
    ),
    drillDown: Object.assign({}, ...bundles.map((bundle) => drillDowns(bundle, events))) as Record<string, string>,
  };
}

const fieldsOf = ({ fields }: IndexPattern): FieldContent[] =>
  fields.map(({ name, type, searchable, aggregatable }) => ({
    name,
    type,
    searchable: searchable === true,
    aggregatable: aggregatable === true,
  }));

function dashboardContent(bundle: Bundle, id: string, shown: ReadonlySet<string>): DashboardContent {
  try {
    const dashboard = bundle.dashboard(id);
    const { title, description, timeRange } = dashboard;
    const refusal = refusalOf(dashboard.query);
    const panels = dashboard.panels.map((panel) => panelContent(bundle, panel, shown));
    return {
      id,
      title,
      description,
      ...(timeRange === undefined ? {} : { time: timeRange }),
      ...savedView(dashboard),
      panels: refusal === undefined ? panels : panels.map((panel) => ({ ...panel, unsupported: refusal })),
    };
  } catch (error) {
    const none = { description: '', query: '', filters: [], panels: [] };
    return { id, title: bundle.title('dashboard', id), ...none, fault: messageOf(error) };
  }
}

/** Without its query a dashboard would count other events than its author's. */
function refusalOf(query: Query | undefined): string | undefined {
  if (query === undefined || query.language === 'kuery' || query.language === 'lucene') return undefined;
  return `The dashboard is saved with a query in ${query.language}, which is not understood here.`;
}

function savedView({ query, filters }: Dashboard | SavedQuery): Pick<DashboardContent, 'query' | 'filters'> {
  // An export may hold filters that say nothing about themselves.
  const saved = (filters as readonly Partial<SavedFilter>[]).map((one): SavedFilter => ({
    ...one,
    meta: one.meta ?? {},
  }));
  if (query?.language === 'lucene') return { query: '', filters: [...lucene(query), ...saved] };
  return { query: typeof query?.query === 'string' ? query.query : '', filters: saved };
}

/** The pill says what is asked, and can be taken away as any other. */
function lucene({ query }: Query): SavedFilter[] {
  if (query === '') return [];
  const clause = typeof query === 'string' ? { query_string: { query, analyze_wildcard: true } } : query;
  const text = typeof query === 'string' ? query : JSON.stringify(query);
  const meta = { type: 'custom', key: 'query', alias: `Lucene: ${text}`, negate: false, disabled: false };
  return [{ meta, query: clause, $state: { store: 'appState' } }];
}

/** Such a query has its dates in the viewer's zone, as the query of a dashboard has in OpenSearch Dashboards. */
export function zoned(filters: readonly SavedFilter[], timeZone: string): readonly SavedFilter[] {
  return filters.map((filter) => {
    const asked = (filter.query as { query_string?: Record<string, unknown> } | undefined)?.query_string;
    return asked === undefined ? filter : { ...filter, query: { query_string: { time_zone: timeZone, ...asked } } };
  });
}

function panelContent(bundle: Bundle, panel: DashboardPanel, shown: ReadonlySet<string>): PanelContent {
  const base = {
    id: panel.panelIndex,
    title: panel.title ?? bundle.title(panel.type, panel.id),
    description: '',
    hideTitle: panel.config['hidePanelTitles'] === true,
    grid: panel.grid,
    type: panel.type,
    indices: [],
    params: {},
    controls: [],
    colors: {},
    widths: [],
  };
  if (panel.fault !== undefined) return { ...base, unsupported: panel.fault };
  // A panel whose index pattern is missing says so when it is asked.
  const indexOf = (id = ''): string => (bundle.has('index-pattern', id) ? bundle.indexPattern(id).title : id);
  const shownOf = (indices: readonly string[]): string[] => indices.filter((index) => shown.has(index));
  try {
    if (panel.type === 'search') {
      const { description, source } = bundle.search(panel.id);
      return { ...base, description, indices: shownOf([indexOf(source.index)]) };
    }
    const { type, params, uiState, description, aggs, source, search, controls } = bundle.visualization(panel.id);
    const { index } = search === undefined ? source : bundle.search(search).source;
    const listed = controls.map((control) => controlContent(control, indexOf(control.index)));
    const vis = (uiState['vis'] ?? {}) as {
      colors?: Record<string, string>;
      columnsWidth?: { colIndex: number; width: number }[];
    };
    const widths: number[] = [];
    for (const { colIndex, width } of vis.columnsWidth ?? []) widths[colIndex] = width;
    const content = {
      ...base,
      type,
      description,
      indices: shownOf([indexOf(index), ...listed.map((control) => control.index)]),
      params,
      controls: listed,
      colors: vis.colors ?? {},
      widths,
    };
    const missing = DRAWN.has(type) ? notDrawn(type, aggs) : `Visualizations of the type "${type}"`;
    if (missing === undefined) return content;
    return { ...content, unsupported: `${missing} are not drawn here; OpenSearch Dashboards draws them.` };
  } catch (error) {
    return { ...base, unsupported: messageOf(error) };
  }
}

const controlContent = ({ id, label, fieldName, type, options }: Control, index: string): ControlContent => ({
  id,
  label,
  field: fieldName,
  type,
  // As in OpenSearch Dashboards: many, unless it says one.
  multiselect: options['multiselect'] !== false,
  index,
});

/** The visualization types that the page draws. */
const DRAWN = new Set([
  'metric',
  'pie',
  'histogram',
  'line',
  'area',
  'horizontal_bar',
  'table',
  'heatmap',
  'markdown',
  'input_control_vis',
]);

const AXES = { segment: 1, group: 1, split: 0 };

/** How many buckets of a role a drawing has a place for; of roles that are not named, any number. */
const PLACES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  histogram: AXES,
  line: AXES,
  area: AXES,
  horizontal_bar: AXES,
  heatmap: AXES,
  pie: { split: 0 },
  metric: { group: 0 },
};

/** What there is no place for: drawn as if it were not there, the panel would show a part as the whole. */
function notDrawn(type: string, aggs: Visualization['aggs']): string | undefined {
  for (const [schema, most] of Object.entries(PLACES[type] ?? {})) {
    const count = aggs.filter((agg) => agg.enabled !== false && agg.schema === schema).length;
    if (count <= most) continue;
    if (schema === 'split') return 'Split charts';
    return most === 0 ? 'Metrics split into groups' : `Charts with ${count} buckets in one role (${schema})`;
  }
  return undefined;
}

/** Url formats of the index pattern that lead to a dashboard: field → its id. */
function drillDowns(bundle: Bundle, { id }: IndexPattern): Record<string, string> {
  const [pattern] = readablePatterns(bundle).filter((one) => one.id === id);
  const formats = (pattern?.fieldFormats ?? {}) as Readonly<
    Record<string, { params?: { urlTemplate?: unknown } } | null>
  >;
  return Object.fromEntries(
    Object.entries(formats).flatMap(([field, format]) => {
      const template = format?.params?.urlTemplate;
      const dashboard = typeof template === 'string' ? /^dashboards#\/view\/([^?]+)\?/.exec(template)?.[1] : undefined;
      return dashboard === undefined ? [] : [[field, dashboard] as const];
    }),
  );
}
