import type { Filters } from '../filter.ts';
import type { SkipReason } from '../ports.ts';
import { classifyKey, skipReasonOf, type KeyInfo } from './key.ts';

const DAY_MS = 86_400_000;

/**
 * CloudTrail delivers within minutes, seldom within hours, and names the folder after the day of delivery:
 * so many days after an event its file is still looked for.
 */
const LATE_DAYS = 1;

/** Since then global services' events are in the folder of us-east-1; before, they could be in any region's. */
const GLOBAL_EVENTS_MOVED = '2021-11-23';

/** Folders that can hold an event between `since` and `until`: from the day `first` through the day `last`. */
export interface DayWindow {
  /** `YYYY-MM-DD` */
  readonly first?: string;
  readonly last?: string;
}

export function dayWindow({ since, until }: Filters): DayWindow {
  return {
    ...(since === undefined ? {} : { first: dayOf(since) }),
    ...(until === undefined ? {} : { last: dayOf(until - 1 + LATE_DAYS * DAY_MS) }),
  };
}

/** Days are compared as text, so the last is one of four digits. */
const LAST_DAY = Date.parse('9999-12-31');

/** The day (UTC) of an instant (epoch ms). */
export function dayOf(time: number): string {
  return new Date(Math.min(time, LAST_DAY)).toISOString().slice(0, 10);
}

/** Folders of a region that is not asked for are left out, but for the days when they held the events of us-east-1. */
export function regionWindow(
  region: string,
  window: DayWindow,
  regions: readonly string[] = [],
): DayWindow | undefined {
  if (regions.length === 0 || regions.includes(region)) return window;
  const last = dayOf(Date.parse(GLOBAL_EVENTS_MOVED) - DAY_MS);
  if (!regions.includes('us-east-1') || (window.first !== undefined && window.first > last)) return undefined;
  return { ...window, last: window.last !== undefined && window.last < last ? window.last : last };
}

/** Whether an object can hold an event that passes the filters, as far as its key says. */
function mayHold({ layout, account, region, day }: KeyInfo, filters: Filters): boolean {
  if (layout === undefined) return true;
  const { accounts = [], regions = [] } = filters;
  if (account !== undefined && accounts.length > 0 && !accounts.includes(account)) return false;
  const window = region === undefined ? dayWindow(filters) : regionWindow(region, dayWindow(filters), regions);
  if (window === undefined) return false;
  if (day === undefined) return true;
  return (window.first === undefined || day >= window.first) && (window.last === undefined || day <= window.last);
}

/** Why an object need not be read, as far as its key and size say; undefined where it is to be read. */
export function whySkipped(key: string, size: number | undefined, filters: Filters): SkipReason | undefined {
  const info = classifyKey(key, size);
  return skipReasonOf(info.kind) ?? (mayHold(info, filters) ? undefined : 'filtered');
}
