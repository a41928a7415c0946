/** The shapes of `dashboards/*.yml` and `queries/*.yml`: what a reviewer reads. `schema.ts` checks them. */

export interface DashboardSource {
  /** Goes into the ids of all its objects. */
  readonly id: string;
  readonly title: string;
  /** The question the dashboard answers; its description. */
  readonly question: string;
  /** Id of the index pattern its panels search unless they name another. */
  readonly index: string;
  /** Bundle file it belongs to: `core` or an optional one. */
  readonly bundle: string;
  /** Short name in the link strip. */
  readonly link: string;
  readonly time: { readonly from: string; readonly to: string };
  /** Filter controls at the top. */
  readonly controls: readonly { readonly field: string; readonly label: string }[];
  /** From top to bottom; the widths of a row add up to at most 48. */
  readonly rows: readonly { readonly height: number; readonly panels: readonly PanelSource[] }[];
}

export interface PanelSource {
  readonly id: string;
  readonly title: string;
  /** The question the panel answers; its description. */
  readonly question: string;
  readonly width: number;
  readonly type: 'metric' | 'pie' | 'bars' | 'line' | 'area' | 'hbars' | 'table' | 'heatmap' | 'events' | 'markdown';
  /** DQL. */
  readonly query?: string;
  /** Another index pattern than the dashboard's. */
  readonly index?: string;
  readonly metrics?: readonly MetricSource[];
  /** x axis, slices (several: rings), or table rows (several: nested). */
  readonly by?: readonly BucketSource[];
  /** Series of a chart, y axis of a heatmap, groups of a metric. */
  readonly series?: BucketSource;
  /** Table rows a page. */
  readonly page?: number;
  /** Table column widths in pixels, by position. */
  readonly widths?: readonly number[];
  /** Columns of an events panel. */
  readonly columns?: readonly string[];
  readonly markdown?: string;
  readonly stacked?: boolean;
  /** Colour of the numbers of a metric panel: failures are red wherever they stand. */
  readonly meaning?: 'neutral' | 'bad';
}

/** `count`, or `{max: time_dt, label: Last seen}` and the like. */
export type MetricSource =
  | 'count'
  | { readonly count: true; readonly label: string }
  | ({ readonly label?: string } & Partial<Record<MetricType, string>>)
  | { readonly top: string; readonly label: string };
export type MetricType = 'cardinality' | 'max' | 'min' | 'avg' | 'sum';

export type BucketSource =
  | {
      readonly terms: string;
      readonly size: number;
      /** `asc`: rarest first. A number: by the metric of that position (1-based). */
      readonly order?: 'desc' | 'asc';
      readonly orderBy?: number;
      readonly other?: boolean;
      readonly missing?: boolean;
      readonly label?: string;
      readonly exclude?: string;
    }
  | { readonly time: string; readonly label?: string; readonly field?: string }
  | { readonly filters: Readonly<Record<string, string>> }
  | { readonly significant: string; readonly size: number; readonly label?: string };

export interface QuerySource {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  /** DQL. */
  readonly query: string;
  readonly fields: readonly string[];
  /** MITRE ATT&CK technique ids. */
  readonly attack?: readonly string[];
  readonly references?: readonly string[];
  /** Raw CloudTrail records, laid over a plain one. */
  readonly samples: { readonly match: readonly RawSample[]; readonly no_match: readonly RawSample[] };
}
export type RawSample = Readonly<Record<string, unknown>>;

/** `dashboards/style.yml`: one meaning, one colour, everywhere. */
export interface StyleSource {
  /** Value of a field or label of a series → colour. */
  readonly colors: Readonly<Record<string, string>>;
  readonly bad: string;
  readonly neutral: string;
}
