import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { shipped } from '../../src/content/root.ts';
import { ERROR_CODES } from '../../src/errors.ts';

describe('README', () => {
  test('lists every error code with its meaning, and no other', () => {
    const readme = readFileSync(shipped('README.md'), 'utf8');
    const section = readme.slice(readme.indexOf('## Errors'), readme.indexOf('## Indexed fields'));
    const listed = [...section.matchAll(/^\| `([A-Z_]+)` +\| (.*?) +\|$/gm)].map(([, code = '', meaning = '']) => [
      code,
      meaning,
    ]);
    expect(Object.fromEntries(listed)).toEqual(ERROR_CODES);
  });
});
