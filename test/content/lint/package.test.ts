import { describe, expect, test } from '@jest/globals';
import { savedObject } from '../../../src/content/compile/saved-object.ts';
import { lintGenerated } from '../../../src/content/lint/generated.ts';
import { lintLinks } from '../../../src/content/lint/links.ts';
import { lintPackage } from '../../../src/content/lint/lint.ts';

describe('content linter on a package as a whole', () => {
  test('what is shipped has no faults', async () => {
    expect(await lintPackage()).toEqual([]);
  });

  test('C015: a generated file that is stale, or not there', async () => {
    const generators = [
      { path: 'fresh', render: () => 'a' },
      { path: 'stale', render: () => 'b' },
      { path: 'gone', render: async () => Promise.resolve('c') },
    ];
    const read = (path: string): string => {
      if (path === 'gone') throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return 'a';
    };
    const findings = await lintGenerated(generators, read);
    expect(findings.map(({ rule, where }) => `${rule} ${where}`)).toEqual(['C015 stale', 'C015 gone']);
  });

  test('C013: a link strip or a drill-down to a dashboard that is in no bundle', () => {
    const objects = [
      savedObject('dashboard', 'main', { title: 'Main' }),
      savedObject('visualization', 'links', { visState: '{"markdown":"[A](#/view/main) [B](#/view/other?_a=())"}' }),
      savedObject('index-pattern', 'events', { fieldFormatMap: '{"f":{"urlTemplate":"dashboards#/view/gone"}}' }),
    ];
    expect(lintLinks(objects).map(({ rule, where, message }) => `${rule} ${where} ${message}`)).toEqual([
      'C013 visualization:links links to the dashboard other, which does not exist',
      'C013 index-pattern:events links to the dashboard gone, which does not exist',
    ]);
  });
});
