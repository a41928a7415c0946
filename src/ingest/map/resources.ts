import type { CloudTrailRecord } from './cloudtrail.ts';
import { isObject, text } from './json.ts';

export interface Resource {
  readonly uid: string | undefined;
  /** The beginning that the ARNs of many objects share, where a record names no single one. */
  readonly name: string | undefined;
  readonly type: string | undefined;
  readonly owner: { readonly account: { readonly uid: string } } | undefined;
}

/** The resources of an API Activity event; the other classes of OCSF 1.1.0 have none, so theirs stay in `unmapped`. */
export function mapResources(record: CloudTrailRecord): Resource[] | undefined {
  if (!Array.isArray(record.resources)) return undefined;
  const resources: Resource[] = [];
  for (const resource of record.resources as unknown[]) {
    if (!isObject(resource)) continue;
    const uid = text(resource['ARN']);
    const type = text(resource['type']);
    const account = text(resource['accountId']);
    const name = uid === undefined ? text(resource['ARNPrefix']) : undefined;
    if (uid === undefined && name === undefined && type === undefined && account === undefined) continue;
    resources.push({ uid, name, type, owner: account === undefined ? undefined : { account: { uid: account } } });
  }
  return resources.length === 0 ? undefined : resources;
}
