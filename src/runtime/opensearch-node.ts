import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import { spawnGuarded, tailOf, type Exit, type Guarded } from './guarded.ts';
import { findJava, type Java } from './java.ts';
import { OPENSEARCH_VERSION, opensearchHome } from './opensearch-home.ts';
import { randomPortRange } from './ports.ts';

export interface OpenSearchOptions {
  /** `test` boots fast and stays small; `demo` indexes fast (C1 alone halves the indexing rate). */
  readonly profile: 'test' | 'demo';
  /** Default 3.8.0. */
  readonly version?: string;
  /** Kept after `stop`. Default: a throw-away folder. */
  readonly dataDir?: string;
  /** JVM heap, `512m` or `2g`. Default 1g. */
  readonly heap?: string;
  /** Default: a free one. Give a node's earlier port to restart it where its clients look for it. */
  readonly httpPort?: number;
  /** More lines of opensearch.yml, as dotted keys; `undefined` takes one of ours out, such as `discovery.type`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly startTimeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly say?: (line: string) => void;
}

export interface OpenSearchNode {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly version: string;
  /** Configuration and logs; removed by `stop` and `kill9`. */
  readonly runDir: string;
  /** Resolves when the server has ended, by whatever cause. */
  readonly exited: Promise<Exit>;
  /** SIGTERM and wait; removes what was throw-away. Harmless when called twice. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash: data of `dataDir` stay for the next start. */
  kill9(): Promise<void>;
  /** The end of the server's own log. */
  logTail(): string;
}

/** Starts a real OpenSearch node on loopback and waits until it answers. It ends with this process, even at kill -9. */
export async function startOpenSearch(options: OpenSearchOptions): Promise<OpenSearchNode> {
  const version = options.version ?? OPENSEARCH_VERSION;
  const java = await findJava(javaRange(version));
  const home = await opensearchHome(version, options);
  const node = await launch({ ...options, version, home, java });
  return whenReady(node, options.signal, async () => {
    const answer = await fetch(`${node.url}/_cluster/health?wait_for_status=yellow&timeout=20s`, {
      signal: AbortSignal.timeout(25_000),
    });
    return answer.ok;
  });
}

const DEFAULT_HEAP = '1g';

/** OpenSearch 3 needs Java 21; 2.x relies on the security manager, which Java 24 removed. */
export function javaRange(version: string): { min: number; max?: number } {
  return version.startsWith('2.') ? { min: 11, max: 23 } : { min: 21 };
}

export interface LaunchOptions extends OpenSearchOptions {
  readonly version: string;
  readonly home: string;
  readonly java: Java;
  /** Writes more files into the node's configuration folder before the start. */
  readonly configure?: (configDir: string) => Promise<void>;
}

/** Starts the process and waits for its HTTP port; whether it is ready to serve is for the caller to ask. */
export async function launch(options: LaunchOptions): Promise<OpenSearchNode> {
  const run = await mkdtemp(join(tmpdir(), 'ocsf-cloudtrail-node-'));
  const folder = (name: string): string => join(run, name);
  const data = options.dataDir ?? folder('data');
  for (const path of [folder('config'), folder('logs'), folder('tmp'), data]) await mkdir(path, { recursive: true });
  await writeFile(join(run, 'config', 'log4j2.properties'), LOG4J);
  const settings = {
    'cluster.name': 'ocsf-cloudtrail',
    'node.name': 'node-1',
    'path.data': data,
    'path.logs': folder('logs'),
    'network.host': '127.0.0.1',
    'http.port': options.httpPort ?? randomPortRange(),
    'transport.port': 0,
    'node.portsfile': true,
    'discovery.type': 'single-node',
    'cluster.default_number_of_replicas': 0,
    'cluster.routing.allocation.disk.threshold_enabled': false,
    // A dashboard asks a dozen searches at once; splitting each of them over the cores as well costs a tenth more CPU.
    'search.concurrent_segment_search.mode': 'none',
    // More searches at a time than cores get in each other's way, and those that end wait behind all that have begun.
    'thread_pool.search.size': availableParallelism(),
    // The serial collector leaves garbage until the heap is full: real use is then no sign of a server in need.
    ...(options.profile === 'test' ? { 'indices.breaker.total.use_real_memory': false } : {}),
    ...options.settings,
  };
  // JSON is YAML, and dotted keys are OpenSearch's own form.
  await writeFile(join(run, 'config', 'opensearch.yml'), JSON.stringify(settings, null, 2));
  try {
    await options.configure?.(folder('config'));
  } catch (error) {
    await rm(run, { recursive: true, force: true });
    throw error;
  }
  const log = join(run, 'logs', 'server.log');
  const server = await spawnGuarded([options.java.path, ...jvmArguments(options, run)], {
    cwd: run,
    log: join(run, 'logs', 'console.log'),
    scratch: run,
  });
  const logTail = (): string => [tailOf(join(run, 'logs', 'console.log')), tailOf(log)].filter(Boolean).join('\n');
  const end = async (how: 'stop' | 'kill9'): Promise<void> => {
    await server[how]();
    await rm(run, { recursive: true, force: true });
  };
  try {
    const port = await waitForPort(server, join(run, 'logs', 'http.ports'), options);
    return {
      url: `http://127.0.0.1:${port}`,
      port,
      pid: server.pid,
      version: options.version,
      runDir: run,
      exited: server.exited,
      stop: () => end('stop'),
      kill9: () => end('kill9'),
      logTail,
    };
  } catch (error) {
    const failure = options.signal?.aborted === true ? error : startFailure(error, data, logTail(), options.version);
    await end('kill9');
    throw failure;
  }
}

/** Asks until `ready` says yes; a node that ends or stays silent for a minute is an error with the end of its log. */
export async function whenReady(
  node: OpenSearchNode,
  signal: AbortSignal | undefined,
  ready: () => Promise<boolean>,
): Promise<OpenSearchNode> {
  const limit = Date.now() + 60_000;
  let ended = false;
  void node.exited.then(() => (ended = true));
  try {
    for (;;) {
      signal?.throwIfAborted();
      if (await ready().catch(() => false)) return node;
      if (ended || Date.now() > limit)
        throw startFailure(new Error(ended ? 'it ended' : 'it does not answer'), '', node.logTail(), node.version);
      await sleep(100);
    }
  } catch (error) {
    await node.kill9();
    throw error;
  }
}

/** The ports file appears when HTTP is bound: no port is guessed, so none can be taken in between. */
async function waitForPort(server: Guarded, file: string, options: LaunchOptions): Promise<number> {
  const limit = Date.now() + (options.startTimeoutMs ?? 90_000);
  for (;;) {
    options.signal?.throwIfAborted();
    const text = await readFile(file, 'utf8').catch(() => '');
    const port = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    if (port !== undefined) return Number(port);
    if (!server.isRunning()) throw new Error(`it ended with code ${(await server.exited).code}`);
    if (Date.now() > limit) throw new Error(`it is silent after ${(options.startTimeoutMs ?? 90_000) / 1000} s`);
    await sleep(50);
  }
}

function startFailure(cause: unknown, data: string, tail: string, version: string): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const locked = tail.includes('failed to obtain node locks');
  const text = tail === '' ? '' : ` The end of its log:\n${tail}`;
  return new AppError('CLUSTER_UNREACHABLE', `OpenSearch ${version} did not start: ${reason}.${text}`, {
    hint: locked
      ? `Another node uses ${data}: end it first.`
      : 'Is there memory and disk space left? OPENSEARCH_URL takes a cluster that already runs.',
  });
}

function jvmArguments(options: LaunchOptions, run: string): string[] {
  const { home, java, profile, version } = options;
  const two = version.startsWith('2.');
  const heap = options.heap ?? DEFAULT_HEAP;
  return [
    `-Xms${heap}`,
    `-Xmx${heap}`,
    '-Xss1m',
    `-XX:MaxDirectMemorySize=${Math.max(64, megabytes(heap) / 2)}m`,
    ...(profile === 'test' ? ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'] : ['-XX:+UseG1GC']),
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:-UsePerfData',
    `-Djava.io.tmpdir=${join(run, 'tmp')}`,
    '-Dfile.encoding=UTF-8',
    '-Djna.nosys=true',
    // Without JNA the server cannot see that it runs as root, which it would refuse; containers and CI often are root.
    ...(process.getuid?.() === 0 ? ['-Djna.nounpack=true'] : []),
    '-Dlog4j.shutdownHookEnabled=false',
    '-Dlog4j2.disable.jmx=true',
    '-Dio.netty.noUnsafe=true',
    '-Dio.netty.noKeySetOptimization=true',
    '-Dio.netty.recycler.maxCapacityPerThread=0',
    '-Dio.netty.allocator.numDirectArenas=0',
    ...(two ? ['-Djava.locale.providers=SPI,COMPAT'] : ['--add-opens=java.base/java.nio=ALL-UNNAMED']),
    ...(two && java.major >= 12 ? ['-Djava.security.manager=allow'] : []),
    ...(two ? [] : ['-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1']),
    ...(!two && java.major >= 24
      ? ['--enable-native-access=ALL-UNNAMED', '--sun-misc-unsafe-memory-access=allow']
      : []),
    `-Dopensearch.path.home=${home}`,
    `-Dopensearch.path.conf=${join(run, 'config')}`,
    '-Dopensearch.distribution.type=zip',
    '-Dopensearch.bundled_jdk=false',
    '-cp',
    classPath(home),
    'org.opensearch.bootstrap.OpenSearch',
  ];
}

/** The java agent costs seconds of boot and is left out; its bootstrap classes are needed all the same. */
function classPath(home: string): string {
  const agent = join(home, 'agent');
  const jars = existsSync(agent)
    ? readdirSync(agent).filter((name) => /^opensearch-agent-bootstrap.*\.jar$/.test(name))
    : [];
  return [join(home, 'lib', '*'), ...jars.map((name) => join(agent, name))].join(delimiter);
}

function megabytes(heap: string): number {
  return Number.parseInt(heap, 10) * (/g$/i.test(heap) ? 1024 : 1);
}

const LOG4J = `status = error
appender.file.type = File
appender.file.name = file
appender.file.fileName = \${sys:opensearch.logs.base_path}\${sys:file.separator}server.log
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
logger.natives.name = org.opensearch.bootstrap.Natives
logger.natives.level = error
logger.deprecation.name = org.opensearch.deprecation
logger.deprecation.level = error
`;
