import type { BucketSource, MetricSource, MetricType, PanelSource, StyleSource } from '../source/types.ts';
import { SEARCH_SOURCE_INDEX, savedObject, stableJson, type Reference, type SavedObject } from './saved-object.ts';

/** An aggregation of a visualization. */
interface Agg {
  readonly id: string;
  readonly enabled: true;
  readonly type: string;
  readonly schema: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** How our panel types are called there, and which schema `by` and `series` take. */
const KINDS = {
  metric: { type: 'metric', by: 'group', series: 'group' },
  pie: { type: 'pie', by: 'segment', series: 'segment' },
  bars: { type: 'histogram', by: 'segment', series: 'group' },
  line: { type: 'line', by: 'segment', series: 'group' },
  area: { type: 'area', by: 'segment', series: 'group' },
  hbars: { type: 'horizontal_bar', by: 'segment', series: 'group' },
  table: { type: 'table', by: 'bucket', series: 'bucket' },
  heatmap: { type: 'heatmap', by: 'segment', series: 'group' },
} as const;
type Kind = keyof typeof KINDS;

/** Compiles one panel to its visualization. `id` is the object's id, `index` the id of the index pattern. */
export function compilePanel(
  panel: PanelSource,
  id: string,
  index: string,
  timeField: string,
  style: StyleSource,
): SavedObject {
  if (panel.type === 'markdown') return markdown(id, panel.title, panel.question, panel.markdown ?? '');
  if (panel.type === 'events') return eventsSearch(panel, id, index, timeField);
  const kind = KINDS[panel.type];
  const metrics = (panel.metrics ?? ['count']).map((metric, position) => metricAgg(metric, String(position + 1)));
  const by = (panel.by ?? []).map((bucket) => ({ bucket, schema: kind.by }));
  const series = panel.series === undefined ? [] : [{ bucket: panel.series, schema: kind.series }];
  // Terms above a time axis are the same in each of its bars, and what is in none of them is one filter, not one a bar.
  const overTime =
    panel.by?.some((bucket) => 'time' in bucket) === true && panel.series !== undefined && 'terms' in panel.series;
  const buckets = (overTime ? [...series, ...by] : [...by, ...series]).map(({ bucket, schema }, position) =>
    bucketAgg(bucket, String(metrics.length + position + 1), schema, timeField),
  );
  const visState = {
    title: panel.title,
    type: kind.type,
    aggs: [...metrics, ...buckets],
    params: params(panel, panel.type, metrics),
  };
  return visualization(id, panel.title, panel.question, visState, uiState(panel, style), panel.query ?? '', index);
}

function visualization(
  id: string,
  title: string,
  description: string,
  visState: unknown,
  uiStateValue: unknown,
  query: string,
  index?: string,
): SavedObject {
  const searchSource = {
    query: { query, language: 'kuery' },
    filter: [],
    ...(index === undefined ? {} : { indexRefName: SEARCH_SOURCE_INDEX }),
  };
  return savedObject(
    'visualization',
    id,
    {
      title,
      description,
      version: 1,
      visState: stableJson(visState),
      uiStateJSON: stableJson(uiStateValue),
      kibanaSavedObjectMeta: { searchSourceJSON: stableJson(searchSource) },
    },
    index === undefined ? [] : [{ name: SEARCH_SOURCE_INDEX, type: 'index-pattern', id: index }],
  );
}

export function markdown(id: string, title: string, description: string, text: string): SavedObject {
  const visState = {
    title,
    type: 'markdown',
    aggs: [],
    params: { markdown: text, fontSize: 12, openLinksInNewTab: false },
  };
  return visualization(id, title, description, visState, {}, '');
}

/** The filter controls of a dashboard. */
export function controls(
  id: string,
  title: string,
  index: string,
  fields: readonly { field: string; label: string }[],
): SavedObject {
  const references: Reference[] = fields.map((_, position) => ({
    name: `control_${position}_index_pattern`,
    type: 'index-pattern',
    id: index,
  }));
  const visState = {
    title,
    type: 'input_control_vis',
    aggs: [],
    params: {
      controls: fields.map(({ field, label }, position) => ({
        id: `control-${position}`,
        fieldName: field,
        parent: '',
        label,
        type: 'list',
        options: { type: 'terms', multiselect: true, dynamicOptions: true, size: 10, order: 'desc' },
        indexPatternRefName: `control_${position}_index_pattern`,
      })),
      updateFiltersOnChange: true,
      useTimeFilter: true,
      pinFilters: false,
    },
  };
  const compiled = visualization(id, title, 'Narrows every panel to the chosen values.', visState, {}, '');
  return { ...compiled, references };
}

function eventsSearch(panel: PanelSource, id: string, index: string, timeField: string): SavedObject {
  return savedObject(
    'search',
    id,
    {
      title: panel.title,
      description: panel.question,
      hits: 0,
      version: 1,
      columns: panel.columns ?? [],
      sort: [[timeField, 'desc']],
      kibanaSavedObjectMeta: {
        searchSourceJSON: stableJson({
          highlightAll: true,
          version: true,
          query: { query: panel.query ?? '', language: 'kuery' },
          filter: [],
          indexRefName: SEARCH_SOURCE_INDEX,
        }),
      },
    },
    [{ name: SEARCH_SOURCE_INDEX, type: 'index-pattern', id: index }],
  );
}

const METRIC_TYPES: readonly MetricType[] = ['cardinality', 'max', 'min', 'avg', 'sum'];

function metricAgg(metric: MetricSource, id: string): Agg {
  const agg = (type: string, params: Record<string, unknown>): Agg => ({
    id,
    enabled: true,
    type,
    schema: 'metric',
    params,
  });
  if (metric === 'count') return agg('count', {});
  const label = metric.label === undefined ? {} : { customLabel: metric.label };
  if ('count' in metric) return agg('count', label);
  if ('top' in metric)
    return agg('top_hits', {
      field: metric.top,
      aggregate: 'concat',
      size: 1,
      sortField: 'time_dt',
      sortOrder: 'desc',
      ...label,
    });
  const type = METRIC_TYPES.find((candidate) => metric[candidate] !== undefined);
  if (type === undefined)
    throw new Error(`a metric is one of count, top, ${METRIC_TYPES.join(', ')}: ${JSON.stringify(metric)}`);
  return agg(type, { field: metric[type], ...label });
}

function bucketAgg(bucket: BucketSource, id: string, schema: string, timeField: string): Agg {
  const agg = (type: string, params: Record<string, unknown>): Agg => ({ id, enabled: true, type, schema, params });
  if ('filters' in bucket)
    return agg('filters', {
      filters: Object.entries(bucket.filters).map(([label, query]) => ({ input: { query, language: 'kuery' }, label })),
    });
  const label = bucket.label === undefined ? {} : { customLabel: bucket.label };
  if ('time' in bucket)
    return agg('date_histogram', {
      field: bucket.field ?? timeField,
      useNormalizedEsInterval: true,
      scaleMetricValues: false,
      interval: bucket.time,
      drop_partials: false,
      min_doc_count: 1,
      extended_bounds: {},
      ...label,
    });
  if ('significant' in bucket)
    return agg('significant_terms', { field: bucket.significant, size: bucket.size, ...label });
  return agg('terms', {
    field: bucket.terms,
    orderBy: String(bucket.orderBy ?? 1),
    order: bucket.order ?? 'desc',
    size: bucket.size,
    otherBucket: bucket.other ?? false,
    otherBucketLabel: 'Other',
    missingBucket: bucket.missing ?? false,
    missingBucketLabel: 'None',
    ...(bucket.exclude === undefined ? {} : { exclude: bucket.exclude }),
    ...label,
  });
}

function params(panel: PanelSource, kind: Kind, metrics: readonly Agg[]): Record<string, unknown> {
  switch (kind) {
    case 'metric':
      return metricParams(panel);
    case 'pie':
      return {
        type: 'pie',
        isDonut: true,
        addTooltip: true,
        addLegend: true,
        legendPosition: 'right',
        labels: { show: false, values: true, last_level: true, truncate: 100 },
      };
    case 'table':
      return {
        perPage: panel.page ?? 10,
        showPartialRows: false,
        showMetricsAtAllLevels: false,
        showTotal: false,
        totalFunc: 'sum',
        percentageCol: '',
      };
    case 'heatmap':
      return {
        type: 'heatmap',
        addTooltip: true,
        addLegend: true,
        legendPosition: 'right',
        enableHover: true,
        times: [],
        colorsNumber: 6,
        colorSchema: 'Blues',
        colorsRange: [],
        setColorRange: false,
        invertColors: false,
        percentageMode: false,
        valueAxes: [
          {
            id: 'ValueAxis-1',
            show: false,
            type: 'value',
            scale: { type: 'linear', defaultYExtents: false },
            labels: { show: false, rotate: 0, overwriteColor: false, color: 'black' },
          },
        ],
      };
    case 'bars':
    case 'line':
    case 'area':
    case 'hbars':
      return axisParams(panel, kind, metrics);
  }
}

function metricParams(panel: PanelSource): Record<string, unknown> {
  const bad = panel.meaning === 'bad';
  return {
    type: 'metric',
    addTooltip: true,
    addLegend: false,
    metric: {
      percentageMode: false,
      useRanges: false,
      // A count of what should not be is red as soon as it is not zero.
      colorSchema: bad ? 'Reds' : 'Blues',
      metricColorMode: bad ? 'Labels' : 'None',
      colorsRange: bad
        ? [
            { from: 0, to: 1 },
            { from: 1, to: 1_000_000_000 },
          ]
        : [{ from: 0, to: 1_000_000_000 }],
      labels: { show: true },
      invertColors: false,
      style: { bgFill: '#000', bgColor: false, labelColor: bad, subText: '', fontSize: 30 },
    },
  };
}

function axisParams(
  panel: PanelSource,
  kind: 'bars' | 'line' | 'area' | 'hbars',
  metrics: readonly Agg[],
): Record<string, unknown> {
  const type = KINDS[kind].type;
  const horizontal = kind === 'hbars';
  return {
    type,
    grid: { categoryLines: false },
    categoryAxes: [
      {
        id: 'CategoryAxis-1',
        type: 'category',
        position: horizontal ? 'left' : 'bottom',
        show: true,
        scale: { type: 'linear' },
        // ARNs differ at their end: a short limit would show the same text on every bar.
        labels: { show: true, filter: !horizontal, truncate: 200, rotate: 0 },
        title: {},
        style: {},
      },
    ],
    valueAxes: [
      {
        id: 'ValueAxis-1',
        name: horizontal ? 'LeftAxis-1' : 'BottomAxis-1',
        type: 'value',
        position: horizontal ? 'bottom' : 'left',
        show: true,
        scale: { type: 'linear', mode: 'normal' },
        labels: { show: true, rotate: 0, filter: true, truncate: 100 },
        title: { text: '' },
        style: {},
      },
    ],
    seriesParams: metrics.map(({ id, params }) => ({
      show: true,
      type: horizontal ? 'histogram' : type,
      mode: panel.stacked === false || kind === 'line' ? 'normal' : 'stacked',
      data: { id, label: (params['customLabel'] as string | undefined) ?? 'Count' },
      valueAxis: 'ValueAxis-1',
      drawLinesBetweenPoints: true,
      lineWidth: 2,
      showCircles: true,
      interpolate: 'linear',
    })),
    addTooltip: true,
    addLegend: panel.series !== undefined || metrics.length > 1,
    legendPosition: 'right',
    times: [],
    addTimeMarker: false,
    labels: { show: false },
    thresholdLine: { show: false, value: 10, width: 1, style: 'full', color: '#E7664C' },
  };
}

function uiState(panel: PanelSource, style: StyleSource): Record<string, unknown> {
  if (panel.type === 'table')
    return {
      vis: {
        ...(panel.widths === undefined
          ? {}
          : { columnsWidth: panel.widths.map((width, colIndex) => ({ colIndex, width })) }),
        params: { sort: { columnIndex: null, direction: null } },
      },
    };
  if (
    panel.type === 'bars' ||
    panel.type === 'line' ||
    panel.type === 'area' ||
    panel.type === 'hbars' ||
    panel.type === 'pie'
  )
    return { vis: { colors: { ...style.colors, Count: style.neutral } } };
  return {};
}
