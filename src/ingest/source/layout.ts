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

/** How the keys of a day begin: `…/2026/11/21` or `…/eventDay=20261121`. */
export function dayPrefix(root: Root, day: string): string {
  return root.layout === 'cloudtrail'
    ? `${root.prefix}${day.replaceAll('-', '/')}`
    : `${root.prefix}eventDay=${day.replaceAll('-', '')}`;
}
