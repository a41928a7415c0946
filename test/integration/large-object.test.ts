import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = promisify(execFile);

test.each([
  ['in process', 'in-process', 'plain'],
  ['in process, from gzip of a thousand members', 'in-process', 'gzip'],
  ['in a worker thread', 'pool', 'plain'],
])('an object of 300 MB is read in bounded memory, %s', async (_name, kind, packing) => {
  const { stdout } = await run(process.execPath, [
    '--max-old-space-size=96',
    'test/support/large-object.mjs',
    kind,
    packing,
    '300',
  ]);
  const { made, documents, peakMegabytes } = JSON.parse(stdout) as Record<string, number>;
  expect(made).toBeGreaterThan(100_000);
  expect(documents).toBe(made);
  expect(peakMegabytes).toBeLessThan(300);
});
