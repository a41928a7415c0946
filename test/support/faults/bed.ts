import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { expect } from '@jest/globals';
import { Client } from '@opensearch-project/opensearch';
import { stringify } from 'yaml';
import { defaultConfig } from '../../../src/config/load.ts';
import type { ConfigFile } from '../../../src/config/schema.ts';
import { shipped } from '../../../src/content/root.ts';
import type { RawRecord } from '../../../src/demo/record.ts';
import { sourceSpecs } from '../../../src/config/sources.ts';
import { runIngest, type RunOptions } from '../../../src/ingest/run.ts';
import type { RunReport } from '../../../src/ingest/totals.ts';
import { silentLogger } from '../../../src/logger.ts';
import { names } from '../../../src/names.ts';
import { faultProxy, type FaultProxy, type FaultProxyOptions } from '../fault-proxy.ts';
import { installAlias } from '../installed.ts';
import {
  createBucket,
  createQueue,
  deleteAlias,
  notifyQueue,
  serverUrl,
  testS3,
  testSqs,
  uniqueName,
} from '../servers.ts';
import { delivered, eventId, events } from './events.ts';
import { report, type FaultResult } from './results.ts';

export interface BedOptions extends FaultProxyOptions {
  /** Default: the cluster of the test run. */
  readonly opensearchUrl?: string;
  readonly replicas?: number;
}

/** A run of the program that was begun. */
export interface Child {
  readonly process: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** What it printed with `--json`, once it has ended by itself. */
  report(): RunReport;
  readonly stderr: () => string;
}

export interface StartOptions {
  /** More arguments. */
  readonly args?: readonly string[];
  /** The clock of the process runs ahead by so much (behind, where negative). */
  readonly skewMs?: number;
  /** Name of the host that the process believes to be on. */
  readonly host?: string;
}

/** A bucket full of events, an alias of its own, and proxies that break the ways to both. */
export class Bed {
  readonly alias = uniqueName('faults');
  readonly seed = this.alias;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly cluster: Client;
  readonly opensearch: FaultProxy;
  readonly aws: FaultProxy;
  readonly bucket: string;
  #objects = 0;
  #events = 0;
  #duplicates = 0;
  readonly #folder = mkdtempSync(join(tmpdir(), 'faults-'));
  readonly #closing: (() => Promise<unknown>)[] = [];
  readonly #children = new Set<ChildProcess>();

  private constructor(parts: Pick<Bed, 's3' | 'sqs' | 'cluster' | 'opensearch' | 'aws' | 'bucket'>) {
    this.s3 = parts.s3;
    this.sqs = parts.sqs;
    this.cluster = parts.cluster;
    this.opensearch = parts.opensearch;
    this.aws = parts.aws;
    this.bucket = parts.bucket;
  }

  static async make(options: BedOptions = {}): Promise<Bed> {
    const { opensearchUrl = serverUrl('OPENSEARCH_URL'), replicas = 0 } = options;
    const s3 = testS3();
    const sqs = testSqs();
    const cluster = new Client({ node: opensearchUrl, maxRetries: 3, requestTimeout: 60_000 });
    const [opensearch, aws, { bucket, remove }] = await Promise.all([
      faultProxy(opensearchUrl, [], options),
      faultProxy(serverUrl('AWS_ENDPOINT_URL'), [], options),
      createBucket(s3, 'faults'),
    ]);
    const bed = new Bed({ s3, sqs, cluster, opensearch, aws, bucket });
    bed.#closing.push(remove);
    await installAlias(cluster, bed.alias, { replicas });
    return bed;
  }

  /** Puts objects of `perObject` new events each into the bucket; `change` may spoil some. */
  async send(objects: number, perObject: number, change = (record: RawRecord): object => record): Promise<string[]> {
    const keys: string[] = [];
    for (let i = 0; i < objects; i += 1) {
      const { key, body } = await delivered(this.#objects, events(this.seed, this.#events, perObject), change);
      await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body }));
      this.#objects += 1;
      this.#events += perObject;
      keys.push(key);
    }
    return keys;
  }

  get sent(): number {
    return this.#events;
  }

  get objects(): number {
    return this.#objects;
  }

  get source(): string {
    return `s3://${this.bucket}/`;
  }

  get names(): ReturnType<typeof names> {
    return names(this.alias);
  }

  /** A queue that hears of every object put from now on. */
  async queue(attributes: Record<string, string> = {}): Promise<{ url: string; arn: string }> {
    const queue = await createQueue(this.sqs, 'faults', attributes);
    this.#closing.push(queue.remove);
    await notifyQueue(this.s3, this.bucket, queue.arn);
    return queue;
  }

  /** A run in this process, through the proxies, to its end. */
  async ingest(
    words: readonly string[] = [this.source],
    { settings, ...change }: Partial<RunOptions> & { settings?: Partial<ConfigFile['ingest']> } = {},
  ): Promise<RunReport> {
    const never = new AbortController().signal;
    const flags = { awsRegion: 'us-east-1', awsEndpoint: this.aws.url };
    const done = await runIngest({
      opensearch: { url: this.opensearch.url, insecure: false },
      alias: this.alias,
      sources: sourceSpecs(words, flags, undefined, Date.now()),
      ingest: { ...defaultConfig().ingest, threads: 1, ...settings },
      follow: false,
      force: false,
      logger: silentLogger,
      signals: { drain: never, abort: never },
      ...change,
    });
    this.#duplicates += done.events.duplicate;
    return done;
  }

  /** Runs until a run finds nothing left to read. Gives the number of runs before. */
  async ingestAll(words: readonly string[] = [this.source], most = 20): Promise<number> {
    for (let run = 0; ; run += 1) {
      const { objects } = await this.ingest(words);
      const left = objects.done + objects.failed + (objects.skips['gone'] ?? 0) + (objects.skips['held'] ?? 0);
      if (left === 0) return run;
      if (run >= most) throw new Error(`Run ${run} still found ${left} objects to read.`);
    }
  }

  /** The program itself, through the proxies. */
  start(words: readonly string[] = [this.source], options: StartOptions = {}): Child {
    const flags = ['--alias', this.alias, '--json', '--threads', '1'];
    const servers = ['--opensearch-url', this.opensearch.url, '--aws-endpoint', this.aws.url];
    const preload = preloadOf(options);
    const args = [shipped('dist', 'cli.js'), 'ingest', ...words, ...flags, ...servers, ...(options.args ?? [])];
    const child = spawn(process.execPath, [...preload, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.add(child);
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (output.stderr = (output.stderr + text).slice(-20_000)));
    const ended = once(child, 'close').then(([code, signal]) => {
      this.#children.delete(child);
      if (code !== null && output.stdout !== '') this.#duplicates += parse(output.stdout).events.duplicate;
      return (code ?? signal) as number | NodeJS.Signals;
    });
    return { process: child, ended, report: () => parse(output.stdout), stderr: () => output.stderr };
  }

  /** A configuration file; gives its path. */
  config(content: object): string {
    const path = join(this.#folder, `${uniqueName('config')}.yml`);
    writeFileSync(path, stringify(content));
    return path;
  }

  /** Counts what came of everything that was sent, says so, and insists that nothing is lost or there twice. */
  async account(fault: string, struck: number, skipped = 0): Promise<FaultResult> {
    const [found, letters] = [new Map<string, number>(), new Set<string>()];
    for await (const id of this.ids(this.names.indexPattern)) found.set(id, (found.get(id) ?? 0) + 1);
    for await (const id of this.ids(this.names.deadLetters)) letters.add(id);
    const ids = Array.from({ length: this.#events }, (_, number) => eventId(this.seed, number));
    const known = new Set(ids);
    // What was rejected before it became a document has a letter of another id.
    const unnamed = [...letters].filter((id) => !known.has(id)).length;
    const lost = ids.filter((id) => !found.has(id) && !letters.has(id)).length - unnamed - skipped;
    const documents = [...found.values()].reduce((sum, count) => sum + count, 0);
    const result = {
      fault,
      sent: this.#events,
      indexed: found.size,
      twice: documents - found.size,
      duplicates: this.#duplicates,
      deadLettered: letters.size,
      skipped,
      struck,
    };
    report(result);
    expect({ lost, twice: result.twice }).toEqual({ lost: 0, twice: 0 });
    expect(result.indexed + result.deadLettered + result.skipped).toBe(result.sent);
    return result;
  }

  /** The ids of all documents of these indices. */
  async *ids(index: string): AsyncGenerator<string> {
    await this.cluster.indices.refresh({ index, ignore_unavailable: true });
    const keep_alive = '2m';
    // Of no index at all, OpenSearch opens no point in time.
    if (!(await this.cluster.indices.exists({ index, allow_no_indices: false })).body) return;
    const { body: pit } = await this.cluster.createPit({ index: [index], keep_alive });
    const id = pit.pit_id ?? '';
    try {
      for (let after: unknown[] | undefined; ;) {
        const page = { size: 10_000, _source: false, pit: { id, keep_alive }, sort: ['_shard_doc'] };
        const { body } = await this.cluster.search({
          body: { ...page, ...(after === undefined ? {} : { search_after: after }) } as Record<string, unknown>,
        });
        const hits = body.hits.hits as unknown as { _id: string; sort: unknown[] }[];
        yield* hits.map(({ _id }) => _id);
        after = hits.at(-1)?.sort;
        if (after === undefined) return;
      }
    } finally {
      await this.cluster.deletePit({ body: { pit_id: [id] } });
    }
  }

  /** Rows of the ledger that are in this state. */
  async rows(state: string): Promise<number> {
    const index = this.names.ledger;
    await this.cluster.indices.refresh({ index, ignore_unavailable: true });
    const { body } = await this.cluster.count({ index, ignore_unavailable: true, q: `state:${state}` });
    return body.count;
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.opensearch.close();
    await this.aws.close();
    await deleteAlias(this.cluster, this.alias).catch(() => undefined);
    for (const close of this.#closing.reverse()) await close();
    await this.cluster.close();
    this.s3.destroy();
    this.sqs.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function parse(stdout: string): RunReport {
  return JSON.parse(stdout) as RunReport;
}

/** Node options that make a process believe in another time or host. */
function preloadOf({ skewMs, host }: StartOptions): string[] {
  const lines = [
    ...(host === undefined
      ? []
      : [
          `import os from 'node:os'; import { syncBuiltinESMExports } from 'node:module';`,
          `os.hostname = () => ${JSON.stringify(host)}; syncBuiltinESMExports();`,
        ]),
    ...(skewMs === undefined
      ? []
      : [
          `const Real = Date; const now = () => Real.now() + ${skewMs};`,
          `globalThis.Date = class Date extends Real { constructor(...a) { a.length === 0 ? super(now()) : super(...a); } static now() { return now(); } };`,
        ]),
  ];
  return lines.length === 0 ? [] : ['--import', `data:text/javascript,${encodeURIComponent(lines.join('\n'))}`];
}
