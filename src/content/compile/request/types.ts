/** The parts of saved objects that requests are made from, and what compiling needs to know besides. */
import type { IndexPattern } from '../../index-pattern.ts';
import type { JsonObject } from '../../json.ts';

/** A query as saved: `kuery` is DQL. */
export interface Query {
  readonly query: string | JsonObject;
  readonly language: string;
}

/** A filter pill as saved. What is not `meta` or `$state` is query DSL, in `query` or beside it. */
export interface Filter {
  readonly meta: FilterMeta;
  readonly $state?: { readonly store: 'appState' | 'globalState' };
  readonly query?: JsonObject;
  readonly [clause: string]: unknown;
}
export interface FilterMeta {
  readonly index?: string;
  readonly key?: string;
  readonly type?: string;
  readonly negate?: boolean;
  readonly disabled?: boolean;
  readonly alias?: string | null;
  readonly params?: unknown;
  readonly controlledBy?: string;
}

/** Date math (`now-24h`, `now/d`) or ISO 8601. */
export interface TimeRange {
  readonly from: string;
  readonly to: string;
}

/** An aggregation as saved in `visState.aggs`. */
export interface AggState {
  readonly id?: string;
  readonly enabled?: boolean;
  readonly type: string;
  readonly schema?: string;
  readonly params?: Params;
}
export type Params = Readonly<Record<string, unknown>>;

/** A box on a map, in degrees. */
export interface GeoBox {
  readonly top_left: { readonly lat: number; readonly lon: number };
  readonly bottom_right: { readonly lat: number; readonly lon: number };
}

/** Advanced settings of OpenSearch Dashboards that shape requests, with its defaults. */
export interface Settings {
  /** `histogram:barTarget`: buckets an `auto` interval aims at. */
  readonly barTarget: number;
  /** `histogram:maxBars`: more buckets than this and the interval is raised. */
  readonly maxBars: number;
  /** `query:allowLeadingWildcards`. */
  readonly allowLeadingWildcards: boolean;
  /** `discover:sampleSize`: rows of a saved search. */
  readonly sampleSize: number;
  /** `doc_table:highlight`: whether what a saved search found is marked in its rows. */
  readonly highlight: boolean;
  /** `courier:ignoreFilterIfFieldNotInIndex`. */
  readonly ignoreFilterIfFieldNotInIndex: boolean;
}
const DEFAULT_SETTINGS: Settings = {
  barTarget: 50,
  maxBars: 100,
  allowLeadingWildcards: true,
  sampleSize: 500,
  highlight: true,
  ignoreFilterIfFieldNotInIndex: false,
};

/** What surrounds a panel. Compiling is pure: the clock and the zone come from here. */
export interface CompileContext {
  /** Epoch ms: what `now` means. */
  readonly now: number;
  /** IANA name: what a day is, and where dates without a zone are meant. */
  readonly timeZone: string;
  readonly timeRange: TimeRange;
  /** The dashboard's query and filters. */
  readonly query?: Query;
  readonly filters?: readonly Filter[];
  readonly settings?: Partial<Settings>;
  /**
   * Whether a number field that is asked for a word finds nothing. Default: as OpenSearch Dashboards, which lets the
   * cluster refuse the whole search.
   */
  readonly lenient?: boolean;
  /** Smallest and largest value of the field of each numeric histogram, by aggregation id. */
  readonly bounds?: Readonly<Record<string, Bounds>>;
  /** The visible part of a map; before a map is laid out OpenSearch Dashboards asks for the box 1..0. */
  readonly geoBox?: GeoBox;
}
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

export function settingsOf(context: CompileContext): Settings {
  return { ...DEFAULT_SETTINGS, ...context.settings };
}

/** A search to send: `POST /<index>/_search` with `params` in the address and `body`. */
export interface SearchRequest {
  readonly index: string;
  readonly body: JsonObject;
  readonly pattern: IndexPattern;
}

/** OpenSearch Dashboards would show this message in the panel instead of data. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Refusal';
  }
}
