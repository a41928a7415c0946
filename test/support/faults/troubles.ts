import type { Random } from '../../../src/demo/random.ts';
import type { Fault, FaultProxy, FaultRule } from '../fault-proxy.ts';

type Match = NonNullable<FaultRule['match']>;

/** An answer of S3, in its words. */
export function s3Error(status: number, code: string): Fault {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>injected</Message></Error>`;
  return { respond: { status, headers: { 'content-type': 'application/xml' }, body } };
}

/** An answer of OpenSearch, in its words. */
export function clusterError(status: number, type: string): Fault {
  const body = JSON.stringify({ error: { type, reason: 'injected' }, status });
  return { respond: { status, headers: { 'content-type': 'application/json' }, body } };
}

/** What S3 does to a read. */
export const s3Troubles: readonly Fault[] = [
  s3Error(503, 'SlowDown'),
  s3Error(403, 'AccessDenied'),
  s3Error(404, 'NoSuchKey'),
  { respond: { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>not here</html>' } },
  s3Error(500, 'InternalError'),
  { reset: 'before' },
  { reset: 'after' },
  { truncateAfter: 300 },
];

/** What a cluster, or the way to it, does to a request. */
export const clusterTroubles: readonly Fault[] = [
  clusterError(429, 'rejected_execution_exception'),
  clusterError(503, 'cluster_manager_not_discovered_exception'),
  { reset: 'before' },
  { reset: 'after' },
  { truncateAfter: 40 },
  { delayMs: 3000, reset: 'before' },
];

/** Requests of SQS by their operation. */
export function operation(name: string): Match {
  return { headers: { 'x-amz-target': new RegExp(`\\.${name}$`) } };
}

/** Each of these faults strikes a matching request with this probability. */
export function sometimes(
  proxy: FaultProxy,
  match: Match,
  faults: readonly Fault[],
  probability: number,
  random: Random,
): void {
  for (const fault of faults) proxy.add({ match, nth: () => random.chance(probability), fault });
}

/** SQS loses answers, and says that messages stay hidden when they do not. */
export function queueTroubles(proxy: FaultProxy, probability: number, random: Random): void {
  sometimes(proxy, operation('ChangeMessageVisibilityBatch'), [NOT_HIDDEN], probability, random);
  for (const name of ['DeleteMessageBatch', 'ReceiveMessage'])
    sometimes(proxy, operation(name), [{ reset: 'after' }], probability, random);
}

/** Says yes to every message of a batch, and does nothing. */
export const NOT_HIDDEN: Fault = {
  respond: {
    status: 200,
    body({ body }) {
      const { Entries } = JSON.parse(body.toString()) as { Entries: { Id: string }[] };
      return JSON.stringify({ Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] });
    },
  },
};
