import type { CloudTrailRecord } from './cloudtrail.ts';
import { isIp } from './ip.ts';
import { text } from './json.ts';

/** Where the request came from: an address, or the name of an AWS service; the VPC endpoint it passed. */
export function mapSource(record: CloudTrailRecord) {
  const address = text(record.sourceIPAddress);
  const uid = text(record.vpcEndpointId);
  if (address === undefined && uid === undefined) return undefined;
  const ip = address !== undefined && isIp(address);
  return { ip: ip ? address : undefined, domain: ip ? undefined : address, uid };
}
