import { setMaxListeners } from 'node:events';
import type { AwsOptions } from '../aws/clients.ts';
import type { OpenSearchConfig } from '../config/config.ts';
import { parsePause } from '../config/duration.ts';
import type { ConfigFile } from '../config/schema.ts';
import { AppError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { names } from '../names.ts';
import { createClient } from '../opensearch/client.ts';
import { readInstalled } from '../install/installed.ts';
import { createIndexDeadLetters } from './dead-letter/index.ts';
import { workerPoolExecutor } from './executor/worker-pool.ts';
import type { Filters } from './filter.ts';
import { ingest, type IngestOptions, type Signals } from './ingest.ts';
import { keepRunning } from './keep-running.ts';
import { createIndexLedger } from './ledger/index.ts';
import type { IngestPorts, ObjectReader, ObjectReport, ObjectSource } from './ports.ts';
import { renewed } from './renewed.ts';
import type { BackoffOptions } from './sink/backoff.ts';
import { createBulkSink } from './sink/bulk.ts';
import { Totals, type RunReport } from './totals.ts';
import { isGoneWorker, workerId } from './worker-id.ts';

/** A source as it is named on the command line or in the configuration file. */
export type SourceSpec = {
  readonly name: string;
  readonly filters: Filters;
  /** Objects read at once. */
  readonly concurrency: number;
  /** Pause between two listings or walks when following, or how long a receive waits; ms. */
  readonly pollMs: number;
} & (
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string; readonly aws: AwsOptions }
  | {
      readonly kind: 'sqs';
      readonly queue: string;
      readonly aws: AwsOptions;
      readonly deleteConsumed: boolean;
      /** Messages asked for in one receive. */
      readonly batchSize: number;
    }
  | { readonly kind: 'folder'; readonly path: string }
  /** A source that is open already; its objects are in S3. */
  | { readonly kind: 'opened'; readonly source: ObjectSource; readonly aws: AwsOptions }
);

export interface RunOptions {
  readonly opensearch: OpenSearchConfig;
  readonly alias: string;
  readonly sources: readonly SourceSpec[];
  readonly ingest: ConfigFile['ingest'];
  readonly follow: boolean;
  readonly force: boolean;
  readonly logger: Logger;
  readonly signals: Signals;
  readonly observer?: RunObserver;
  /** Told what was done all the same, before what made a source fail is thrown. */
  readonly onFailure?: (report: RunReport) => void;
  /** Silence of the cluster after which a request is offered again; a run that is told to leave waits as long. Default 60 s. */
  readonly timeoutMs?: number;
  /** Waits before a source that failed is tried again, when following. Default: from 30 s to 10 min. */
  readonly sourceWaits?: BackoffOptions;
}

/** Watches a run: progress and metrics. */
export interface RunObserver {
  /** Before the first object; asked for the backlog as often as it likes. */
  start?(sources: readonly ObjectSource[]): void;
  batch?: NonNullable<IngestOptions['onBatch']>;
  object?(report: ObjectReport): void;
  /** The cluster cannot take documents now, and is asked again after so many ms. */
  waiting?(reason: string, delayMs: number): void;
  /** A source of a run that follows has failed and is tried again later. */
  sourceFailed?(source: string): void;
}

const HOUR = 3_600_000;
const SOURCE_WAITS: BackoffOptions = { baseMs: 30_000, maxMs: 600_000 };

/** Wires the adapters to the chain and runs all sources together, over one sink, one ledger and one pool of threads. */
export async function runIngest(options: RunOptions): Promise<RunReport> {
  const started = performance.now();
  const { logger, signals, observer } = options;
  const { timeoutMs = 60_000 } = options;
  const client = createClient(options.opensearch, { requestTimeoutMs: timeoutMs });
  const closing: (() => Promise<unknown>)[] = [() => client.close()];
  try {
    const installed = await readInstalled(client, names(options.alias));
    const ours = names(options.alias);
    const onWait = ({ reason, delayMs }: { reason: string; delayMs: number }): void => {
      observer?.waiting?.(`${reason}; next try in ${Math.ceil(delayMs / 1000)} s`, delayMs);
      logger.debug({ reason, delayMs }, 'waiting for the cluster');
    };
    const { batchBytes, batchSize, requests, compress } = options.ingest;
    const leaseMs = parsePause(options.ingest.lease);
    const sink = createBulkSink(client, {
      maxBytes: batchBytes,
      maxDocuments: batchSize,
      requests,
      compress,
      timeoutMs,
      onWait,
    });
    const ledger = createIndexLedger(client, {
      index: ours.ledger,
      worker: workerId(),
      isGone: isGoneWorker,
      leaseMs,
      timeoutMs,
      onWait,
    });
    const deadLetters = createIndexDeadLetters(client, { index: ours.deadLetters, timeoutMs, onWait });
    const { threads } = options.ingest;
    const executor = workerPoolExecutor(threads === undefined ? {} : { threads });
    closing.unshift(
      () => executor.close(),
      () => sink.close(),
      () => ledger.close(),
    );

    const ending = new AbortController();
    const told: Signals = { ...signals, drain: AbortSignal.any([signals.drain, ending.signal]) };
    setMaxListeners(0, told.drain);
    const open = async (spec: SourceSpec) => openSource(spec, { ledger, options, closing });
    const opened = await Promise.all(options.sources.map(async (spec) => ({ spec, first: await open(spec) })));
    const sources = opened.map(({ first }) => first.source);
    observer?.start?.(sources);
    const totals = new Totals();
    const runSource = async (spec: SourceSpec, { source, reader }: OpenedSource): Promise<void> => {
      const ports: IngestPorts = { source, reader, executor, sink, ledger, deadLetters };
      // Says which times are in the future, so a run that follows for days needs a new one now and then.
      const encode = renewed(
        (now) => ({ indexPrefix: ours.indexPrefix, period: installed.period, now, filters: spec.filters, batchBytes }),
        HOUR,
      );
      const chain: IngestOptions = {
        get encode() {
          return encode();
        },
        maxInFlight: spec.concurrency,
        windowBytes: (requests + 2) * batchBytes,
        force: options.force,
        waitForHeld: !options.follow,
        renewMs: leaseMs / 3,
        ...(observer?.batch === undefined ? {} : { onBatch: observer.batch }),
        logger,
      };
      for await (const report of ingest(ports, chain, told)) {
        totals.add(report);
        observer?.object?.(report);
        if (report.state === 'failed')
          logger.warn(
            { source: spec.name, bucket: report.ref.bucket, key: report.ref.key, ...report.error },
            'object failed',
          );
      }
    };
    const runs = opened.map(async ({ spec, first }) => {
      if (!options.follow) return runSource(spec, first);
      const again = async (attempt: number): Promise<void> => {
        if (attempt === 1) return runSource(spec, first);
        const reopened = await open(spec);
        sources.push(reopened.source);
        await runSource(spec, reopened);
      };
      const onFailure = ({
        delayMs,
        ...failure
      }: {
        code: string;
        message: string;
        hint: string | undefined;
        delayMs: number;
      }): void => {
        observer?.sourceFailed?.(spec.name);
        logger.error(
          { source: spec.name, ...failure },
          `source failed; trying again in ${Math.ceil(delayMs / 1000)} s`,
        );
      };
      await keepRunning(again, { waits: options.sourceWaits ?? SOURCE_WAITS, onFailure, drain: told.drain }).finally(
        () => ending.abort(),
      );
    });
    const results = await Promise.allSettled(runs);
    const failed = results.flatMap((result, i) =>
      result.status === 'rejected' ? { name: opened[i]?.spec.name ?? '', error: result.reason as unknown } : [],
    );
    for (const { name, error } of failed)
      totals.addFailedSource({
        name,
        code: error instanceof AppError ? error.code : 'UNEXPECTED',
        message: messageOf(error),
      });
    // Who looks after a run sees what it did, not only what the next refresh brings; a user without the right does without.
    const written = [ours.indexPattern, ours.ledger, ours.deadLetters];
    if (!signals.abort.aborted)
      await client.indices.refresh({ index: written, ignore_unavailable: true }).catch(() => undefined);
    const report = totals.report(sources, (performance.now() - started) / 1000, signals.drain.aborted);
    const [first] = failed;
    if (first === undefined) return report;
    options.onFailure?.(report);
    throw first.error;
  } finally {
    // A fault in closing one leaves none of the others open, and changes nothing about what was done.
    for (const close of closing)
      await close().catch((error: unknown) => logger.debug({ err: messageOf(error) }, 'not closed'));
  }
}

interface OpenedSource {
  readonly source: ObjectSource;
  readonly reader: ObjectReader;
}

interface OpenContext {
  readonly ledger: IngestPorts['ledger'];
  readonly options: RunOptions;
  readonly closing: (() => Promise<unknown>)[];
}

async function openSource(spec: SourceSpec, { ledger, options, closing }: OpenContext): Promise<OpenedSource> {
  const { logger, force, follow } = options;
  const common = {
    name: spec.name,
    ledger,
    force,
    filters: spec.filters,
    logger,
    ...(follow ? { follow: { pollMs: spec.pollMs } } : {}),
  };
  if (spec.kind === 'folder') {
    const [{ folderSource }, { fileReader }] = await Promise.all([
      import('./source/folder.ts'),
      import('./read/file.ts'),
    ]);
    return { source: folderSource({ ...common, path: spec.path }), reader: fileReader() };
  }
  const [{ s3Client, sqsClient }, { s3Reader }] = await Promise.all([
    import('../aws/clients.ts'),
    import('./read/s3.ts'),
  ]);
  // Each object in hand may hold a connection that waits to be read, and one more for a range.
  const s3 = await s3Client({ ...spec.aws, maxSockets: 2 * spec.concurrency });
  closing.push(async () => s3.destroy());
  const reader = s3Reader(s3);
  if (spec.kind === 'opened') return { source: spec.source, reader };
  if (spec.kind === 's3') {
    const { listingSource } = await import('./source/listing.ts');
    return { source: listingSource(s3, { ...common, bucket: spec.bucket, prefix: spec.prefix }), reader };
  }
  const { sqsSource } = await import('./source/sqs.ts');
  const sqs = await sqsClient(spec.aws, spec.queue);
  closing.push(async () => sqs.destroy());
  const { queue, deleteConsumed, batchSize } = spec;
  return { source: await sqsSource(sqs, { ...common, queue, deleteConsumed, batchSize }), reader };
}
