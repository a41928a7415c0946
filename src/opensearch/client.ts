import { Client } from '@opensearch-project/opensearch';
import type { OpenSearchConfig } from '../config/config.ts';
import { readPem } from '../config/pem.ts';
import { AppError } from '../errors.ts';
import { quietConnection } from './connection.ts';
import { signer } from './signer.ts';

/** The one place where a client is made: authentication, TLS and time-outs. Retries are the callers' own. */
export function createClient(config: OpenSearchConfig, options: { requestTimeoutMs?: number } = {}): Client {
  refuseUnusable(config);
  const { Connection, ...signing } = config.aws === undefined ? {} : signer(config.aws);
  return new Client({
    node: config.url,
    maxRetries: 0,
    // It refuses a whole answer for one event with such a key, and whoever makes a call chooses keys. Nothing here merges answers.
    disablePrototypePoisoningProtection: true,
    requestTimeout: options.requestTimeoutMs ?? 60_000,
    ...signing,
    Connection: quietConnection(Connection),
    ...(config.username === undefined ? {} : { auth: { username: config.username, password: config.password ?? '' } }),
    ssl: {
      rejectUnauthorized: !config.insecure,
      ...(config.ca === undefined ? {} : { ca: readPem(config.ca) }),
      ...(config.cert === undefined ? {} : { cert: readPem(config.cert) }),
      ...(config.key === undefined ? {} : { key: readPem(config.key) }),
    },
  });
}

function refuseUnusable({ aws, username }: OpenSearchConfig): void {
  if (aws?.service === 'aoss')
    throw new AppError(
      'UNSUPPORTED_CLUSTER',
      'Amazon OpenSearch Serverless (aoss) takes no document ids, so events could not be kept unique.',
      {
        hint: 'Use an Amazon OpenSearch Service domain or a self-managed cluster.',
      },
    );
  if (aws !== undefined && username !== undefined)
    throw new AppError(
      'CONFIG',
      'The cluster has both a user name and AWS signing, and a request carries only one of them.',
      { hint: 'Remove the user (--username, OPENSEARCH_USERNAME, `username`), or `aws`.' },
    );
}
