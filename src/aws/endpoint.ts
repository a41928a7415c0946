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
