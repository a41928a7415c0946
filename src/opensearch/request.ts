import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Client } from '@opensearch-project/opensearch';
import { FatalError, messageOf } from '../errors.ts';
import { TLS_FAILURES, statusOf } from './errors.ts';

/** What came of a request: HTTP status and parsed body. Status 0: no usable answer came; the body says why. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Why no usable answer came. `garbled`: cut short, or not the JSON that it claims to be. */
export type SilenceType = 'timeout' | 'connection' | 'tls' | 'garbled' | 'credentials';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as it is. Absent: no body. */
  readonly body?: Buffer | string;
  /** `application/json` unless told. */
  readonly contentType?: string;
  /** gzip the body. */
  readonly compress?: boolean;
  /** Silence on the line after which the request is given up; an answer that drips gets twice as long in all. */
  readonly timeoutMs: number;
}

const compressBody = promisify(gzip);

/**
 * One request, once. Faults of cluster and network are answers here, so that one table can judge them all;
 * unlike the client's errors they keep neither the request's body nor its headers.
 */
export async function request(client: Client, options: Request): Promise<Answer> {
  const { method, path, query, body, contentType = 'application/json', compress = false, timeoutMs } = options;
  const packed = body !== undefined && compress ? await compressBody(body, { level: 1 }) : body;
  const pending = client.transport.request(
    {
      method,
      path,
      ...(packed === undefined ? {} : { body: packed }),
      ...(query === undefined ? {} : { querystring: query }),
    },
    {
      maxRetries: 0,
      requestTimeout: timeoutMs,
      headers: {
        ...(packed === undefined ? {} : { 'content-type': contentType }),
        ...(packed !== body ? { 'content-encoding': 'gzip' } : {}),
      },
    },
  );
  // The client stops listening for time-outs once the head of the answer is there; a body that hangs needs a deadline.
  const deadline = setTimeout(() => pending.abort(), 2 * timeoutMs);
  try {
    const answer = await pending;
    return { status: answer.statusCode ?? 0, body: answer.body as unknown };
  } catch (error) {
    return answerOf(error);
  } finally {
    clearTimeout(deadline);
  }
}

function answerOf(error: unknown): Answer {
  const status = statusOf(error);
  if (status !== undefined) return { status, body: (error as { body?: unknown }).body };
  // Where the credentials come from is out of reach for now: to wait for, like the cluster itself.
  if (error instanceof FatalError && error.code === 'SOURCE_UNREACHABLE')
    return { status: 0, body: { error: { type: 'connection', reason: error.message } } };
  const silence = (type: SilenceType): Answer => ({ status: 0, body: { error: { type, reason: messageOf(error) } } });
  switch (error instanceof Error ? error.name : '') {
    case 'TimeoutError':
    case 'RequestAbortedError':
      return silence('timeout');
    case 'DeserializationError':
      return silence('garbled');
    case 'ConnectionError':
    case 'NoLivingConnectionsError':
      return silence(TLS_FAILURES.test(messageOf(error)) ? 'tls' : 'connection');
    case 'CredentialsProviderError':
    case 'AwsSigv4SignerError':
      return silence('credentials');
    default:
      throw error;
  }
}
