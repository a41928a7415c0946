/**
 * Saved objects → the search requests that OpenSearch Dashboards sends. Pure; runs in Node and in browsers.
 *
 *   const bundle = readBundle(ndjson)                                  (../bundle.ts)
 *   compileDashboard(bundle, id, { now, timeZone, timeRange?, query?, filters? })
 *                                                        → [{ dashboard, panel, title, compiled }]
 *   compileVisualization(bundle, id, context)            → Compiled
 *   compileSearch(bundle, id, context, { columns?, sort? }) → Compiled
 *   compileQuery(savedQuery, indexPattern, context)      → Compiled
 *   compileControl(indexPattern, control, useTimeFilter, context, { ancestors?, containing? }) → SearchRequest
 *   usedFields(compiled)                                 → names of the fields it asks about
 *   parseDateMath('now-24h', …), rangeBounds(range, …)   → epoch ms
 *
 * `Compiled.kind` says what came out: `aggs` or `hits` (with `request: { index, body, pattern }`), `controls` (one
 * request each), `none` (text), `unsupported` (a kind of panel not known here) or `refused` (OpenSearch Dashboards would
 * show `reason` in its place). Answers are read by `./response.ts`. `searchOf(request)` completes a body for `_msearch`.
 *
 * What is absent from the context comes from the dashboard; `geoBox` and `bounds` only matter to maps and numeric
 * histograms. Nothing here reads a clock: `now` and `timeZone` decide what relative times and days are.
 */
import type { JsonObject } from '../json.ts';
import type { SearchRequest } from './request/types.ts';

export { compileControl, type ControlRequest } from './request/control.ts';
export {
  compileDashboard,
  compilePanel,
  LAST_DAY,
  type DashboardContext,
  type PanelRequest,
} from './request/dashboard.ts';
export { parseDateMath, rangeBounds } from './request/date-math.ts';
export { compileQuery, compileSearch } from './request/search.ts';
export { compileVisualization, type AggsRequest, type Compiled, type HitsRequest } from './request/visualization.ts';
export { queryFields, usedFields } from './request/used-fields.ts';
export {
  Refusal,
  type CompileContext,
  type Filter,
  type Query,
  type SearchRequest,
  type TimeRange,
} from './request/types.ts';

/** Header and body for `_msearch`: what OpenSearch Dashboards puts into the address of a single search. */
export function searchOf(request: SearchRequest): { header: JsonObject; body: JsonObject } {
  return {
    header: { index: request.index, ignore_unavailable: true },
    body: { timeout: '30000ms', track_total_hits: true, ...request.body },
  };
}
