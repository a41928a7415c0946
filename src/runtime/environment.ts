import { AppError } from '../errors.ts';
import { startMinistack } from './ministack.ts';
import { startOpenSearch } from './opensearch-node.ts';

/** A server to use. `stop` ends what was started here and leaves alone what the environment named. */
export interface Provided {
  readonly url: string;
  readonly origin: 'environment' | 'embedded' | 'docker';
  stop(): Promise<void>;
}

export interface ProvideOptions {
  readonly signal?: AbortSignal;
  /** Gets one line that says which server was taken, and one for each download. Default: a line on stderr. */
  readonly say?: (line: string) => void;
}

/** A real OpenSearch: OPENSEARCH_URL, else one embedded on the local JVM, else a container (see `firstOf`). */
export async function provideOpenSearch(options: ProvideOptions & { profile: 'test' | 'demo' }): Promise<Provided> {
  const say = options.say ?? toStderr;
  const named = process.env['OPENSEARCH_URL'];
  if (named !== undefined && named !== '') return fromEnvironment('OpenSearch', 'OPENSEARCH_URL', named, say);
  const embedded = async (): Promise<Provided> => {
    const node = await startOpenSearch({ ...options, say });
    say(`OpenSearch: embedded ${node.version} at ${node.url}`);
    return { url: node.url, origin: 'embedded', stop: () => node.stop() };
  };
  return firstOf('OpenSearch', embedded, async () => (await import('./docker.ts')).dockerOpenSearch(options), say);
}

/** S3, SQS, SNS and STS: AWS_ENDPOINT_URL, else an embedded emulator, else a container (see `firstOf`). */
export async function provideAws(options: ProvideOptions = {}): Promise<Provided> {
  const say = options.say ?? toStderr;
  const named = process.env['AWS_ENDPOINT_URL'];
  if (named !== undefined && named !== '') return fromEnvironment('S3 and SQS', 'AWS_ENDPOINT_URL', named, say);
  const embedded = async (): Promise<Provided> => {
    const emulator = await startMinistack({ ...options, say });
    say(`S3 and SQS: embedded ministack at ${emulator.url}`);
    return { url: emulator.url, origin: 'embedded', stop: () => emulator.stop() };
  };
  return firstOf('S3 and SQS', embedded, async () => (await import('./docker.ts')).dockerMinistack(options), say);
}

/**
 * Embedded, and in a container where a tool for it is missing; with TEST_RUNTIME=docker the other way round.
 * When neither works the error is the embedded one's: it names the tool to install.
 */
export async function firstOf(
  what: string,
  embedded: () => Promise<Provided>,
  docker: () => Promise<{ image: string; url: string; stop: () => Promise<void> }>,
  say: (line: string) => void,
): Promise<Provided> {
  const contained = async (): Promise<Provided> => {
    const container = await docker();
    say(`${what}: container of ${container.image} at ${container.url}`);
    return { url: container.url, origin: 'docker', stop: container.stop };
  };
  const missing = (error: unknown): error is AppError => error instanceof AppError && error.code === 'MISSING_TOOL';
  if (process.env['TEST_RUNTIME'] === 'docker') {
    try {
      return await contained();
    } catch (error) {
      if (!missing(error)) throw error;
      say(`${what}: ${error.message} Embedded instead.`);
      return embedded();
    }
  }
  try {
    return await embedded();
  } catch (error) {
    if (!missing(error)) throw error;
    say(`${what}: ${error.message} Trying Docker …`);
    return contained().catch(() => {
      throw error;
    });
  }
}

/** What the AWS SDK needs to talk to an emulator and to nothing else, whatever the user's own profile says. */
export function emulatorEnvironment(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}

function fromEnvironment(what: string, variable: string, url: string, say: (line: string) => void): Provided {
  // Not the whole URL: it may carry a password.
  say(`${what}: ${variable} names ${new URL(url).host}`);
  return { url, origin: 'environment', stop: async () => undefined };
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
