import type { Filters } from '../filter.ts';
import type { ObjectRef } from '../ports.ts';
import { dayWindow, regionWindow, type DayWindow } from './key-filter.ts';
import { classifyKey, skipReasonOf, type KeyInfo } from './key.ts';
import { dayPrefix, isHyphenated, placeOfPrefix, stretchesOf, type Place, type Root, type Stretch } from './layout.ts';
import type { Offer } from './looking.ts';
import type { Page, Pages } from './pages.ts';
import { walkTasks } from './pool.ts';

export interface WalkOptions {
  readonly prefix: string;
  readonly filters: Filters;
  /** Requests at once. */
  readonly concurrency: number;
  /** `YYYY-MM-DD` */
  readonly today: string;
  /** Also folders of which nothing is ever read (digests, metadata), so that it is counted. */
  readonly countSkipped: boolean;
  /** The first day of each root, by prefix, that may have changed since the walk before. */
  readonly openFrom: ReadonlyMap<string, string>;
  /** Told of folders that are left out. */
  readonly onLeftOut: (prefix: string) => void;
}

/** Roots walked, by prefix, each with the first day that holds an unsettled object. */
export type WalkResult = ReadonlyMap<string, string | undefined>;

/**
 * Goes once over what lies under a prefix and offers it. In the layouts of CloudTrail and Security Lake it enters only
 * accounts, regions and days that can hold what is asked for; anything else it lists in full.
 */
export async function walkBucket(
  pages: Pages,
  offer: Offer,
  options: WalkOptions,
  signal: AbortSignal,
): Promise<WalkResult> {
  const walk = new BucketWalk(pages, offer, options);
  await walkTasks<Task>(
    [{ do: 'visit', prefix: options.prefix }],
    (task, stop) => walk.run(task, stop),
    options.concurrency,
    signal,
  );
  return walk.unsettledFrom;
}

type Task =
  /** Find out what a prefix is. */
  | { readonly do: 'visit'; readonly prefix: string }
  /** Visit the folders of a level. */
  | { readonly do: 'branch'; readonly prefix: string }
  /** Cut a root into years and months, to list these side by side. */
  | { readonly do: 'split'; readonly prefix: string; readonly root: Root; readonly window: DayWindow }
  /** List what is under a prefix, between two days where it is in a root. */
  | { readonly do: 'list'; readonly prefix: string; readonly root?: Root; readonly window?: DayWindow };

/** Folders outside the known layouts that are opened to look for the layouts inside; the rest is listed in full. */
const PROBES = 64;
const PROBE_CHILDREN = 100;
/** A longer time than this is split. */
const SPLIT_DAYS = 62;
const DAY_MS = 86_400_000;

class BucketWalk {
  readonly unsettledFrom = new Map<string, string | undefined>();
  readonly #pages: Pages;
  readonly #offer: Offer;
  readonly #options: WalkOptions;
  /** Somebody who asks for logs of another service is shown that they are not read. */
  readonly #asksForForeign: boolean;
  #probes = PROBES;

  constructor(pages: Pages, offer: Offer, options: WalkOptions) {
    this.#pages = pages;
    this.#offer = offer;
    this.#options = options;
    this.#asksForForeign = infoWithin(options.prefix).kind === 'foreign';
  }

  async run(task: Task, signal: AbortSignal): Promise<readonly Task[]> {
    switch (task.do) {
      case 'visit':
        return await this.#visit(task.prefix, signal);
      case 'branch':
        return (await this.#folders(task.prefix, undefined, signal)).map((prefix) => ({ do: 'visit', prefix }));
      case 'split':
        return await this.#split(task, signal);
      case 'list':
        await this.#list(task, signal);
        return [];
    }
  }

  async #visit(prefix: string, signal: AbortSignal): Promise<readonly Task[]> {
    const { kind, layout } = infoWithin(prefix);
    if (kind === 'foreign' && !this.#asksForForeign) {
      this.#options.onLeftOut(prefix);
      return [];
    }
    // What only looks like metadata, outside the layouts, may be the folder in which one of them begins.
    const nothingInIt = skipReasonOf(kind) !== undefined && (kind !== 'metadata' || layout !== undefined);
    if (nothingInIt && !this.#options.countSkipped) return [];
    const place = placeOfPrefix(folderOf(prefix));
    if (place.kind === 'unknown') return await this.#probe(prefix, signal);
    const window = this.#windowOf(place);
    if (window === undefined) return [];
    if (place.kind === 'branch') return [{ do: 'branch', prefix }];
    const { root } = place;
    if (!this.unsettledFrom.has(root.prefix)) this.unsettledFrom.set(root.prefix, undefined);
    const whole = prefix === root.prefix && this.#isLong(window);
    return [whole ? { do: 'split', prefix, root, window } : { do: 'list', prefix, root, window }];
  }

  /** The days to look at; undefined where an account or region is not asked for, or nothing can have changed. */
  #windowOf(place: Exclude<Place, { kind: 'unknown' }>): DayWindow | undefined {
    const { filters, openFrom } = this.#options;
    const { accounts = [], regions } = filters;
    const { account, region, prefix } = place.kind === 'branch' ? { ...place, prefix: '' } : place.root;
    if (account !== undefined && /^\d{12}$/.test(account) && accounts.length > 0 && !accounts.includes(account))
      return undefined;
    const window = region === undefined ? {} : regionWindow(region, dayWindow(filters), regions);
    const open = openFrom.get(prefix);
    if (window === undefined || open === undefined || (window.first ?? '') >= open) return window;
    return window.last === undefined || window.last >= open ? { ...window, first: open } : undefined;
  }

  #isLong({ first, last }: DayWindow): boolean {
    const { today } = this.#options;
    const end = last === undefined || last > today ? today : last;
    return first === undefined || Date.parse(end) - Date.parse(first) > SPLIT_DAYS * DAY_MS;
  }

  /** Opens a folder that no layout names: where it holds a few folders and nothing else, they are visited. */
  async #probe(prefix: string, signal: AbortSignal): Promise<readonly Task[]> {
    if (this.#probes > 0) {
      this.#probes -= 1;
      const { refs, folders, more } = await this.#firstPage(prefix, signal);
      const onlyFolders = refs.every(({ key }) => key === prefix) && !more;
      if (onlyFolders && folders.length > 0 && folders.length <= PROBE_CHILDREN) {
        await this.#take(refs, undefined);
        return folders.map((folder) => ({ do: 'visit', prefix: folder }));
      }
    }
    return [{ do: 'list', prefix }];
  }

  async #firstPage(prefix: string, signal: AbortSignal): Promise<Page> {
    for await (const page of this.#pages({ prefix, level: true }, signal)) return page;
    return { refs: [], folders: [], more: false };
  }

  /** The folders of one level. Objects that lie beside them are offered. */
  async #folders(prefix: string, root: Root | undefined, signal: AbortSignal): Promise<string[]> {
    const all: string[] = [];
    for await (const { refs, folders } of this.#pages({ prefix, level: true }, signal)) {
      all.push(...folders);
      await this.#take(refs, root);
    }
    return all;
  }

  async #split({ prefix, root, window }: Task & { do: 'split' }, signal: AbortSignal): Promise<readonly Task[]> {
    const tasks = new Map<string, Task>();
    for (const folder of await this.#folders(prefix, root, signal)) {
      const name = folder.slice(prefix.length);
      // Security Lake has only days: those of a month share a listing.
      const unit = prefix + (/^eventDay=\d{4}-?\d{2}/.exec(name)?.[0] ?? name);
      const isYear = prefix === root.prefix && /^\d{4}\/$/.test(name);
      const isDate = isYear || unit !== folder || /^\d{2}\/$/.test(name);
      if (!isDate) tasks.set(folder, { do: 'list', prefix: folder });
      else if (overlaps(unit.replace(/\/$/, ''), root, window))
        tasks.set(unit, { do: isYear ? 'split' : 'list', prefix: unit, root, window });
    }
    return [...tasks.values()];
  }

  async #list({ prefix, root, window = {} }: Task & { do: 'list' }, signal: AbortSignal): Promise<void> {
    const stretches: readonly Stretch[] = root === undefined ? [{ prefix }] : stretchesOf(prefix, root, window);
    for (const { last, ...request } of stretches)
      for await (const { refs } of this.#pages(request, signal)) {
        await this.#take(refs, root);
        const end = refs.at(-1)?.key;
        if (last !== undefined && end !== undefined && end.slice(0, last.length) > last) break;
      }
  }

  async #take(refs: readonly ObjectRef[], root: Root | undefined): Promise<void> {
    const unsettled = await this.#offer(refs);
    if (root === undefined) return;
    for (const { key } of unsettled) {
      const { day = '' } = classifyKey(key);
      const first = this.unsettledFrom.get(root.prefix);
      if (first === undefined || day < first) this.unsettledFrom.set(root.prefix, day);
    }
  }
}

function folderOf(prefix: string): string {
  return prefix.slice(0, prefix.lastIndexOf('/') + 1);
}

/** What its key would say of an object that lies in this folder. */
function infoWithin(prefix: string): KeyInfo {
  return classifyKey(`${folderOf(prefix)}x`);
}

/** Whether keys that start so can lie within the days: compared by as much of the day as the start has. */
function overlaps(start: string, root: Root, { first, last }: DayWindow): boolean {
  const hyphenated = isHyphenated(start, root);
  const upTo = (day: string): string => dayPrefix(root, day, hyphenated).slice(0, start.length);
  return (first === undefined || start >= upTo(first)) && (last === undefined || start <= upTo(last));
}
