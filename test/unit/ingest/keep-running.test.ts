import { describe, expect, jest, test } from '@jest/globals';
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

  test('that went well for long is tried again soon, however often it had failed before', async () => {
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    const pauses: number[] = [];
    await keepRunning(
      async (attempt) => {
        if (attempt === 5) return;
        if (attempt === 4) now += waits.maxMs + 1;
        throw new FatalError('SOURCE_AUTH', 'expired');
      },
      { waits, random, drain: never, onFailure: ({ delayMs }) => pauses.push(delayMs) },
    );
    clock.mockRestore();
    expect(pauses).toEqual([2, 4, 8, 2]);
  });

  test('that fails when the run has been told to end is a failure of the run', async () => {
    const error = new FatalError('SOURCE_AUTH', 'expired');
    const onFailure = (): never => {
      throw new Error('not to be tried again');
    };
    const run = keepRunning(() => Promise.reject(error), { waits, random, drain: AbortSignal.abort(), onFailure });
    await expect(run).rejects.toBe(error);
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
