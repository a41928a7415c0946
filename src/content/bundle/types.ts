import type { AggState, Filter, Params, Query, TimeRange } from '../compile/request/types.ts';
import type { Json } from '../json.ts';

/** A saved object as it stands in the file. */
export interface RawObject {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly { readonly name: string; readonly type: string; readonly id: string }[];
  /** The versions whose migrations it has been through, by type. Absent: none. */
  readonly migrationVersion?: Readonly<Record<string, string>>;
}

/** A query with filters over one index pattern. */
export interface SearchSource {
  readonly query: Query | undefined;
  readonly filters: readonly Filter[];
  /** Id of the index pattern. */
  readonly index: string | undefined;
}

interface Titled {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

export interface Visualization extends Titled {
  /** `pie`, `table`, `markdown`, `input_control_vis`, … */
  readonly type: string;
  readonly aggs: readonly AggState[];
  readonly params: Params;
  readonly uiState: Params;
  readonly source: SearchSource;
  /** Id of the saved search it stands on. */
  readonly search: string | undefined;
  /** Of `input_control_vis`. */
  readonly controls: readonly Control[];
}

/** One control of an `input_control_vis`. */
export interface Control {
  readonly id: string;
  readonly label: string;
  readonly fieldName: string;
  readonly type: 'list' | 'range';
  /** Id of the control whose values limit this one's; empty: none. */
  readonly parent: string;
  readonly options: Params;
  /** Id of the index pattern. */
  readonly index: string;
}

export interface SavedSearch extends Titled {
  readonly columns: readonly string[];
  readonly sort: readonly SortPair[];
  readonly source: SearchSource;
  readonly version: boolean;
  readonly highlight: boolean;
}
export type SortPair = readonly [field: string, order: string];

export interface Dashboard extends Titled {
  readonly panels: readonly DashboardPanel[];
  readonly query: Query | undefined;
  readonly filters: readonly Filter[];
  /** Set when the dashboard brings its own time range. */
  readonly timeRange: TimeRange | undefined;
  readonly refreshInterval: { readonly pause: boolean; readonly value: number } | undefined;
  readonly options: Params;
}

export interface DashboardPanel {
  readonly panelIndex: string;
  /** `visualization`, `search`, or something this project does not draw. */
  readonly type: string;
  readonly id: string;
  /** The panel's own title; absent: the object's. */
  readonly title: string | undefined;
  /** 48 columns; one row is about 20 px. */
  readonly grid: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly config: Readonly<Record<string, Json>>;
  /** Why the panel cannot be drawn at all. */
  readonly fault: string | undefined;
}

export interface SavedQuery extends Titled {
  readonly query: Query;
  readonly filters: readonly Filter[];
  readonly timeRange: TimeRange | undefined;
}
