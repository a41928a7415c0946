import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, messageOf } from '../errors.ts';
import { backoff, type BackoffOptions } from './sink/backoff.ts';

export interface KeepRunningOptions {
  /** Waits between tries. */
  readonly waits: BackoffOptions;
  readonly onFailure: (failure: { code: string; message: string; hint: string | undefined; delayMs: number }) => void;
  readonly drain: AbortSignal;
  /** Numbers in [0, 1) for the jitter. */
  readonly random?: () => number;
}

/**
 * Runs a source again after a pause when it fails in itself (its queue is gone, its credentials have ended), so that the
 * others of a run that follows go on. Faults of the cluster concern all of them and are thrown.
 */
export async function keepRunning(run: (attempt: number) => Promise<void>, options: KeepRunningOptions): Promise<void> {
  const { waits, onFailure, drain, random = Math.random } = options;
  let failures = 0;
  for (let attempt = 1; ; attempt += 1) {
    const started = performance.now();
    try {
      return await run(attempt);
    } catch (error) {
      if (drain.aborted || !(error instanceof AppError) || !error.code.startsWith('SOURCE_')) throw error;
      // Long after the last failure, this one is another.
      failures = performance.now() - started > waits.maxMs ? 1 : failures + 1;
      const delayMs = backoff(failures, waits, random);
      onFailure({ code: error.code, message: messageOf(error), hint: error.hint, delayMs });
      await sleep(delayMs, undefined, { signal: drain }).catch(() => undefined);
      if (drain.aborted) return;
    }
  }
}
