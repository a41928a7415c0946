import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../opensearch/request.ts';
import { faultOfResponse } from './sink/answer.ts';
import { backoff, type BackoffOptions } from './sink/backoff.ts';
import { describeFault, fatalFault } from './sink/fault.ts';
import { judge } from './sink/outcome.ts';
import type { Wait } from './sink/writer.ts';

export interface PatienceOptions {
  /** Waits before tries. Default: from 250 ms to 30 s. */
  readonly backoff?: BackoffOptions;
  readonly onWait?: (wait: Wait) => void;
}

/**
 * Sends a request that may be repeated until the cluster answers 200, by the rules of the bulk writer; gives the body.
 * Throws `FatalError` when no retry can help. An abort ends the waiting, not a request that is under way.
 */
export async function patiently(
  send: () => Promise<Answer>,
  signal: AbortSignal,
  { backoff: waits = { baseMs: 250, maxMs: 30_000 }, onWait }: PatienceOptions = {},
): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const answer = await send();
    if (answer.status === 200) return answer.body;
    const fault = faultOfResponse(answer);
    const ruling = judge('response', fault);
    if (ruling.verdict !== 'retry') throw fatalFault(fault, ruling);
    const delayMs = backoff(attempt, waits, Math.random);
    onWait?.({ reason: describeFault(fault, ruling.hint), attempt, delayMs });
    await sleep(delayMs, undefined, { signal });
  }
}
