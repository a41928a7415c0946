import { describe, expect, test } from '@jest/globals';
import { savedObject } from '../../../src/content/compile/saved-object.ts';
import { lintLock, lockOf } from '../../../src/content/lint/lock.ts';
import { releaseLock } from '../../../src/content/lint/release.ts';

const object = (why: string) => savedObject('query', 'q', { title: 'q', description: why });
const entry = (version: string) => ({ version, changes: [{ type: 'feature' as const, description: 'x' }] });

describe('locking a release', () => {
  test('the first one needs an entry in the changelog', () => {
    expect(() => releaseLock(undefined, '0.1.0', [object('a')], [])).toThrow('no entry for version 0.1.0');
    expect(releaseLock(undefined, '0.1.0', [object('a')], [entry('0.1.0')])).toEqual(lockOf('0.1.0', [object('a')]));
  });

  test('a second time is possible while nothing changed', () => {
    const lock = lockOf('0.1.0', [object('a')]);
    expect(releaseLock(lock, '0.1.0', [object('a')], [entry('0.1.0')])).toEqual(lock);
  });

  test('other content needs another version', () => {
    const lock = lockOf('0.1.0', [object('a')]);
    expect(() => releaseLock(lock, '0.1.0', [object('b')], [entry('0.1.0')])).toThrow('1 objects differ');
    expect(releaseLock(lock, '0.2.0', [object('b')], [entry('0.2.0')]).version).toBe('0.2.0');
  });

  test('versions are compared as numbers and never go back', () => {
    const lock = lockOf('0.9.0', [object('a')]);
    expect(releaseLock(lock, '0.10.0', [object('a')], [entry('0.10.0')]).version).toBe('0.10.0');
    expect(() => releaseLock(lock, '0.8.0', [object('a')], [entry('0.8.0')])).toThrow('below 0.9.0');
  });

  test('from then on the linter finds content that changed', () => {
    const lock = releaseLock(undefined, '0.1.0', [object('a')], [entry('0.1.0')]);
    expect(lintLock(lock, '0.1.0', [object('b')], [entry('0.1.0')]).map(({ rule }) => rule)).toEqual(['C016']);
  });
});
