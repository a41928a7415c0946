import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import { cached } from './cache.ts';
import { spawnGuarded, tailOf, type Exit } from './guarded.ts';
import { freePort } from './ports.ts';
import { run } from './run.ts';
import { findPython } from './tools.ts';

export const MINISTACK_VERSION = '1.5.33';

export interface MinistackOptions {
  /**
   * Check access keys, signatures, trust policies and IAM policies; the root user is `test` with the secret `test`.
   * Default false: any key and secret will do.
   */
  readonly auth?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly say?: (line: string) => void;
}

export interface Ministack {
  /** `http://127.0.0.1:<port>`: S3 (path style), SQS, SNS, STS, EventBridge, IAM; region us-east-1. */
  readonly url: string;
  readonly pid: number;
  /** Log and scratch files; removed by `stop` and `kill9`. */
  readonly runDir: string;
  readonly exited: Promise<Exit>;
  stop(): Promise<void>;
  kill9(): Promise<void>;
}

/** Starts S3, SQS and their kin on loopback, everything in memory. Ends with this process, even at kill -9. */
export async function startMinistack(options: MinistackOptions = {}): Promise<Ministack> {
  const python = await ministackPython(options);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const started = await launch(python, port, options);
    if (typeof started !== 'string') return started;
    // Another process may have taken the port since it was found free.
    if (attempt < 5 && started.includes('already in use')) continue;
    throw new AppError('SOURCE_UNREACHABLE', `The S3 and SQS emulator did not start. The end of its log:\n${started}`, {
      hint: 'AWS_ENDPOINT_URL takes one that already runs.',
    });
  }
}

/** The Python of a virtual environment with the emulator in it, made on first use. */
async function ministackPython(options: MinistackOptions): Promise<string> {
  const base = await findPython();
  const python = (dir: string): string => join(dir, 'bin', 'python');
  const dir = await cached(
    `ministack-${MINISTACK_VERSION}-python${base.version}`,
    async (folder) => {
      options.say?.(`Installing ministack ${MINISTACK_VERSION} (S3 and SQS) from PyPI (once per machine) …`);
      const venv = await run(base.path, ['-m', 'venv', folder], { signal: options.signal });
      if (venv.code !== 0)
        throw new AppError('MISSING_TOOL', `python3 -m venv failed: ${venv.output.trim().split('\n').at(-1)}`, {
          hint: 'Install python3-venv; or set AWS_ENDPOINT_URL to a running S3 and SQS.',
        });
      const install = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
      const pip = await run(python(folder), [...install, ...REQUIREMENTS], { signal: options.signal });
      if (pip.code !== 0)
        throw new AppError('MISSING_TOOL', `pip install failed: ${pip.output.trim().split('\n').at(-1)}`, {
          hint: 'Check the way to PyPI (proxy, pip configuration); or set AWS_ENDPOINT_URL to a running S3 and SQS.',
        });
    },
    // The link goes nowhere once the Python that made it is uninstalled.
    { valid: (folder) => existsSync(python(folder)), signal: options.signal },
  );
  return python(dir);
}

/** The emulator and what it listens with; the rest follows from its own pins. */
const REQUIREMENTS = [`ministack==${MINISTACK_VERSION}`, 'hypercorn==0.18.0', 'defusedxml==0.7.1'];

/** The running server, or the end of its log when it ended or stayed silent. */
async function launch(python: string, port: number, options: MinistackOptions): Promise<Ministack | string> {
  const scratch = await mkdtemp(join(tmpdir(), 'ocsf-cloudtrail-aws-'));
  await mkdir(join(scratch, 'tmp'));
  const log = join(scratch, 'ministack.log');
  const server = await spawnGuarded([python, '-m', 'ministack'], {
    cwd: scratch,
    log,
    scratch,
    env: {
      PATH: process.env['PATH'],
      HOME: scratch,
      TMPDIR: join(scratch, 'tmp'),
      S3_DATA_DIR: join(scratch, 's3'),
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      LOG_LEVEL: 'WARNING',
      AUTH: String(options.auth ?? false),
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
  const end = async (how: 'stop' | 'kill9'): Promise<void> => {
    await server[how]();
    await rm(scratch, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const limit = Date.now() + 30_000;
  while (server.isRunning() && Date.now() < limit && options.signal?.aborted !== true) {
    if (await answers(url)) {
      return {
        url,
        pid: server.pid,
        runDir: scratch,
        exited: server.exited,
        stop: () => end('stop'),
        kill9: () => end('kill9'),
      };
    }
    await sleep(50);
  }
  const tail = tailOf(log);
  await end('kill9');
  options.signal?.throwIfAborted();
  return tail;
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/_ministack/health`, { signal: AbortSignal.timeout(5_000) });
    return answer.ok;
  } catch {
    return false;
  }
}
