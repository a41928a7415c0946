import { FatalError, messageOf } from '../errors.ts';

/** The parts of a client error that say what happened; the client's own classes are not needed, so this stays light. */
interface ClientFailure {
  readonly name?: string;
  readonly message?: string;
  readonly statusCode?: number;
  readonly body?: unknown;
}

interface ErrorBody {
  readonly error?:
    { readonly type?: string; readonly reason?: string; readonly root_cause?: readonly unknown[] } | string;
  /** Of the front end of Amazon OpenSearch Service, which checks signatures and policies. */
  readonly message?: string;
  readonly Message?: string;
}

// The client keeps only the message of a socket error, so the message is what can be matched.
export const TLS_FAILURES =
  /certificate|altnames|unable to (get|verify)|self[- ]signed|wrong version number|EPROTO|ssl3_|tlsv1|bad decrypt/i;
const CONNECTION_NAMES: ReadonlySet<string> = new Set([
  'ConnectionError',
  'TimeoutError',
  'NoLivingConnectionsError',
  'DeserializationError',
]);

/** HTTP status of a client error; undefined when the cluster gave no answer. */
export function statusOf(error: unknown): number | undefined {
  return (error as ClientFailure | undefined)?.statusCode;
}

/** OpenSearch's own type of an error, such as `index_not_found_exception`. */
export function errorTypeOf(error: unknown): string | undefined {
  const body = (error as ClientFailure | undefined)?.body as ErrorBody | undefined;
  return typeof body?.error === 'object' ? body.error.type : undefined;
}

/** The cluster's reason in one line, else the error's message. */
export function reasonOf(error: unknown): string {
  const body = (error as ClientFailure | undefined)?.body as ErrorBody | string | undefined;
  if (typeof body === 'string' && body.trim() !== '') return oneLine(body);
  if (typeof body !== 'object') return messageOf(error);
  const said = [body.error, body.message, body.Message].find((each) => typeof each === 'string');
  if (said !== undefined) return oneLine(said);
  const { type, reason } = typeof body.error === 'object' ? body.error : {};
  return reason === undefined ? messageOf(error) : oneLine(type === undefined ? reason : `${type}: ${reason}`);
}

/**
 * What a failed request to the cluster means for the run, in our own codes.
 * `action` completes "could not …", such as `create the index template logs-cloudtrail-ocsf`; `url` is shown without credentials.
 */
export function clusterError(error: unknown, context: { action: string; url?: string }): FatalError {
  if (error instanceof FatalError) return error;
  const { action } = context;
  const at = context.url === undefined ? 'the cluster' : `the cluster at ${withoutCredentials(context.url)}`;
  const status = statusOf(error);
  const reason = reasonOf(error);
  if (status === undefined) return unanswered(error, at, action);
  if (status === 401)
    return new FatalError('CLUSTER_AUTH', `Could not ${action}: ${at} refuses the credentials.`, {
      cause: error,
      hint: 'Set OPENSEARCH_USERNAME and OPENSEARCH_PASSWORD, or --username and --password.',
    });
  if (status === 403 && errorTypeOf(error) !== 'cluster_block_exception') {
    return new FatalError('CLUSTER_FORBIDDEN', `Could not ${action}: ${reason}`, {
      cause: error,
      hint: forbiddenHint(reason),
    });
  }
  if (status === 429 || status === 502 || status === 503 || status === 504)
    return new FatalError('CLUSTER_UNREACHABLE', `Could not ${action}: ${at} answers ${status}: ${reason}`, {
      cause: error,
      hint: 'The cluster is busy or not ready: try again when its health is green or yellow.',
    });
  return new FatalError('CLUSTER_REFUSED', `Could not ${action}: ${reason} (HTTP ${status})`, { cause: error });
}

function unanswered(error: unknown, at: string, action: string): FatalError {
  const { name = '', message = '' } = (error ?? {}) as ClientFailure;
  if (!CONNECTION_NAMES.has(name)) throw error;
  if (TLS_FAILURES.test(message))
    return new FatalError('CLUSTER_TLS', `Could not ${action}: ${at}: ${message}`, {
      cause: error,
      hint: tlsHint(message),
    });
  if (name === 'DeserializationError')
    return new FatalError('CLUSTER_UNREACHABLE', `Could not ${action}: ${at} does not answer like OpenSearch.`, {
      cause: error,
      hint: 'Check the URL: a proxy or another program answers there.',
    });
  const reset = /ECONNRESET|socket hang up/i.test(message);
  return new FatalError('CLUSTER_UNREACHABLE', `Could not ${action}: ${at} does not answer (${message}).`, {
    cause: error,
    hint: reset
      ? 'A TLS port drops plain http: try https://. Otherwise check that the cluster is up.'
      : 'Check --opensearch-url (OPENSEARCH_URL) and that the cluster is up.',
  });
}

/** Who refuses: the security plugin, the access policy of a domain, or the check of a signature. */
function forbiddenHint(reason: string): string {
  const privilege = privilegeIn(reason);
  if (privilege !== undefined) return `Give the cluster user the privilege ${privilege}.`;
  if (/signature we calculated does not match/i.test(reason))
    return 'The secret access key does not belong to the access key id, or a proxy changes the request on its way.';
  if (/security token|signature expired|token .*(expired|invalid)/i.test(reason))
    return 'Renew the AWS credentials, and check the clock and the region.';
  const action = /not authorized to perform: (es:\w+)/.exec(reason)?.[1];
  if (action !== undefined || /anonymous/.test(reason))
    return `Allow ${action ?? 'es:ESHttp*'} in the access policy of the domain and in the IAM policy of this identity${/anonymous/.test(reason) ? ', and sign requests (`aws` of the configuration)' : ''}.`;
  return 'The cluster user lacks a privilege for this.';
}

function tlsHint(message: string): string {
  if (/wrong version number|EPROTO/i.test(message))
    return 'This port seems not to speak TLS: try http:// instead of https://.';
  if (/certificate has expired|not yet valid/i.test(message))
    return "Renew the certificate of the cluster, or set this machine's clock.";
  if (/altnames|does not match/i.test(message)) return 'Use the host name that the certificate names.';
  return 'Name the certificate authority with --ca FILE (PEM), or use the host name that the certificate names.';
}

/** `no permissions for [indices:admin/template/put] and User […]` → `indices:admin/template/put`. */
function privilegeIn(reason: string): string | undefined {
  return /no permissions for \[([^\]]*)\]/.exec(reason)?.[1];
}

function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  parsed.username = parsed.password = '';
  return parsed.href.replace(/\/$/, '');
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 600 ? `${line.slice(0, 600)}…` : line;
}
