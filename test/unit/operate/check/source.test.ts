import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checkSource } from '../../../../src/operate/check/source.ts';

const folder = mkdtempSync(join(tmpdir(), 'check-source-'));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

const NOBODY = 65_534;

/** Root may read everything: it looks as a user who may not. */
async function check(path: string) {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(NOBODY);
  try {
    const [line] = await checkSource({ name: 'evidence', kind: 'folder', path }, Date.now);
    return line;
  } finally {
    if (root) process.seteuid?.(0);
  }
}

function make(kind: 'file' | 'folder', mode: number): string {
  const path = join(folder, `${kind}-${mode.toString(8)}`);
  if (kind === 'file') writeFileSync(path, '{}');
  else mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

describe('check of a folder or a file', () => {
  test.each([
    ['file', 0o444],
    ['folder', 0o555],
  ] as const)('a %s of mode %i can be read', async (kind, mode) => {
    const path = make(kind, mode);
    expect(await check(path)).toMatchObject({ status: 'ok', message: `the ${kind} ${path}` });
  });

  test.each([
    ['file', 0o222],
    ['folder', 0o111],
    ['folder', 0o444],
  ] as const)('a %s of mode %i is there, but cannot be read', async (kind, mode) => {
    const path = make(kind, mode);
    expect(await check(path)).toMatchObject({ status: 'failed', message: expect.stringContaining('EACCES') });
  });

  test('what is neither is refused, as a run refuses it', async () => {
    expect(await check('/dev/null')).toMatchObject({ status: 'failed' });
  });
});
