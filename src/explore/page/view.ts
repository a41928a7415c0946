import type { DashboardContent, SavedFilter, View } from '../protocol.ts';
import { addFilter } from './filters.ts';

/** Everything a link must reproduce: which dashboard, and what was chosen on it. */
export interface Place {
  readonly dashboard: string;
  readonly view: View;
  /** Pause between refreshes in ms; 0: none. */
  readonly refresh: number;
  /** The panel that has the room of all of them. */
  readonly maximized?: string | undefined;
  /** The link had filters that could not be read. */
  readonly unread?: boolean | undefined;
}

/** At least a second; a timer that is longer than 2^31 ms would go off at once. */
export const timerMs = (refresh: number): number => Math.min(Math.max(refresh, 1000), 2 ** 31 - 1);

export const DEFAULT_VIEW: View = { from: 'now-24h', to: 'now', query: '', filters: [] };

/** What a dashboard shows that is opened with nothing chosen: the time range, query and filters it was saved with. */
export function homeOf(dashboard: DashboardContent | undefined): Place {
  if (dashboard === undefined) return { dashboard: '', view: DEFAULT_VIEW, refresh: 0 };
  const { id, time, query, filters } = dashboard;
  return { dashboard: id, view: { ...DEFAULT_VIEW, ...time, query, filters }, refresh: 0 };
}

/** Another dashboard in the same view: what was chosen goes along, what the one before was saved with gives way to what this one was. */
export function opened(place: Place, id: string, dashboards: readonly DashboardContent[]): Place {
  if (id === place.dashboard) return { ...place, maximized: undefined };
  const savedWith = (one: string): View => homeOf(dashboards.find((dashboard) => dashboard.id === one)).view;
  const [left, here] = [savedWith(place.dashboard), savedWith(id)];
  const { query, filters } = place.view;
  const ofLeft = new Set(left.filters.map((filter) => JSON.stringify(filter)));
  const chosen = filters.filter((filter) => !ofLeft.has(JSON.stringify(filter)));
  const view = {
    ...place.view,
    query: query === left.query ? here.query : query,
    filters: chosen.reduce(addFilter, here.filters),
  };
  return { ...place, dashboard: id, view, maximized: undefined };
}

/** The dashboard that a link names. */
export function dashboardOf(hash: string): string | undefined {
  const id = /^#?\/view\/([^/?]+)/.exec(hash)?.[1];
  return id === undefined ? undefined : decoded(id);
}

/** `#/view/<dashboard>?from=…&to=…&q=…&f=…&refresh=…&panel=…`. Also understands the drill-down links of saved objects (`_a=(query:…)`). */
export function parsePlace(hash: string, fallback: Place): Place {
  const [, search = ''] = hash.split('?', 2);
  const params = new URLSearchParams(search);
  const named = dashboardOf(hash);
  // A link to a dashboard says all of its view; one that only brings a time range leaves the rest as it was saved.
  const whole = named !== undefined && params.has('from');
  const drilled = /query:'((?:[^'!]|!.)*)'/.exec(params.get('_a') ?? '')?.[1]?.replace(/!(.)/g, '$1');
  const { view } = fallback;
  const filters = parseFilters(params.get('f'));
  return {
    dashboard: named ?? fallback.dashboard,
    view: {
      from: params.get('from') ?? view.from,
      to: params.get('to') ?? view.to,
      query: drilled ?? params.get('q') ?? (whole ? '' : view.query),
      filters: filters?.read ?? (whole ? [] : view.filters),
    },
    refresh: Number(params.get('refresh') ?? (whole ? 0 : fallback.refresh)) || 0,
    maximized: params.get('panel') ?? undefined,
    ...(filters?.whole === false ? { unread: true } : {}),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The part of a link in a saved object's text that names a dashboard; undefined: it leads to another site, or to what is no dashboard. */
export const viewIn = (href: string): string | undefined =>
  /^(?![a-z][a-z\d+.-]*:|\/\/)[^#]*(#\/view\/.*)$/i.exec(href)?.[1];

/** Where such a link leads on this page: to the dashboard in the same view, with the query that the link brings. */
export function linked(href: string, place: Place, dashboards: readonly DashboardContent[]): string | undefined {
  const hash = viewIn(href);
  const id = hash === undefined ? undefined : dashboardOf(hash);
  if (hash === undefined || id === undefined) return undefined;
  return formatPlace(parsePlace(hash, opened(place, id, dashboards)));
}

export function formatPlace({ dashboard, view, refresh, maximized }: Place): string {
  const params = new URLSearchParams({ from: view.from, to: view.to });
  if (view.query !== '') params.set('q', view.query);
  if (view.filters.length > 0) params.set('f', JSON.stringify(view.filters));
  if (refresh > 0) params.set('refresh', String(refresh));
  if (maximized !== undefined) params.set('panel', maximized);
  return `#/view/${encodeURIComponent(dashboard)}?${params.toString()}`;
}

/** A link is somebody's input, or was cut on its way: what does not have the shape of a filter is left out, and said to be. */
function parseFilters(
  text: string | null,
): { readonly read: readonly SavedFilter[]; readonly whole: boolean } | undefined {
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return { read: [], whole: false };
    const read = value.filter(isFilter);
    return { read, whole: read.length === value.length };
  } catch {
    return { read: [], whole: false };
  }
}

function isFilter(value: unknown): value is SavedFilter {
  const meta: unknown = (value as Partial<SavedFilter> | null)?.meta;
  return meta !== null && typeof meta === 'object';
}
