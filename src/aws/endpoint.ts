export type AwsService = 's3' | 'sqs' | 'sts';

/**
 * The endpoint to use for a service, from the one that was configured. An endpoint of AWS serves only the service in its
 * name (`https://vpce-1.s3.eu-west-1.vpce.amazonaws.com`); any other is an emulator or a compatible store and serves all.
 */
export function endpointOf(service: AwsService, endpoint: string | undefined): string | undefined {
  if (endpoint === undefined) return undefined;
  const { hostname } = new URL(endpoint);
  if (!/\.amazonaws\.com(\.cn)?$/.test(hostname)) return endpoint;
  return hostname.split(/[.-]/).includes(service) ? endpoint : undefined;
}

/** The region in the host name of a queue's URL, such as `eu-west-1` of `https://sqs.eu-west-1.amazonaws.com/…`. */
export function regionOfQueueUrl(url: string): string | undefined {
  const { hostname } = new URL(url);
  return (
    /(?:^|\.)sqs(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d+)\./.exec(hostname)?.[1] ??
    // Before 2017: eu-west-1.queue.amazonaws.com; us-east-1's had none.
    /^([a-z]{2}(?:-[a-z]+)+-\d+)\.queue\.amazonaws\.com/.exec(hostname)?.[1] ??
    (hostname === 'queue.amazonaws.com' ? 'us-east-1' : undefined)
  );
}

/** A queue as it is named: by URL, or by name, with the account that owns it where that is another. */
export interface QueueName {
  readonly url?: string;
  readonly name?: string;
  readonly owner?: string;
  readonly region?: string;
}

/** `https://sqs…/123456789012/name`, `sqs://name`, `sqs://123456789012/name`, `arn:aws:sqs:eu-west-1:123456789012:name`, `name`. */
export function parseQueue(queue: string): QueueName {
  if (/^https?:\/\//.test(queue)) {
    const region = regionOfQueueUrl(queue);
    return { url: queue, ...(region === undefined ? {} : { region }) };
  }
  const [, arnRegion, arnOwner, arnName] = /^arn:[^:]+:sqs:([^:]+):(\d{12}):(.+)$/.exec(queue) ?? [];
  if (arnName !== undefined && arnOwner !== undefined && arnRegion !== undefined)
    return { name: arnName, owner: arnOwner, region: arnRegion };
  const [, owner, name = queue] = /^(?:sqs:\/\/)?(?:(\d{12})\/)?([^/]*)$/.exec(queue) ?? [];
  return { name, ...(owner === undefined ? {} : { owner }) };
}
