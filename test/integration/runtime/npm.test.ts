import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { PACKAGE_ROOT } from '../../../src/content/root.ts';

/** Stays up as a demo does; says when it is told to end. */
const PROGRAM = `
  const { endWithNpm } = await import('${PACKAGE_ROOT}dist/runtime/npm.js');
  endWithNpm();
  process.on('SIGTERM', () => { console.log('told to end'); process.exit(); });
  setTimeout(() => process.exit(1), 20_000);
  console.log('up');
`;

async function linesOf(env: NodeJS.ProcessEnv): Promise<string[]> {
  // The shell stands for npm: a parent that is killed, and passes nothing on.
  const npm = spawn('sh', ['-c', '"$0" --input-type=module -e "$1"; true', process.execPath, PROGRAM], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  for await (const line of createInterface(npm.stdout)) {
    lines.push(line);
    if (line === 'up') npm.kill('SIGKILL');
  }
  if (npm.signalCode === null && npm.exitCode === null) await once(npm, 'exit');
  return lines;
}

test('what npm runs is told to end when npm is killed with -9', async () => {
  expect(await linesOf({ npm_lifecycle_event: 'demo' })).toEqual(['up', 'told to end']);
}, 30_000);
