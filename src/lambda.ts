import { parseQueue } from './aws/endpoint.ts';
import { connectionFrom, isUnverified } from './config/connection.ts';
import { defaultConfig, loadConfigFile } from './config/load.ts';
import type { Environment } from './config/precedence.ts';
import type { ConfigFile } from './config/schema.ts';
import { sourceSpecs } from './config/sources.ts';
import { AppError } from './errors.ts';
import { runIngest, type SourceSpec } from './ingest/run.ts';
import { deliveredSource } from './ingest/source/delivered.ts';
import { createLogger, type Logger } from './logger.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** What Lambda hands over of an SQS event source; only what is used. */
export interface SqsEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly eventSourceARN?: string;
  }[];
}

export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Messages that SQS is to deliver again. The event source mapping needs `ReportBatchItemFailures`. */
export interface SqsBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Parts of the time that is left: from then on no object is begun any more, */
const DRAIN_AT = 0.6;
/** and from then on what is in flight is left, to be read again; */
const LEAVE_AT = 0.75;
/** so long a request may be silent, and twice that in all: the last of them ends before the time does. */
const SILENCE = 0.1;

export type Handler = (event: SqsEvent, context: LambdaContext) => Promise<SqsBatchResponse>;

/**
 * AWS Lambda for notifications in SQS: the same chain as `ingest`, once for each batch. A message is reported as failed
 * unless everything that it names is settled. Throws where no message could fare better, so that Lambda counts an error.
 *
 * Environment: `OCSF_CLOUDTRAIL_CONFIG` (path of a configuration file; the source whose queue this is gives filters and
 * credentials), and the variables of the command line: `OPENSEARCH_URL`, `OPENSEARCH_AWS_REGION`, `OPENSEARCH_USERNAME`, ….
 */
export function createHandler(environment: Environment, logger: Logger): Handler {
  return async (event, context) => {
    try {
      return await ingestBatch(event, context, environment, logger);
    } catch (error) {
      if (error instanceof AppError) logger.error({ code: error.code, hint: error.hint }, error.message);
      throw error;
    }
  };
}

export const handler: Handler = createHandler(process.env, createLogger());

async function ingestBatch(
  event: SqsEvent,
  context: LambdaContext,
  environment: Environment,
  logger: Logger,
): Promise<SqsBatchResponse> {
  const left = context.getRemainingTimeInMillis();
  // Whole milliseconds: a part of one is refused.
  const after = (share: number): AbortSignal => AbortSignal.timeout(Math.floor(left * share));
  const signals = { drain: after(DRAIN_AT), abort: after(LEAVE_AT) };
  const queue = queueOf(event);
  const file = configFile(environment, logger);
  const spec = specOf(queue, file);
  const { index, ingest } = file ?? defaultConfig();
  const messages = event.Records.map(({ messageId: id, body }) => ({ id, body }));
  const source = deliveredSource(messages, { name: spec.name, filters: spec.filters, logger });
  const opensearch = connectionFrom({}, environment, file?.opensearch);
  if (isUnverified(opensearch))
    logger.warn({ url: opensearch.url }, 'the TLS certificate of the cluster is not verified');
  try {
    const report = await runIngest({
      opensearch,
      alias: index.alias,
      sources: [{ ...spec, kind: 'opened', source }],
      ingest,
      follow: false,
      force: false,
      logger,
      signals,
      timeoutMs: Math.min(60_000, left * SILENCE),
    });
    logger.info({ source: spec.name, ...report }, 'batch ingested');
  } catch (error) {
    if (!signals.abort.aborted) throw error;
    logger.warn({ source: spec.name }, 'out of time: the rest is delivered again');
  }
  return { batchItemFailures: source.unsettled().map((itemIdentifier) => ({ itemIdentifier })) };
}

/**
 * Name of the queue that the messages come from. What else may invoke a function (a bucket, a topic or a rule directly) takes
 * any answer for success, so that nothing of it would come again.
 */
function queueOf({ Records: records }: Partial<SqsEvent>): string {
  const { owner, name } = parseQueue(records?.[0]?.eventSourceARN ?? '');
  if (owner === undefined || name === undefined)
    throw new AppError('USAGE', 'The function was not invoked with messages of an SQS queue.', {
      hint: 'Let the bucket, topic or rule notify a queue, and make the queue the event source of the function.',
    });
  return name;
}

function configFile(environment: Environment, logger: Logger): ConfigFile | undefined {
  const path = environment['OCSF_CLOUDTRAIL_CONFIG'] ?? '';
  if (path === '') return undefined;
  const { config, warnings } = loadConfigFile(path, environment);
  for (const warning of warnings) logger.warn(warning);
  return config;
}

/** What the configuration says of the queue, told by its name; without it, nothing is filtered and the function's role reads. */
function specOf(queue: string, file: ConfigFile | undefined): Extract<SourceSpec, { kind: 'sqs' }> {
  const known = Object.entries(file?.sources ?? {}).find(
    ([, source]) => source.type === 'sqs' && nameOf(source.queue) === queue,
  );
  const [spec] = sourceSpecs([known?.[0] ?? `sqs://${queue}`], {}, file, Date.now());
  if (spec?.kind !== 'sqs') throw new AppError('USAGE', 'The event names no queue.');
  return known === undefined ? { ...spec, name: queue } : spec;
}

function nameOf(queue: string): string {
  const { url, name } = parseQueue(queue);
  return name ?? url?.split('/').at(-1) ?? '';
}
