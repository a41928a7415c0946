import { AppError, FatalError, ObjectError, messageOf, type ErrorCode } from '../errors.ts';

/** What was asked of AWS when it failed; the hint names it. */
export interface AwsContext {
  /** IAM action, such as `s3:GetObject`. */
  readonly action: string;
  /** What it was asked of: `s3://bucket/prefix`, a queue's URL, a role's ARN. */
  readonly resource: string;
}

/** What an error of the AWS SDK means for us. */
export interface AwsFault {
  readonly kind: FaultKind;
  readonly code: ErrorCode;
  /** Whether the same request may succeed a little later. */
  readonly retry: boolean;
  readonly hint: string;
}

export type FaultKind =
  | 'credentials'
  | 'expired'
  | 'signature'
  | 'clock'
  | 'kms'
  | 'role'
  | 'forbidden'
  | 'archived'
  | 'bucket'
  | 'object'
  | 'queue'
  | 'changed'
  | 'range'
  | 'region'
  | 'receipt'
  | 'limit'
  | 'busy'
  | 'tls'
  | 'unreachable'
  | 'no-region'
  | 'unknown';

/** The parts of an SDK error that say what happened. */
interface SdkFailure {
  readonly name?: string;
  /** AWS's own code, or the code of a socket error. */
  readonly Code?: string;
  readonly code?: string;
  readonly message?: string;
  /** In the body of a redirect or of a wrong signing region. */
  readonly Region?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

interface Row {
  readonly kind: FaultKind;
  readonly code: ErrorCode;
  readonly retry?: true;
  readonly test: (failure: Failure) => boolean;
  readonly hint: (failure: Failure, context: AwsContext) => string;
}

interface Failure {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly region: string | undefined;
}

const named =
  (...names: readonly string[]) =>
  ({ name }: Failure): boolean =>
    names.includes(name);

/** The first row that fits decides. Names are those of S3, SQS and STS, by XML, JSON and query protocol. */
const ROWS: readonly Row[] = [
  {
    kind: 'credentials',
    code: 'SOURCE_AUTH',
    test: named('CredentialsProviderError', 'TokenProviderError', 'SSOTokenProviderFailure'),
    hint: ({ message }) =>
      /sso|token/i.test(message)
        ? 'The single sign-on session has ended: run `aws sso login` for this profile.'
        : 'Give credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the role of the machine, container or pod.',
  },
  {
    kind: 'expired',
    code: 'SOURCE_AUTH',
    test: named('ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestExpired'),
    hint: () =>
      'The session token has expired. Renew the credentials; a profile or an assumed role renews itself in a long run, keys from the environment do not.',
  },
  {
    kind: 'signature',
    code: 'SOURCE_AUTH',
    test: named('SignatureDoesNotMatch', 'InvalidSignatureException', 'IncompleteSignature'),
    hint: () => 'The secret access key does not belong to the access key id: check for a missing or added character.',
  },
  {
    kind: 'clock',
    code: 'SOURCE_AUTH',
    test: named('RequestTimeTooSkewed', 'RequestInTheFuture'),
    hint: () => "This machine's clock differs from AWS's by more than 15 minutes: set it.",
  },
  {
    kind: 'credentials',
    code: 'SOURCE_AUTH',
    test: named(
      'InvalidAccessKeyId',
      'InvalidClientTokenId',
      'UnrecognizedClientException',
      'InvalidToken',
      'MissingAuthenticationToken',
      'InvalidSecurity',
      'NotSignedUp',
    ),
    hint: () => 'AWS does not know this access key: check AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN or the profile.',
  },
  {
    kind: 'kms',
    code: 'SOURCE_FORBIDDEN',
    test: ({ name, message }) =>
      /^(KMS\.AccessDenied|KmsAccessDenied)/.test(name) || (isDenied(name) && /\bkms[:\s]/i.test(message)),
    hint: () =>
      'Allow kms:Decrypt on the key that encrypts it, in the IAM policy and, across accounts, in the key policy.',
  },
  {
    kind: 'kms',
    code: 'SOURCE_FORBIDDEN',
    test: ({ name }) => /^(KMS\.|Kms)(Disabled|NotFound|InvalidState|InvalidKeyUsage|OptInRequired)/.test(name),
    hint: () => 'The KMS key that encrypts it is disabled, pending deletion or gone: restore the key.',
  },
  {
    kind: 'role',
    code: 'SOURCE_FORBIDDEN',
    test: ({ name, message }) => isDenied(name) && message.includes('sts:AssumeRole'),
    hint: () =>
      "The role's trust policy has to name this identity and its sts:ExternalId has to equal the external id given; the identity itself needs sts:AssumeRole.",
  },
  {
    kind: 'archived',
    code: 'OBJECT_READ',
    test: named('InvalidObjectState'),
    hint: () => 'It is archived (S3 Glacier): restore it first.',
  },
  {
    kind: 'bucket',
    code: 'SOURCE_NOT_FOUND',
    test: named('NoSuchBucket'),
    hint: () => 'Check the name of the bucket and the account that the credentials belong to.',
  },
  { kind: 'object', code: 'OBJECT_GONE', test: named('NoSuchKey'), hint: () => 'It was deleted or has expired.' },
  {
    kind: 'queue',
    code: 'SOURCE_NOT_FOUND',
    test: named('QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue', 'NonExistentQueue', 'InvalidAddress'),
    hint: () =>
      "Check the queue's name, region and account; without sqs:GetQueueUrl a queue has to be given by its URL.",
  },
  {
    kind: 'changed',
    code: 'OBJECT_CHANGED',
    test: ({ name, status }) => name === 'PreconditionFailed' || status === 412,
    hint: () => 'It was replaced while it was being read.',
  },
  {
    kind: 'range',
    code: 'OBJECT_CHANGED',
    test: ({ name, status }) => name === 'InvalidRange' || status === 416,
    hint: () => 'It is shorter than it was.',
  },
  {
    kind: 'region',
    code: 'SOURCE_NOT_FOUND',
    test: ({ name, status, message }) =>
      name === 'PermanentRedirect' ||
      name === 'IllegalLocationConstraintException' ||
      (name === 'AuthorizationHeaderMalformed' && /region/i.test(message)) ||
      status === 301,
    hint: ({ region }) => `It is in ${region ?? 'another region'}: set --aws-region, or \`region\` of the source.`,
  },
  {
    kind: 'receipt',
    code: 'SOURCE_NOT_FOUND',
    test: named('MessageNotInflight', 'AWS.SimpleQueueService.MessageNotInflight', 'ReceiptHandleIsInvalid'),
    hint: () => 'The message became visible again before it was settled.',
  },
  {
    kind: 'limit',
    code: 'SOURCE_UNREACHABLE',
    retry: true,
    test: named('OverLimit', 'AWS.SimpleQueueService.OverLimit'),
    hint: () => 'The queue has 120,000 messages in flight, its maximum: other consumers hold them.',
  },
  {
    kind: 'busy',
    code: 'SOURCE_UNREACHABLE',
    retry: true,
    test: ({ name, status }) =>
      /^(SlowDown|Throttl|RequestThrottled|TooManyRequests|RequestLimitExceeded|InternalError|InternalFailure|InternalServerError|ServiceUnavailable|ServiceFailure|RequestTimeout|KmsThrottled|KMS\.Throttling)/.test(
        name,
      ) ||
      (status !== undefined && (status >= 500 || status === 429 || status === 408)),
    hint: () => 'AWS is busy: try again later, or read fewer objects at once.',
  },
  {
    kind: 'tls',
    code: 'SOURCE_UNREACHABLE',
    test: ({ name, message }) =>
      /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|EPROTO/.test(name) ||
      /certificate|wrong version number/i.test(message),
    hint: () => 'Its certificate is not trusted: give the authority that signed it as `ca` of the source.',
  },
  {
    kind: 'unreachable',
    code: 'SOURCE_UNREACHABLE',
    retry: true,
    test: ({ name, message }) =>
      /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|TimeoutError|ERR_STREAM_PREMATURE_CLOSE)/.test(
        name,
      ) || /socket hang up|aborted|premature close|proxy|^Bad response: \d+$/i.test(message),
    hint: () => 'Check the endpoint, the region, the proxy and the network.',
  },
  {
    kind: 'no-region',
    code: 'CONFIG',
    test: ({ message }) => message === 'Region is missing',
    hint: () => 'Set --aws-region, AWS_REGION, or `region` of the source.',
  },
  {
    kind: 'forbidden',
    code: 'SOURCE_FORBIDDEN',
    test: ({ name, status }) => isDenied(name) || status === 403,
    hint: ({ message }, { action, resource }) =>
      `Allow ${/not authorized to perform:? ([\w-]+:\w+)/.exec(message)?.[1] ?? action} on ${resource}; if it is encrypted with a KMS key, kms:Decrypt too.` +
      (action === 's3:GetObject' ? ' Without s3:ListBucket, S3 answers the same for an object that is gone.' : ''),
  },
  // S3 says NoSuchKey of what is gone. Any other 404 is not about the object, and must not settle it.
  {
    kind: 'unreachable',
    code: 'SOURCE_UNREACHABLE',
    test: ({ status }) => status === 404,
    hint: () => 'What answers is not S3 or SQS: check the endpoint and the proxy.',
  },
];

function isDenied(name: string): boolean {
  return /^(AccessDenied|AccessDeniedException|AllAccessDisabled|Forbidden|AuthorizationError|UnauthorizedOperation)$/.test(
    name,
  );
}

export function awsFault(error: unknown, context: AwsContext): AwsFault {
  const failure = failureOf(error);
  const row = ROWS.find(({ test }) => test(failure));
  if (row === undefined)
    return { kind: 'unknown', code: 'SOURCE_UNREACHABLE', retry: false, hint: `Asked for ${context.action}.` };
  return { kind: row.kind, code: row.code, retry: row.retry === true, hint: row.hint(failure, context) };
}

/** The error that ends a run. */
export function fatalAwsError(error: unknown, context: AwsContext): FatalError {
  if (error instanceof FatalError) return error;
  const { code, hint } = awsFault(error, context);
  return new FatalError(code === 'OBJECT_GONE' ? 'SOURCE_NOT_FOUND' : code, describe(error, context), {
    hint,
    cause: error,
  });
}

/** Faults that no other object would be spared either. */
const RUN_FAULTS: ReadonlySet<FaultKind> = new Set([
  'credentials',
  'expired',
  'signature',
  'clock',
  'role',
  'no-region',
]);

/**
 * The error of one object, or of the run where the credentials are at fault.
 * None is permanent: a policy, a key or a bucket can be put right, and then the object is read in the next run.
 */
export function objectAwsError(error: unknown, context: AwsContext): AppError {
  if (error instanceof AppError) return error;
  const { kind, code, hint } = awsFault(error, context);
  if (RUN_FAULTS.has(kind)) return fatalAwsError(error, context);
  return new ObjectError(code === 'SOURCE_UNREACHABLE' ? 'OBJECT_READ' : code, describe(error, context), {
    permanent: false,
    hint,
    cause: error,
  });
}

function describe(error: unknown, { action, resource }: AwsContext): string {
  const { name, message } = failureOf(error);
  const said = message === '' || message === name ? name : `${name}: ${message}`;
  return `${action} on ${resource}: ${said.replace(/\.$/, '')}.`;
}

const SOCKET_CODE = /\b(ECONN[A-Z]+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH)\b/;

function failureOf(error: unknown): Failure {
  const failure = (error ?? {}) as SdkFailure;
  const status = failure.$metadata?.httpStatusCode ?? failure.$response?.statusCode;
  // The SDK puts what is no Error of its own realm into one, and only the text goes with it.
  const message = messageOf(error).replace(/^AWS SDK error wrapper for (Error: )?/, '');
  // A socket error is named `Error`; its code says more. An unnamed answer has only its status.
  const name = [failure.name, failure.Code, failure.code, SOCKET_CODE.exec(message)?.[0]].find(
    (each) => each !== undefined && each !== 'Error' && !each.startsWith('Unknown'),
  );
  return {
    name: name ?? (status === undefined ? (failure.name ?? 'Error') : `HTTP ${status}`),
    message,
    status,
    region:
      failure.$response?.headers?.['x-amz-bucket-region'] ??
      failure.Region ??
      /expecting '([\w-]+)'/.exec(message)?.[1],
  };
}
