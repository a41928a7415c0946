export interface BackoffOptions {
  /** Longest first wait. */
  readonly baseMs: number;
  /** Longest wait of all. */
  readonly maxMs: number;
}

/**
 * Milliseconds to wait before a try: doubling from `baseMs` to `maxMs`, and of that a random part between half and all,
 * so that several workers that were refused together do not come back together.
 * `attempt` counts the tries that failed, from 1. `random` gives numbers in [0, 1).
 */
export function backoff(attempt: number, { baseMs, maxMs }: BackoffOptions, random: () => number): number {
  const whole = Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(whole / 2 + (random() * whole) / 2);
}
