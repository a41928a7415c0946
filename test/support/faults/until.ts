import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until it is so; two minutes at most, unless told. */
export async function until(isSo: () => boolean | Promise<boolean>, limitMs = 120_000): Promise<void> {
  const limit = Date.now() + limitMs;
  while (!(await isSo())) {
    if (Date.now() > limit) throw new Error('It does not come to it.');
    await sleep(20);
  }
}
