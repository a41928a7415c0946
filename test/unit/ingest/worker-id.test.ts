import { hostname } from 'node:os';
import { describe, expect, jest, test } from '@jest/globals';
import { isGoneWorker, workerId } from '../../../src/ingest/worker-id.ts';

describe('worker id', () => {
  test('two workers never have the same', () => expect(workerId()).not.toBe(workerId()));

  test('a worker that runs is not gone', () => {
    expect(isGoneWorker(workerId())).toBe(false);
    expect(isGoneWorker(`${hostname()}:${process.ppid}:00000000`)).toBe(false);
  });

  test('a process that belongs to another user runs', () => {
    const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    expect(isGoneWorker(`${hostname()}:1:00000000`)).toBe(false);
    kill.mockRestore();
  });

  test('a process of this host that has ended is gone', () => {
    // Beyond the largest process number of Linux.
    expect(isGoneWorker(`${hostname()}:4194305:00000000`)).toBe(true);
  });

  test('of other hosts nothing is known', () => {
    expect(isGoneWorker('elsewhere:4194305:00000000')).toBe(false);
    expect(isGoneWorker('nonsense')).toBe(false);
  });
});
