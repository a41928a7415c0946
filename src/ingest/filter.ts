/** Which events to keep. Empty means all. Structured-clonable. */
export interface Filters {
  /** Epoch ms, inclusive. */
  readonly since?: number;
  /** Epoch ms, exclusive. */
  readonly until?: number;
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
}

/** The few values of a mapped event that filters look at. */
export interface FilterKey {
  readonly time: number;
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/** Whether an event passes; compiled once a run, because it is asked once an event. */
export function compileFilter(filters: Filters): (key: FilterKey) => boolean {
  const { since = -Infinity, until = Infinity } = filters;
  const accounts = filters.accounts?.length ? new Set(filters.accounts) : undefined;
  const regions = filters.regions?.length ? new Set(filters.regions) : undefined;
  return ({ time, account, region }) =>
    time >= since &&
    time < until &&
    (accounts === undefined || (account !== undefined && accounts.has(account))) &&
    (regions === undefined || (region !== undefined && regions.has(region)));
}
