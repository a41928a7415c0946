/**
 * Runs tasks that may bring further tasks, `concurrency` at once, newest first: so a wide tree is walked in depth and few
 * of its branches are remembered. The first failure aborts the rest, and is thrown when all have ended.
 */
export async function walkTasks<T>(
  first: readonly T[],
  run: (task: T, signal: AbortSignal) => Promise<readonly T[]>,
  concurrency: number,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const stack = [...first].reverse();
  const active = new Set<Promise<void>>();
  const start = (task: T): void => {
    const running = run(task, either)
      .then(
        (more) => void stack.push(...[...more].reverse()),
        (error: unknown) => failed.abort(error),
      )
      .finally(() => active.delete(running));
    active.add(running);
  };
  while ((stack.length > 0 && !either.aborted) || active.size > 0) {
    while (active.size < concurrency && stack.length > 0 && !either.aborted) start(stack.pop() as T);
    await Promise.race(active);
  }
  failed.signal.throwIfAborted();
}
