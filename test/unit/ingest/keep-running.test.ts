import { describe, expect, test } from '@jest/globals';
import { AppError, FatalError } from '../../../src/errors.ts';
import { keepRunning } from '../../../src/ingest/keep-running.ts';

const waits = { baseMs: 2, maxMs: 8 };
const random = () => 1;
const never = new AbortController().signal;

describe('a source of a run that follows', () => {
  test('is tried again after longer and longer pauses when it fails in itself', async () => {
    const said: unknown[] = [];
    await keepRunning(
      async (attempt) => {
        if (attempt <= 4) throw new FatalError('SOURCE_FORBIDDEN', `no ${attempt}`, { hint: 'allow it' });
      },
      { waits, random, drain: never, onFailure: (failure) => said.push(failure) },
    );
    expect(said).toEqual(
      [2, 4, 8, 8].map((delayMs, index) => ({
        code: 'SOURCE_FORBIDDEN',
        message: `no ${index + 1}`,
        hint: 'allow it',
        delayMs,
      })),
    );
  });

  test.each([
    ['a fault of the cluster', new FatalError('CLUSTER_AUTH', 'wrong password')],
    ['a fault of ours', new TypeError('undefined is not a function')],
    ['a count that does not add up', new AppError('COUNT_MISMATCH', '1 is not 2')],
  ])('%s ends it', async (_, error) => {
    const run = keepRunning(() => Promise.reject(error), { waits, random, drain: never, onFailure: () => undefined });
    await expect(run).rejects.toBe(error);
  });

  test('being stopped while it pauses ends it at once, and well', async () => {
    const stop = new AbortController();
    const run = keepRunning(() => Promise.reject(new FatalError('SOURCE_AUTH', 'expired')), {
      waits: { baseMs: 60_000, maxMs: 60_000 },
      random,
      drain: stop.signal,
      onFailure: () => stop.abort(),
    });
    await expect(run).resolves.toBeUndefined();
  });
});
