import type { AwsCredentials } from '../aws/clients.ts';
import type { Period } from '../ingest/ports.ts';

/** How to reach the cluster. */
export interface OpenSearchConfig {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM file of the certificate authority. */
  readonly ca?: string;
  /** PEM files of the client certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
  /** Do not verify the certificate. Warned about at each start. */
  readonly insecure: boolean;
  /** Sign requests with AWS SigV4. Without credentials here: those of the SDK's default chain. */
  readonly aws?: { readonly region: string; readonly service: 'es' | 'aoss'; readonly credentials?: AwsCredentials };
}

/** How to reach OpenSearch Dashboards. */
export interface DashboardsConfig {
  /** With its base path, such as `https://host/_dashboards`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM file of the certificate authority. */
  readonly ca?: string;
  readonly insecure: boolean;
  /** Tenant of the security plugin; absent: the user's own default. */
  readonly tenant?: string;
  /** Id of a data source of OpenSearch Dashboards. */
  readonly dataSource?: string;
  /** Id of a workspace. */
  readonly workspace?: string;
}

export interface IndexConfig {
  readonly alias: string;
  /** Used by `install`; `ingest` reads what was installed. */
  readonly period: Period;
  readonly shards: number;
  readonly replicas: number;
}
