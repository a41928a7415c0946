import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Client } from '@opensearch-project/opensearch';
import type { RunReport } from '../ingest/totals.ts';
import { runInstall } from '../install/run.ts';
import { names, type Names } from '../names.ts';
import { generateEvents, toldStories } from './generate.ts';
import type { RawRecord } from './record.ts';
import type { DemoResult, DemoServer } from './result.ts';
import { buildStage, fillStage } from './stage.ts';
import { deliver } from './write/deliver.ts';

/** What the demo plays with: servers that run, and the ingester. */
export interface DemoPorts {
  readonly opensearch: DemoServer;
  readonly client: Client;
  readonly aws: DemoServer;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  /** Ingests `s3://bucket` or a queue's URL to its end. */
  readonly ingest: (source: string) => Promise<RunReport>;
}

export interface DemoOptions {
  readonly seed: string;
  /** Epoch ms. */
  readonly now: number;
  readonly hours: number;
  readonly events: number;
  readonly alias: string;
  /** Replicas of a new index; undefined keeps what is installed, or the default. */
  readonly replicas?: number;
  /** First part of the names of buckets and queue. */
  readonly name: string;
  /** Told what begins. */
  readonly say: (line: string) => void;
}

/** Fills buckets with generated events, installs, ingests by listing and by SQS, and looks whether every event is there. */
export async function runDemo(ports: DemoPorts, options: DemoOptions, signal: AbortSignal): Promise<DemoResult> {
  const { client, s3, sqs } = ports;
  const { seed, hours, events, say } = options;
  // Whole seconds, as CloudTrail's own times are.
  const end = Math.floor(options.now / 1000) * 1000;
  const range = { seed, end, hours, events };
  const own = names(options.alias);

  say(`Making up ${events} CloudTrail events and uploading them …`);
  const stage = await buildStage(s3, sqs, options.name);
  const delivered = {
    trail: { bucket: stage.buckets.trail, objects: 0, bytes: 0 },
    lake: { bucket: stage.buckets.lake, objects: 0, bytes: 0 },
  };
  const ids: string[] = [];
  await fillStage(s3, stage, deliver(noting(generateEvents(range), ids), range), signal, ({ place, body }) => {
    delivered[place].objects += 1;
    delivered[place].bytes += body.length;
  });

  say('Installing templates and index …');
  const { version, steps } = await install(ports, own, options, end);
  signal.throwIfAborted();

  say('Ingesting the trail bucket by listing …');
  const began = new Date().toISOString();
  const listing = await ports.ingest(`s3://${stage.buckets.trail}`);
  signal.throwIfAborted();
  say('Ingesting the lake bucket by SQS …');
  const queue = await ports.ingest(stage.queueUrl);
  signal.throwIfAborted();

  return {
    opensearch: { ...ports.opensearch, version },
    aws: ports.aws,
    seed,
    start: end - hours * 3_600_000,
    end,
    events,
    delivered,
    queueUrl: stage.queueUrl,
    installed: steps.map(({ verb, what, name }) => ({ verb, what, name })),
    alias: own.alias,
    deadLettersIndex: own.deadLetters,
    listing,
    queue,
    rejected: await reasons(client, own, Object.values(stage.buckets), began),
    found: await countIds(client, own, ids),
    stories: toldStories(range),
  };
}

function* noting(records: Iterable<RawRecord>, ids: string[]): Generator<RawRecord> {
  for (const record of records) {
    ids.push(record.eventID);
    yield record;
  }
}

async function install({ client, opensearch }: DemoPorts, own: Names, { replicas }: DemoOptions, now: number) {
  const index = { alias: own.alias, ...(replicas === undefined ? {} : { replicas }) };
  const { clusterVersion, plan } = await runInstall(client, { url: opensearch.url, index, now });
  return { version: clusterVersion, steps: plan.steps };
}

/** How many of these ids are behind the alias. */
async function countIds(client: Client, own: Names, ids: readonly string[]): Promise<number> {
  let found = 0;
  for (let from = 0; from < ids.length; from += 10_000) {
    const query = { ids: { values: ids.slice(from, from + 10_000) } };
    found += (await client.count({ index: own.alias, body: { query } })).body.count;
  }
  return found;
}

/** Dead letters of these buckets since an instant, reason → number. */
async function reasons(
  client: Client,
  own: Names,
  buckets: readonly string[],
  since: string,
): Promise<Record<string, number>> {
  const filter = [{ terms: { bucket: buckets } }, { range: { rejected_at: { gte: since } } }];
  const answer = await client.transport.request({
    method: 'POST',
    path: `/${own.deadLetters}/_search?ignore_unavailable=true`,
    body: { size: 0, query: { bool: { filter } }, aggs: { reasons: { terms: { field: 'reason' } } } },
  });
  const { aggregations } = answer.body as unknown as {
    aggregations?: { reasons: { buckets: { key: string; doc_count: number }[] } };
  };
  return Object.fromEntries((aggregations?.reasons.buckets ?? []).map(({ key, doc_count }) => [key, doc_count]));
}
