import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, two minutes at most, until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const limit = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > limit) throw new Error('It does not come to it.');
    await sleep(20);
  }
}
