import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Client } from '@opensearch-project/opensearch';
import { emulatorEnvironment, provideAws, provideOpenSearch, type Provided } from '../../../src/runtime/environment.ts';
import { installAlias } from '../../support/installed.ts';
import { deleteAlias, uniqueName } from '../../support/servers.ts';
import { cpuSeconds, pidOfPort } from './usage.ts';

/** A real server, and what it has used. */
export interface Server {
  readonly url: string;
  /** Seconds of one core since it was started. */
  cpuSeconds(): number;
}

export interface Cluster extends Server {
  readonly client: Client;
  /** Installs our templates under an alias that nothing else uses. */
  install(): Promise<Installed>;
}

export interface Installed {
  readonly alias: string;
  /** Events behind the alias, after a refresh. */
  count(): Promise<number>;
  remove(): Promise<void>;
}

export interface Emulator extends Server {
  readonly s3: S3Client;
  /** What a program needs in its environment to use it. */
  readonly env: Readonly<Record<string, string>>;
  /** A new bucket with these objects. Its name. */
  bucket(objects: Iterable<{ key: string; body: Uint8Array }>): Promise<string>;
}

/** Servers are started when the first scenario asks for them, and shared by all. */
export interface Servers {
  readonly started: { readonly opensearch?: Cluster; readonly aws?: Emulator };
  opensearch(): Promise<Cluster>;
  aws(): Promise<Emulator>;
  stop(): Promise<void>;
}

export function createServers(): Servers {
  const started: { opensearch?: Cluster; aws?: Emulator } = {};
  const stops: (() => Promise<void>)[] = [];
  const use = (provided: Provided): Server => {
    stops.push(() => provided.stop());
    const pid = pidOfPort(Number(new URL(provided.url).port));
    return { url: provided.url, cpuSeconds: () => cpuSeconds(pid) };
  };
  return {
    started,
    async opensearch() {
      return (started.opensearch ??= clusterOf(use(await provideOpenSearch({ profile: 'demo' })), stops));
    },
    async aws() {
      return (started.aws ??= emulatorOf(use(await provideAws()), stops));
    },
    async stop() {
      for (const stop of stops.reverse()) await stop();
    },
  };
}

function clusterOf(server: Server, stops: (() => Promise<void>)[]): Cluster {
  const client = new Client({ node: server.url, maxRetries: 0, requestTimeout: 120_000 });
  // The test helpers for aliases look for it here.
  process.env['OPENSEARCH_URL'] = server.url;
  stops.push(() => client.close());
  return {
    ...server,
    client,
    async install() {
      const alias = uniqueName('bench');
      await installAlias(client, alias);
      return {
        alias,
        async count() {
          await client.indices.refresh({ index: alias });
          const { body } = await client.count({ index: alias });
          return body.count;
        },
        remove: () => deleteAlias(client, alias),
      };
    },
  };
}

function emulatorOf(server: Server, stops: (() => Promise<void>)[]): Emulator {
  const env = emulatorEnvironment(server.url);
  const s3 = new S3Client({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
  });
  stops.push(async () => s3.destroy());
  return {
    ...server,
    env,
    s3,
    async bucket(objects) {
      const Bucket = uniqueName('bench');
      await s3.send(new CreateBucketCommand({ Bucket }));
      for (const { key, body } of objects)
        await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body, ContentLength: body.length }));
      return Bucket;
    },
  };
}
