import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = promisify(execFile);

test('an object of 300 MB, packed in a thousand members of gzip, is read in bounded memory', async () => {
  const { stdout } = await run(process.execPath, ['--max-old-space-size=96', 'test/support/large-object.mjs', '300']);
  const { made, documents, peakMegabytes } = JSON.parse(stdout) as Record<string, number>;
  expect(made).toBeGreaterThan(100_000);
  expect(documents).toBe(made);
  expect(peakMegabytes).toBeLessThan(300);
});
