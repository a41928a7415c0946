/**
 * What the page and its server say to each other: four routes, all JSON.
 *
 *   GET  /api/content   → Content         dashboards, saved queries and fields, once
 *   POST /api/search    SearchRequest → NDJSON of PanelAnswer (`lines.ts`), each as soon as it is known
 *   POST /api/around    AroundRequest → AroundAnswer   what the same identity, session or address did
 *   POST /api/values    ValuesRequest → ValuesAnswer   for controls and completion
 *
 * The page never writes a query, and names no index but those that the content named: it says which compiled panel it wants
 * under which view.
 */

/** A filter as OpenSearch Dashboards stores it; `$state.store` is `globalState` for a pinned one. */
export interface SavedFilter {
  readonly meta: {
    readonly disabled?: boolean;
    readonly negate?: boolean;
    readonly alias?: string | null;
    /** `phrase`, `phrases`, `exists`, `range` or `custom`. */
    readonly type?: string;
    readonly key?: string;
    readonly params?: unknown;
    readonly index?: string;
  };
  readonly query?: Readonly<Record<string, unknown>>;
  readonly $state?: { readonly store: 'appState' | 'globalState' };
  /** `exists` and `range` filters have their clause here instead of in `query`. */
  readonly [clause: string]: unknown;
}

/** What the analyst chose; all of it is in the page's URL. */
export interface View {
  /** Date math (`now-24h`) or ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** DQL. */
  readonly query: string;
  readonly filters: readonly SavedFilter[];
}

export interface Content {
  readonly version: string;
  readonly dashboards: readonly DashboardContent[];
  readonly queries: readonly QueryContent[];
  /** Of the events. */
  readonly fields: readonly FieldContent[];
  /** Of what else is shown (ledger, dead letters), by the index expression that is searched. */
  readonly otherFields: Readonly<Record<string, readonly FieldContent[]>>;
  /** Field → id of the dashboard a click on its value leads to. */
  readonly drillDown: Readonly<Record<string, string>>;
}

/** A saved query: what loading it asks. */
export interface QueryContent {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly query: string;
  /** A query in Lucene is one of them: the view's own query is DQL. */
  readonly filters: readonly SavedFilter[];
  readonly time?: { readonly from: string; readonly to: string };
}

export interface FieldContent {
  readonly name: string;
  readonly type: string;
  readonly searchable: boolean;
  readonly aggregatable: boolean;
}

export interface DashboardContent {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly time?: { readonly from: string; readonly to: string };
  /** What it was saved with; opening it asks so until the analyst chooses otherwise. */
  readonly query: string;
  /** A query in Lucene is one of them: the view's own query is DQL. */
  readonly filters: readonly SavedFilter[];
  readonly panels: readonly PanelContent[];
  /** Why the dashboard cannot be shown, where it cannot: it has no panels then. */
  readonly fault?: string;
}

export interface PanelContent {
  /** Unique in its dashboard. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly hideTitle: boolean;
  /** In a grid of 48 columns. */
  readonly grid: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  /** `search` or the visualization's type: `metric`, `pie`, `histogram`, `line`, `area`, `horizontal_bar`, `table`, `heatmap`, `markdown`, `input_control_vis`, … */
  readonly type: string;
  /** Index expressions that it searches, of those that are shown here. */
  readonly indices: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
  /** Of `input_control_vis`. */
  readonly controls: readonly ControlContent[];
  /** Label → colour, column widths. */
  readonly colors: Readonly<Record<string, string>>;
  readonly widths: readonly number[];
  /** Why the panel cannot be shown, where it cannot. */
  readonly unsupported?: string;
}

export interface ControlContent {
  readonly id: string;
  readonly label: string;
  readonly field: string;
  readonly type: 'list' | 'range';
  readonly multiselect: boolean;
  /** Index expression whose values it lists. */
  readonly index: string;
}

export interface SearchRequest {
  readonly dashboard: string;
  readonly view: View;
  /** IANA name, for date histograms. */
  readonly timeZone: string;
  /** Only these panels; absent: all. */
  readonly panels?: readonly string[];
  /** Events of a list, at most `MOST_EVENTS`. Default 100. */
  readonly rows?: number;
}

/** What OpenSearch Dashboards lists at most. */
export const MOST_EVENTS = 500;

export type PanelAnswer = {
  readonly panel: string;
  /** What the answer leaves out, as text. */
  readonly missing?: string;
} & (
  | { readonly status: 'table'; readonly table: ResultTable }
  | {
      readonly status: 'events';
      readonly total: number;
      /** Field of the events' time, where they have one. */
      readonly timeField?: string;
      /** Index expression they come from. */
      readonly from: string;
      readonly columns: readonly string[];
      readonly events: readonly EventHit[];
    }
  /** Nothing to draw in this range; `absent` are fields of the panel that no event in the range has. */
  | {
      readonly status: 'empty';
      readonly reason: string;
      readonly absent: readonly string[];
      /** Where no event at all is in this range: when the events are; null: there are none. */
      readonly extent?: Extent | null;
    }
  | { readonly status: 'error'; readonly reason: string }
);

/** A time range (ISO 8601) that holds all events. */
export interface Extent {
  readonly from: string;
  readonly to: string;
}

export interface ResultTable {
  readonly columns: readonly ResultColumn[];
  /** In the order of the answer. */
  readonly rows: readonly (readonly ResultCell[])[];
  /** Interval of a date histogram in the table, ms. */
  readonly intervalMs?: number;
  /** Epoch ms between which a time axis reaches, where the time range applies to it. */
  readonly range?: readonly [number, number];
}

export interface ResultColumn {
  readonly label: string;
  readonly kind: 'bucket' | 'metric';
  /** `segment`, `group`, `bucket`, `split`, `metric`. */
  readonly schema: string;
  /** `terms`, `date_histogram`, `filters`, `count`, `cardinality`, `max`, … */
  readonly agg: string;
  readonly field?: string;
  /** Of the field, as OpenSearch Dashboards groups types. */
  readonly type?: string;
}

export interface ResultCell {
  readonly value: string | number | null;
  /** What a click adds. */
  readonly filter?: SavedFilter;
}

export interface EventHit {
  readonly id: string;
  readonly index: string;
  readonly source: Readonly<Record<string, unknown>>;
}

/** One event's time, and a value that the others share with it. The view does not count. */
export interface AroundRequest {
  readonly time: string;
  readonly field: string;
  readonly value: string;
}

export interface AroundAnswer {
  readonly events: readonly EventHit[];
  /** What the answer leaves out, as text. */
  readonly missing?: string;
}

export interface ValuesRequest {
  readonly field: string;
  readonly prefix: string;
  /** Index expressions of the dashboard or the control: the values are those of the first that has the field. */
  readonly indices: readonly string[];
  readonly view: View;
  /** IANA name, for the days of the time range. */
  readonly timeZone: string;
}

export interface ValuesAnswer {
  readonly values: readonly { readonly value: string; readonly count: number }[];
}
