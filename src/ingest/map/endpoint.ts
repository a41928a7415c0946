import type { CloudTrailRecord } from './cloudtrail.ts';
import { isIp } from './ip.ts';
import { text } from './json.ts';

/** Where the request came from: an address, or the name of an AWS service (which OCSF wants as a name too); the VPC endpoint. */
export function mapSource(record: CloudTrailRecord) {
  const address = text(record.sourceIPAddress);
  const uid = text(record.vpcEndpointId);
  if (address === undefined && uid === undefined) return undefined;
  const ip = address !== undefined && isIp(address);
  const domain = ip ? undefined : address;
  return { ip: ip ? address : undefined, domain, name: nameOf(ip, domain, uid), uid };
}

/** An endpoint needs an address, an id or a name in OCSF 1.1.0: a domain is not enough. */
export function nameOf(hasAddress: boolean, domain: string | undefined, uid: string | undefined): string | undefined {
  return hasAddress || uid !== undefined || domain === '' ? undefined : domain;
}
