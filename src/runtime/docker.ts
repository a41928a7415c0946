import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, messageOf } from '../errors.ts';
import { PACKAGE_ROOT } from '../content/root.ts';
import { MINISTACK_VERSION } from './ministack.ts';
import { OPENSEARCH_VERSION } from './opensearch-home.ts';
import { run } from './run.ts';

/** A server in a container. It is removed by `stop`, and by testcontainers' reaper when this process dies. */
export interface Container {
  readonly image: string;
  readonly url: string;
  stop(): Promise<void>;
}

export interface DockerOptions {
  readonly signal?: AbortSignal | undefined;
}

/** How long an absent image may take to come. */
const PULL_TIMEOUT_MS = 60_000;

interface Service {
  readonly image: string;
  readonly port: number;
  readonly readyPath: string;
  readonly environment: Record<string, string>;
}

/** OpenSearch's official image, without its demo certificates. */
export async function dockerOpenSearch(options: DockerOptions = {}): Promise<Container> {
  return start(
    {
      image: `opensearchproject/opensearch:${OPENSEARCH_VERSION}`,
      port: 9200,
      readyPath: '/_cluster/health?wait_for_status=yellow&timeout=20s',
      environment: {
        'discovery.type': 'single-node',
        'cluster.routing.allocation.disk.threshold_enabled': 'false',
        DISABLE_INSTALL_DEMO_CONFIG: 'true',
        DISABLE_SECURITY_PLUGIN: 'true',
        OPENSEARCH_JAVA_OPTS: '-Xms1g -Xmx1g',
      },
    },
    options,
  );
}

export async function dockerMinistack(options: DockerOptions = {}): Promise<Container> {
  const image = `ministackorg/ministack:${MINISTACK_VERSION}`;
  const environment = { LOG_LEVEL: 'WARNING', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  return start({ image, port: 4566, readyPath: '/_ministack/health', environment }, options);
}

async function start(service: Service, options: DockerOptions): Promise<Container> {
  await pull(service.image, options);
  const { GenericContainer, Wait } = await import('testcontainers');
  // Without a host address Docker would publish the port on all interfaces, and these servers ask for no password.
  class LoopbackContainer extends GenericContainer {
    protected override async beforeContainerCreated(): Promise<void> {
      this.hostConfig.PortBindings = { [`${service.port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: '0' }] };
    }
  }
  const container = await new LoopbackContainer(service.image)
    .withExposedPorts(service.port)
    .withEnvironment(service.environment)
    .withWaitStrategy(Wait.forHttp(service.readyPath, service.port))
    .withStartupTimeout(120_000)
    .start()
    .catch((cause: unknown) => {
      throw new AppError('MISSING_TOOL', `${service.image} did not start: ${messageOf(cause)}`, { cause });
    });
  // An engine can take its time to remove files; what it has not done by then, the reaper will have done.
  const stop = async (): Promise<void> =>
    void (await Promise.race([container.stop(), sleep(30_000, undefined, { ref: false })]));
  if (options.signal?.aborted === true) {
    await stop();
    options.signal.throwIfAborted();
  }
  const host = container.getHost() === 'localhost' ? '127.0.0.1' : container.getHost();
  return { image: service.image, url: `http://${host}:${container.getMappedPort(service.port)}`, stop };
}

/**
 * Finds the engine, the image and the reaper's image, pulling what is absent. In a process of its own, because a pull
 * cannot be cancelled and would keep this process alive long after nobody waits for it any more.
 */
async function pull(image: string, options: DockerOptions): Promise<void> {
  const began = Date.now();
  const args = ['--input-type=module', '--eval', PULL, image];
  const { code, output } = await run(process.execPath, args, {
    cwd: PACKAGE_ROOT,
    timeoutMs: PULL_TIMEOUT_MS,
    signal: options.signal,
  });
  if (code === 0) return;
  const lines = output.trim().split('\n');
  const reason =
    Date.now() - began >= PULL_TIMEOUT_MS ? `not there within ${PULL_TIMEOUT_MS / 1000} s` : (lines.at(-1) ?? '');
  throw new AppError('MISSING_TOOL', `No ${image} by Docker: ${reason}.`, { hint: 'Start Docker, or load the image.' });
}

const PULL = `
import { getContainerRuntimeClient, getReaper, ImageName } from 'testcontainers';
try {
  const client = await getContainerRuntimeClient();
  const image = ImageName.fromString(process.argv[1]);
  await client.image.pull(image);
  if (!(await client.image.exists(image))) throw new Error('the image cannot be pulled');
  await getReaper(client);
  process.exit(0);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
`;
