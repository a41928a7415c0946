import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import type { ResourceLimits } from 'node:worker_threads';
import { shipped } from '../../content/root.ts';
import type { EncodeOptions, Executor } from '../ports.ts';
import { PoolWorker } from './pool-worker.ts';

export interface WorkerPoolOptions {
  /** Default: the machine's cores, at most 4. */
  readonly threads?: number;
  /** Objects a thread has open at once, each with a batch half filled; more wait. While one waits for bytes the other is decoded. Default 2. */
  readonly objectsPerThread?: number;
  /** What a thread runs. Default: the built worker. */
  readonly url?: URL;
}

/** A thread cannot start from TypeScript: it runs the build, also where the rest comes from the sources. */
const WORKER_URL = pathToFileURL(shipped('dist', 'ingest', 'executor', 'worker.js'));

/** Megabytes of heap, of which the largest record takes a part. V8 may end the whole process here, so records are bounded before. */
const LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 12 };

/** Runs decode → map → encode in worker threads; objects never cross a thread, buffers do. */
export function workerPoolExecutor(options: WorkerPoolOptions = {}): Executor {
  const threads = options.threads ?? Math.min(4, availableParallelism());
  const perThread = options.objectsPerThread ?? 2;
  const workers = Array.from({ length: threads }, () => new PoolWorker(options.url ?? WORKER_URL, LIMITS));
  const waiting: (() => void)[] = [];
  const optionIds = new WeakMap<EncodeOptions, number>();
  let free = threads * perThread;
  let runs = 0;
  let optionSets = 0;

  async function acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        waiting.splice(waiting.indexOf(turn), 1);
        reject(signal.reason as Error);
      };
      const turn = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      waiting.push(turn);
    });
  }

  /** A place that is given up goes to whoever has waited longest. */
  function release(): void {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }

  return {
    async *run(object, encode, signal) {
      await acquire(signal);
      try {
        const worker = workers.reduce((least, other) => (other.load < least.load ? other : least));
        let id = optionIds.get(encode);
        if (id === undefined) optionIds.set(encode, (id = optionSets += 1));
        return yield* worker.run((runs += 1), object, { id, value: encode }, signal);
      } finally {
        release();
      }
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
