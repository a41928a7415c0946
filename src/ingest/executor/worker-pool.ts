import { availableParallelism } from 'node:os';
import type { ResourceLimits } from 'node:worker_threads';
import type { EncodeOptions, Executor } from '../ports.ts';
import { PoolWorker } from './pool-worker.ts';

export interface WorkerPoolOptions {
  /** Default: the machine's parallelism less one for the main thread, at least one. */
  readonly threads?: number;
  /** Objects a thread has open at once; more wait. While one waits for bytes another is decoded. Default 4. */
  readonly objectsPerThread?: number;
  /** The built worker. */
  readonly url?: URL;
  readonly resourceLimits?: ResourceLimits;
}

/** Megabytes of heap. The largest record takes a part of it; what takes more ends that object, not the process. */
const DEFAULT_LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 48 };

/** Runs decode → map → encode in worker threads; objects never cross a thread, buffers do. */
export function workerPoolExecutor(options: WorkerPoolOptions = {}): Executor {
  const threads = options.threads ?? Math.max(1, availableParallelism() - 1);
  const perThread = options.objectsPerThread ?? 4;
  const url = options.url ?? new URL('./worker.js', import.meta.url);
  const limits = { ...DEFAULT_LIMITS, ...options.resourceLimits };
  const workers = Array.from({ length: threads }, () => new PoolWorker(url, limits));
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
