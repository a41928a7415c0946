import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, readdir, rm, utimes, writeFile, mkdir } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir, cached } from '../../../src/runtime/cache.ts';

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'cache-test-'))));
afterEach(() => rm(root, { recursive: true, force: true }));

describe('cacheDir', () => {
  test('takes OCSF_CLOUDTRAIL_CACHE before XDG_CACHE_HOME before ~/.cache', () => {
    expect(cacheDir({ OCSF_CLOUDTRAIL_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
    expect(cacheDir({ OCSF_CLOUDTRAIL_CACHE: '', XDG_CACHE_HOME: '/b' })).toBe('/b/ocsf-cloudtrail');
    expect(cacheDir({})).toBe(join(homedir(), '.cache/ocsf-cloudtrail'));
  });
});

describe('cached', () => {
  const write = (text: string) => (dir: string) => writeFile(join(dir, 'file'), text);

  test('makes an entry once and gives it to everyone who asks at the same time', async () => {
    let made = 0;
    const make = async (dir: string): Promise<void> => {
      made++;
      await new Promise((done) => setTimeout(done, 50));
      await write('whole')(dir);
    };
    const dirs = await Promise.all([1, 2, 3, 4].map(() => cached('entry', make, { root })));
    expect(made).toBe(1);
    expect(new Set(dirs)).toEqual(new Set([join(root, 'entry')]));
    expect(await readFile(join(root, 'entry', 'file'), 'utf8')).toBe('whole');
    expect(await readdir(root)).toEqual(['entry']);
  });

  test('a maker that fails leaves nothing, and the next one starts anew', async () => {
    const half = async (dir: string): Promise<void> => {
      await write('half')(dir);
      throw new Error('cut');
    };
    await expect(cached('entry', half, { root })).rejects.toThrow('cut');
    expect(await readdir(root)).toEqual([]);
    await cached('entry', write('whole'), { root });
    expect(await readFile(join(root, 'entry', 'file'), 'utf8')).toBe('whole');
  });

  test('what a killed maker left is never used, and is cleared away with its lock', async () => {
    await mkdir(join(root, 'entry.partial-dead'));
    await writeFile(join(root, 'entry.partial-dead', 'file'), 'half');
    await writeFile(join(root, 'entry.lock'), '');
    const old = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(root, 'entry.partial-dead'), old, old);
    await utimes(join(root, 'entry.lock'), old, old);
    await cached('entry', write('whole'), { root });
    expect(await readFile(join(root, 'entry', 'file'), 'utf8')).toBe('whole');
    expect(await readdir(root)).toEqual(['entry']);
  });

  test('a maker that lost its lock to another does not spoil the other’s finished entry', async () => {
    const slow = async (dir: string): Promise<void> => {
      await rm(join(root, 'entry.lock'));
      await cached('entry', write('first'), { root });
      await write('second')(dir);
    };
    await cached('entry', slow, { root });
    expect(await readFile(join(root, 'entry', 'file'), 'utf8')).toBe('first');
    expect(await readdir(root)).toEqual(['entry']);
  });

  test('an entry that is no longer valid is made again', async () => {
    await cached('entry', write('old'), { root });
    const valid = (): boolean => false;
    await cached('entry', write('new'), { root, valid }).catch(() => undefined);
    expect(await readFile(join(root, 'entry', 'file'), 'utf8')).toBe('new');
  });

  test('waiting for another maker ends with the signal', async () => {
    await writeFile(join(root, 'entry.lock'), '');
    const signal = AbortSignal.timeout(50);
    await expect(cached('entry', write('x'), { root, signal })).rejects.toThrow();
  });
});
