/** A visualization → its search request, or the reason why there is none. */
import type { Bundle, SavedSearch, Visualization } from '../../bundle.ts';
import { DqlFieldError, DqlSyntaxError } from '../../dql/dql.ts';
import type { IndexPattern } from '../../index-pattern.ts';
import { resolveAggs, type AggList } from './agg.ts';
import { commonBody } from './body.ts';
import { compileControls, type ControlRequest } from './control.ts';
import { boundsAggs } from './histogram.ts';
import { buildQuery, distinctFilters, distinctQueries, timeFilter } from './query.ts';
import { aggsToDsl } from './tree.ts';
import { Refusal, type Bounds, type CompileContext, type Filter, type Query, type SearchRequest } from './types.ts';

/** What a panel asks. */
export type Compiled =
  | AggsRequest
  | HitsRequest
  | { readonly kind: 'controls'; readonly controls: readonly ControlRequest[] }
  /** Text: nothing to ask. */
  | { readonly kind: 'none'; readonly reason: string }
  /** Fine in OpenSearch Dashboards, unknown here. */
  | { readonly kind: 'unsupported'; readonly reason: string }
  /** OpenSearch Dashboards would show this reason instead of data. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface AggsRequest {
  readonly kind: 'aggs';
  readonly request: SearchRequest;
  /** What the request was made from; reading the answer needs it. */
  readonly list: AggList;
  /** Metrics at every level, as pies have them. */
  readonly hierarchical: boolean;
  readonly partialRows: boolean;
  /** Query and filters of the request, for requests that follow it. */
  readonly queries: readonly Query[];
  readonly filters: readonly Filter[];
  /** Numeric histograms first ask for the smallest and largest value: one request by aggregation id. */
  readonly boundsRequests: Readonly<Record<string, SearchRequest>>;
  /** The same request, knowing them. */
  withBounds(bounds: Readonly<Record<string, Bounds>>): AggsRequest;
}

export interface HitsRequest {
  readonly kind: 'hits';
  readonly request: SearchRequest;
  readonly search: SavedSearch;
  readonly columns: readonly string[];
}

const CHARTS = new Set([
  'area',
  'gauge',
  'goal',
  'heatmap',
  'histogram',
  'horizontal_bar',
  'line',
  'metric',
  'pie',
  'region_map',
  'table',
  'tagcloud',
  'tile_map',
]);

const UNSUPPORTED: Readonly<Record<string, string>> = {
  metrics: 'TSVB visualizations are not supported.',
  timelion: 'Timelion visualizations are not supported.',
  vega: 'Vega visualizations are not supported.',
};

export function compileVisualization(bundle: Bundle, id: string, context: CompileContext): Compiled {
  return refusable(() => compile(bundle, bundle.visualization(id), context));
}

/** Turns what is thrown into a result, whatever a user's saved object holds: the other panels go on. */
export function refusable(work: () => Compiled): Compiled {
  try {
    return work();
  } catch (error) {
    return { kind: 'refused', reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  const isSaid = error instanceof Refusal || error instanceof DqlSyntaxError || error instanceof DqlFieldError;
  if (isSaid) return error.message;
  return `It is not saved as it should be: ${error instanceof Error ? error.message : String(error)}`;
}

function compile(bundle: Bundle, vis: Visualization, context: CompileContext): Compiled {
  if (vis.type === 'markdown') return { kind: 'none', reason: 'It shows text.' };
  if (vis.type === 'input_control_vis') return { kind: 'controls', controls: compileControls(bundle, vis, context) };
  if (!CHARTS.has(vis.type)) {
    const reason = UNSUPPORTED[vis.type] ?? `Visualizations of type "${vis.type}" are not supported.`;
    return { kind: 'unsupported', reason };
  }
  const search = vis.search === undefined ? undefined : bundle.search(vis.search);
  const index = search?.source.index ?? vis.source.index;
  if (index === undefined) throw new Refusal('Trying to initialize aggs without index pattern');
  const pattern = bundle.indexPattern(index);
  const queries = distinctQueries([context.query, vis.source.query, search?.source.query]);
  const filters = distinctFilters([
    ...(context.filters ?? []),
    ...vis.source.filters,
    ...(search?.source.filters ?? []),
  ]);
  return aggsRequest(vis, pattern, queries, filters, context);
}

function aggsRequest(
  vis: Visualization,
  pattern: IndexPattern,
  queries: readonly Query[],
  filters: readonly Filter[],
  context: CompileContext,
): AggsRequest {
  const list = resolveAggs(vis.aggs, pattern, context);
  const { showPartialRows, showMetricsAtAllLevels } = vis.params;
  const levels = vis.type === 'table' && (showPartialRows === true || showMetricsAtAllLevels === true);
  const hierarchical = vis.type === 'pie' || levels;
  const query = buildQuery(pattern, queries, [...filters, ...timeFilter(pattern, context)], context);
  const request = (aggs: SearchRequest['body']): SearchRequest => ({
    index: pattern.title,
    pattern,
    body: { size: 0, aggs, ...commonBody(pattern), query },
  });
  const histograms = list.aggs.filter(({ enabled, type }) => enabled && type.name === 'histogram');
  return {
    kind: 'aggs',
    request: request(aggsToDsl(list, hierarchical)),
    list,
    hierarchical,
    partialRows: showPartialRows === true,
    queries,
    filters,
    boundsRequests: Object.fromEntries(histograms.map((agg) => [agg.id, request(boundsAggs(agg))])),
    withBounds: (bounds) => aggsRequest(vis, pattern, queries, filters, { ...context, bounds }),
  };
}
