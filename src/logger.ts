import { pino, type Logger } from 'pino';

export type { Logger };

const SECRETS = ['password', 'secretAccessKey', 'sessionToken', 'authorization', 'externalId'];

/** Logs go to stderr, one JSON object a line; stdout is kept for results. */
export function createLogger(options: { verbose?: boolean } = {}): Logger {
  return pino(
    {
      level: options.verbose === true ? 'debug' : 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

export const silentLogger: Logger = pino({ level: 'silent' });
