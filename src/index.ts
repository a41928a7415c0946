/** The package is used through its command line; what is exported here is for code that embeds a part of it. */
export { AppError, ERROR_CODES, EXIT, FatalError, ObjectError, type ErrorCode } from './errors.ts';
export type * from './ingest/ports.ts';
