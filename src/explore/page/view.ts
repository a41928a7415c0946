import type { SavedFilter, View } from '../protocol.ts';

/** Everything a link must reproduce: which dashboard, and what was chosen on it. */
export interface Place {
  readonly dashboard: string;
  readonly view: View;
  /** Pause between refreshes in ms; 0: none. */
  readonly refresh: number;
}

export const DEFAULT_VIEW: View = { from: 'now-24h', to: 'now', query: '', filters: [] };

/** `#/view/<dashboard>?from=…&to=…&q=…&f=…&refresh=…`. Also understands the drill-down links of saved objects (`_a=(query:…)`). */
export function parsePlace(hash: string, fallback: Place): Place {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const params = new URLSearchParams(search);
  const dashboard = /^\/view\/([^/?]+)/.exec(path)?.[1];
  const drilled = /query:'((?:[^'!]|!.)*)'/.exec(params.get('_a') ?? '')?.[1]?.replace(/!(.)/g, '$1');
  const { view } = fallback;
  return {
    dashboard: dashboard === undefined ? fallback.dashboard : decoded(dashboard),
    view: {
      from: params.get('from') ?? view.from,
      to: params.get('to') ?? view.to,
      query: drilled ?? params.get('q') ?? (params.has('from') ? '' : view.query),
      filters: parseFilters(params.get('f')) ?? (params.has('from') ? [] : view.filters),
    },
    refresh: Number(params.get('refresh') ?? fallback.refresh) || 0,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function formatPlace({ dashboard, view, refresh }: Place): string {
  const params = new URLSearchParams({ from: view.from, to: view.to });
  if (view.query !== '') params.set('q', view.query);
  if (view.filters.length > 0) params.set('f', JSON.stringify(view.filters));
  if (refresh > 0) params.set('refresh', String(refresh));
  return `#/view/${encodeURIComponent(dashboard)}?${params.toString()}`;
}

/** A link is somebody's input: what does not have the shape of a filter is dropped. */
function parseFilters(text: string | null): readonly SavedFilter[] | undefined {
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isFilter) : [];
  } catch {
    return [];
  }
}

function isFilter(value: unknown): value is SavedFilter {
  const meta: unknown = (value as Partial<SavedFilter> | null)?.meta;
  return meta !== null && typeof meta === 'object';
}
