/** Aggregations of a visualization → the nested `aggs` of a request. */
import type { JsonObject } from '../../json.ts';
import { madeAgg, nextId, type Agg, type AggList } from './agg.ts';
import { writeBucket } from './buckets.ts';
import { mergeJson } from './merge-json.ts';
import { writeMetric } from './metrics.ts';

/** What an aggregation writes: its parameters, and aggregations that must stand below or beside it. */
export interface Written {
  readonly params: Record<string, unknown>;
  readonly below?: readonly Agg[];
  readonly beside?: readonly Agg[];
}

/** One level of a request's `aggs`. */
export type Level = Record<string, Node>;
interface Node {
  aggs?: Level;
  [type: string]: unknown;
}

/**
 * Buckets nest in the order saved, metrics stand in the innermost bucket. A hierarchical chart (pies; tables with
 * metrics at every level) repeats the metrics under each bucket. Names are the ids of the aggregations.
 */
export function aggsToDsl(list: AggList, hierarchical: boolean): JsonObject {
  const top: Level = {};
  const asked = requestAggs(list).filter(({ type }) => type.noDsl !== true);
  const everywhere = hierarchical ? list.aggs.filter(({ type }) => type.kind === 'metrics' && type.noDsl !== true) : [];
  let level = top;
  asked.forEach((agg, i) => {
    const node = place(agg, level, list);
    if (agg.type.kind !== 'buckets' || i === asked.length - 1) return;
    const below: Level = (node.aggs ??= {});
    for (const metric of everywhere) place(metric, below, list);
    level = below;
  });
  return top as unknown as JsonObject;
}

/** Enabled aggregations as they are asked for: a map's grid brings its box and its centroid; buckets before metrics. */
export function requestAggs(list: AggList): Agg[] {
  const all = list.aggs.filter(({ enabled }) => enabled).flatMap((agg) => expand(agg, list));
  return [...all.filter(({ type }) => type.kind === 'buckets'), ...all.filter(({ type }) => type.kind === 'metrics')];
}

/** Writes one aggregation into a level, with what belongs below and beside it. */
function place(agg: Agg, level: Level, list: AggList): Node {
  const written = agg.type.kind === 'buckets' ? writeBucket(agg, list) : writeMetric(agg, list);
  const node: Node = { [agg.type.dslName ?? agg.type.name]: mergeJson(written.params, agg.params['json']) };
  level[agg.id] = node;
  for (const inner of written.below ?? []) place(inner, (node.aggs ??= {}), list);
  for (const other of written.beside ?? []) place(other, level, list);
  return node;
}

function expand(agg: Agg, list: AggList): Agg[] {
  const isHash = agg.type.name === 'geohash_grid';
  if (!isHash && agg.type.name !== 'geotile_grid') return [agg];
  const { field } = agg;
  const boxed = isHash && agg.params['isFilteredByCollar'] === true && field !== undefined;
  const box = boxed ? [madeAgg('filter', 'filter_agg', { geo_bounding_box: boxParams(field.name, agg, list) })] : [];
  const id = String(nextId(list.aggs));
  const centroid = agg.params['useGeocentroid'] === true ? [madeAgg('geo_centroid', id, {}, field)] : [];
  return [...box, agg, ...centroid];
}

function boxParams(field: string, agg: Agg, list: AggList): Record<string, unknown> {
  const unknown = { top_left: { lat: 1, lon: 1 }, bottom_right: { lat: 0, lon: 0 } };
  return { ignore_unmapped: true, [field]: list.context.geoBox ?? agg.params['boundingBox'] ?? unknown };
}
