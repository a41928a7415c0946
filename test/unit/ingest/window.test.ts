import { describe, expect, test } from '@jest/globals';
import { Window } from '../../../src/ingest/window.ts';

/** Takes these numbers of bytes, one after the other; the list tells which are taken. */
function taking(window: Window, sizes: readonly number[]): number[] {
  const taken: number[] = [];
  for (const size of sizes) void window.acquire(size).then(() => taken.push(size));
  return taken;
}

const settled = (): Promise<void> => new Promise(setImmediate);

describe('a window', () => {
  test('takes what fits, to the last byte', async () => {
    const taken = taking(new Window(10), [6, 4, 1]);
    await settled();
    expect(taken).toEqual([6, 4]);
  });

  test('lets nobody overtake who waits for more', async () => {
    const window = new Window(10);
    const taken = taking(window, [6, 8, 2]);
    await settled();
    expect(taken).toEqual([6]);
    window.release(6);
    await settled();
    expect(taken).toEqual([6, 8, 2]);
  });

  test('lets alone through what is larger than itself', async () => {
    const window = new Window(10);
    const taken = taking(window, [1, 11, 1]);
    await settled();
    expect(taken).toEqual([1]);
    window.release(1);
    await settled();
    expect(taken).toEqual([1, 11]);
    window.release(11);
    await settled();
    expect(taken).toEqual([1, 11, 1]);
  });
});
