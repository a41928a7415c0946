/**
 * Where a prefix (empty, or ending in `/`) stands in the layouts of CloudTrail and Security Lake.
 * `branch`: holds only folders that the layout names. `root`: holds the folders of the days. `within`: inside a root.
 */
export type Place =
  | { readonly kind: 'branch'; readonly account?: string; readonly region?: string }
  | { readonly kind: 'root'; readonly root: Root }
  | { readonly kind: 'within'; readonly root: Root }
  | { readonly kind: 'unknown' };

/** The folder of one account and region. */
export interface Root {
  readonly prefix: string;
  readonly layout: 'cloudtrail' | 'security-lake';
  readonly account: string;
  readonly region: string;
}

const CLOUDTRAIL =
  /^((?:.*\/)?AWSLogs\/)(?:(o-[a-z0-9]+)\/)?(?:(\d{12})\/(?:([^/]+)\/(?:([a-z0-9-]+)\/)?)?)?(\d{4}\/(?:\d{2}\/(?:\d{2}\/)?)?)?$/s;
const SECURITY_LAKE = /^((?:.*\/)?region=([^/]+)\/)(?:(accountId=([^/]+)\/)(eventDay=.*)?)?$/s;

export function placeOfPrefix(prefix: string): Place {
  const trail = CLOUDTRAIL.exec(prefix);
  if (trail !== null) {
    const [, , , account, service, region, days] = trail;
    if (account === undefined) return { kind: 'branch' };
    if (service === undefined) return { kind: 'branch', account };
    if (!service.startsWith('CloudTrail')) return { kind: 'unknown' };
    if (region === undefined) return { kind: 'branch', account };
    const root: Root = {
      prefix: prefix.slice(0, prefix.length - (days?.length ?? 0)),
      layout: 'cloudtrail',
      account,
      region,
    };
    return { kind: days === undefined ? 'root' : 'within', root };
  }
  const lake = SECURITY_LAKE.exec(prefix);
  if (lake === null) return { kind: 'unknown' };
  const [, regionPrefix = '', region = '', accountPart, account, days] = lake;
  if (accountPart === undefined || account === undefined) return { kind: 'branch', region };
  const root: Root = {
    prefix: regionPrefix + accountPart,
    layout: 'security-lake',
    account,
    region,
  };
  return { kind: days === undefined ? 'root' : 'within', root };
}

/** Whether a prefix in a root writes its days with hyphens, as some custom sources do: `…/eventDay=2026-11-21`. */
export function isHyphenated(prefix: string, root: Root): boolean {
  return root.layout === 'security-lake' && /^eventDay=\d{4}-/.test(prefix.slice(root.prefix.length));
}

/** How the keys of a day begin: `…/2026/11/21`, `…/eventDay=20261121`, or with hyphens `…/eventDay=2026-11-21`. */
export function dayPrefix(root: Root, day: string, hyphenated = false): string {
  if (root.layout === 'cloudtrail') return `${root.prefix}${day.replaceAll('-', '/')}`;
  return `${root.prefix}eventDay=${hyphenated ? day : day.replaceAll('-', '')}`;
}

/** Keys under a prefix after one key, up to those that begin with another. */
export interface Stretch {
  readonly prefix: string;
  readonly after?: string;
  readonly last?: string;
}

/**
 * What to list for the days from `first` through `last`. Days with hyphens come before all others of their year, so of the
 * first year they are a stretch of their own; in later years they lie inside the other one.
 */
export function stretchesOf(
  prefix: string,
  root: Root,
  { first, last }: { readonly first?: string; readonly last?: string },
): readonly Stretch[] {
  const stretch = (within: string, hyphenated: boolean): Stretch => {
    const after = first === undefined ? '' : dayPrefix(root, first, hyphenated);
    return {
      prefix: within,
      ...(after > within ? { after } : {}),
      ...(last === undefined ? {} : { last: dayPrefix(root, last, hyphenated) }),
    };
  };
  if (isHyphenated(prefix, root)) return [stretch(prefix, true)];
  const days = stretch(prefix, false);
  if (root.layout === 'cloudtrail' || first === undefined) return [days];
  const hyphenatedYear = dayPrefix(root, first.slice(0, 5), true);
  return hyphenatedYear.startsWith(prefix) ? [stretch(hyphenatedYear, true), days] : [days];
}
