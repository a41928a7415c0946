/** Process exit codes: a contract with scripts. */
export const EXIT = { done: 0, unexpected: 1, usage: 2, partial: 3, interrupted: 130, terminated: 143 } as const;

/** Every error code this project raises on purpose, with what it means for the run. README lists the same codes. */
export const ERROR_CODES = {
  USAGE: 'the command line is wrong',
  CONFIG: 'the configuration is wrong',
  MISSING_TOOL: 'something this command needs is not on the machine',
  CLUSTER_UNREACHABLE: 'the OpenSearch cluster does not answer',
  CLUSTER_AUTH: 'the cluster refuses the credentials',
  CLUSTER_FORBIDDEN: 'the cluster user lacks a privilege',
  CLUSTER_TLS: 'the TLS certificate of the cluster is not trusted',
  CLUSTER_REFUSED: 'the cluster refuses a request in a way that no retry can mend',
  UNSUPPORTED_CLUSTER: 'this kind of cluster cannot be used',
  NOT_INSTALLED: 'the assets are not installed in the cluster',
  DOWNGRADE: 'a newer version is installed than this package has',
  FOREIGN_INDEX: 'indices of another package are behind the alias',
  NAME_TAKEN: 'a name that this package needs belongs to something else',
  PERIOD_CHANGE: 'the index period cannot change while events exist',
  DASHBOARDS_UNREACHABLE: 'OpenSearch Dashboards does not answer',
  DASHBOARDS_AUTH: 'OpenSearch Dashboards refuses the credentials',
  DASHBOARDS_REFUSED: 'OpenSearch Dashboards did not take the saved objects',
  SOURCE_AUTH: 'AWS refuses the credentials',
  SOURCE_FORBIDDEN: 'AWS denies the action',
  SOURCE_NOT_FOUND: 'the bucket, queue or path does not exist',
  SOURCE_UNREACHABLE: 'the source does not answer',
  OBJECT_GONE: 'the object was deleted before it could be read',
  OBJECT_CHANGED: 'the object was replaced while it was being read',
  OBJECT_READ: 'the object could not be read to its end',
  OBJECT_CORRUPT: 'the object is damaged',
  OBJECT_UNKNOWN: 'the object is not CloudTrail or OCSF',
  COUNT_MISMATCH: 'events read and events accounted for differ',
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

const USAGE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'USAGE',
  'CONFIG',
  'MISSING_TOOL',
  'UNSUPPORTED_CLUSTER',
]);

/** An error with a stable code, a message that names the thing, and a hint that says what to do next. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
  }

  get exitCode(): number {
    return USAGE_CODES.has(this.code) ? EXIT.usage : EXIT.unexpected;
  }
}

/** Ends the run: going on would fail the same way for every object (credentials, missing template, full disk). */
export class FatalError extends AppError {
  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(code, message, options);
    this.name = 'FatalError';
  }
}

/** Ends one object: the rest of the run goes on. `permanent` means that reading it again gives the same fault. */
export class ObjectError extends AppError {
  readonly permanent: boolean;

  constructor(code: ErrorCode, message: string, options: { permanent: boolean; hint?: string; cause?: unknown }) {
    super(code, message, options);
    this.name = 'ObjectError';
    this.permanent = options.permanent;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
