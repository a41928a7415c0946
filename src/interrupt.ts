import { EXIT } from './errors.ts';

type Stop = 'SIGINT' | 'SIGTERM';

export interface DrainSignals {
  /** Aborted by the first signal: lease nothing more, settle what is in flight. */
  readonly drain: AbortSignal;
  readonly abort: AbortSignal;
  /** The first signal, once there was one. */
  readonly received: Stop | undefined;
  /** Gives the signals back to the process. */
  dispose(): void;
}

/** The first Ctrl-C drains, a second one leaves at once. */
export function drainSignals(say: (text: string) => void): DrainSignals {
  const drain = new AbortController();
  const abort = new AbortController();
  let received: Stop | undefined;
  const onSignal = (signal: Stop): void => {
    if (received !== undefined) leave(signal);
    received = signal;
    say('Stopping: settling what is in flight. Once more leaves at once.');
    drain.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    drain: drain.signal,
    abort: abort.signal,
    get received() {
      return received;
    },
    dispose: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}

export function exitCodeOf(signal: Stop): number {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}

/** Resolves once the signal is aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Nothing unsettled was acknowledged, so leaving loses nothing. */
function leave(signal: Stop): never {
  // eslint-disable-next-line no-restricted-properties -- the one place that leaves without unwinding, because it was asked to twice
  process.exit(exitCodeOf(signal));
}
