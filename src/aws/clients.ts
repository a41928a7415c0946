import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { besidesPublic } from '../config/pem.ts';
import { endpointOf, parseQueue, type AwsService } from './endpoint.ts';

/** How to reach AWS; what is absent comes from the SDK's own environment and profile. */
export interface AwsOptions {
  readonly region?: string;
  /** A VPC endpoint, which serves the service in its name, or an emulator or compatible store, which serves all. */
  readonly endpoint?: string;
  /** Bucket in the path instead of the host name. Default: where a custom endpoint is given. */
  readonly pathStyle?: boolean;
  readonly credentials?: AwsCredentials;
  /** URL of an HTTP(S) proxy. */
  readonly proxy?: string;
  /** PEM file of the authority that signed the endpoint or the proxy. */
  readonly ca?: string;
  /** Connections at once. Default 128. */
  readonly maxSockets?: number;
}

export interface AwsCredentials {
  readonly profile?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  /** A role to assume with the credentials above, or with those of the default chain. Renewed before they expire. */
  readonly roleArn?: string;
  readonly externalId?: string;
  /** Default `ocsf-cloudtrail`. */
  readonly sessionName?: string;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** To the first byte of an answer's end of headers; a long poll takes 20 s of it. */
const IDLE_TIMEOUT_MS = 60_000;

/** S3 knows where a bucket is, so a region is only where to ask first, and none is needed. */
export async function s3Client(options: AwsOptions): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const common = await commonOptions('s3', options);
  const make = (region: { region?: string }): S3Client =>
    new S3Client({
      ...common,
      ...region,
      ...pathStyleOf(options),
      // A queue names buckets of many regions.
      followRegionRedirects: true,
      // The formats carry checksums of their own, TLS another; theirs would cost more CPU than all else here.
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  const client = make({});
  if (options.region !== undefined) return client;
  try {
    await client.config.region();
    return client;
  } catch {
    client.destroy();
    return make({ region: 'us-east-1' });
  }
}

/** `queue`: as it is named; a region in its name goes before the SDK's, not before one that was configured. */
export async function sqsClient(options: AwsOptions, queue = ''): Promise<SQSClient> {
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const region = options.region ?? parseQueue(queue).region;
  return new SQSClient({
    ...(await commonOptions('sqs', { ...options, ...(region === undefined ? {} : { region }) })),
    // An emulator's queue URLs may name a host that only itself can reach.
    useQueueUrlAsEndpoint: options.endpoint === undefined,
  });
}

async function commonOptions(service: 's3' | 'sqs', options: AwsOptions) {
  const { region, credentials } = options;
  const profile = credentials?.profile;
  return {
    ...(await connectionOptions(service, options)),
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials: await credentialsOf(credentials, options) }),
    maxAttempts: 5,
  };
}

async function connectionOptions(service: AwsService, options: AwsOptions) {
  const endpoint = endpointOf(service, options.endpoint);
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: IDLE_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      ...(await agents(options)),
    },
  };
}

async function agents({ proxy, ca, maxSockets = 128 }: AwsOptions) {
  // Behind a proxy of one's own, AWS still is AWS.
  const trust = ca === undefined ? {} : { ca: besidesPublic(ca) };
  const common = { keepAlive: true, maxSockets };
  if (proxy === undefined)
    return { httpAgent: new HttpAgent(common), httpsAgent: new HttpsAgent({ ...common, ...trust }) };
  const { HttpProxyAgent, HttpsProxyAgent } = await import('hpagent');
  const through = { ...common, proxy, proxyRequestOptions: trust };
  return { httpAgent: new HttpProxyAgent(through), httpsAgent: new HttpsProxyAgent({ ...through, ...trust }) };
}

/** Credentials for requests that are signed elsewhere, such as those to a cluster; renewed each time they are asked for. */
export async function credentialProvider(options: AwsOptions): Promise<AwsCredentialIdentityProvider> {
  const found = await credentialsOf(options.credentials ?? {}, options);
  return typeof found === 'function' ? found : async () => found;
}

/** The base credentials, and on top of them the role. */
async function credentialsOf(
  credentials: AwsCredentials,
  options: AwsOptions,
): Promise<AwsCredentialIdentity | AwsCredentialIdentityProvider> {
  const { profile, accessKeyId, secretAccessKey, sessionToken, roleArn, externalId } = credentials;
  const { fromNodeProviderChain, fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const base =
    accessKeyId !== undefined && secretAccessKey !== undefined
      ? { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
      : fromNodeProviderChain(profile === undefined ? {} : { profile });
  if (roleArn === undefined) return base;
  const { region } = options;
  return fromTemporaryCredentials({
    masterCredentials: base,
    params: {
      RoleArn: roleArn,
      RoleSessionName: credentials.sessionName ?? 'ocsf-cloudtrail',
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    },
    clientConfig: {
      ...(await connectionOptions('sts', options)),
      ...(region === undefined ? {} : { region }),
      ...(profile === undefined ? {} : { profile }),
    },
  });
}

function pathStyleOf({ pathStyle, endpoint }: AwsOptions): { forcePathStyle?: boolean } {
  if (pathStyle !== undefined) return { forcePathStyle: pathStyle };
  return endpointOf('s3', endpoint) === undefined ? {} : { forcePathStyle: true };
}
