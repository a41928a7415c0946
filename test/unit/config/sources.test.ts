import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../../src/config/load.ts';
import { sourceSpecs, type SourceFlags } from '../../../src/config/sources.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const FILE = parseConfig(
  `
sources:
  trail:
    type: s3
    bucket: b
    since: 7d
    accounts: ['123456789012']
    regions: [eu-west-1]
    events: { include: [Delete*], exclude: [DeleteMarker] }
    classes: { include: [6003], exclude: [3002] }
    categories: [management, network-activity]
  plain: { type: folder, path: /logs }
  off: { type: folder, path: /nowhere, enabled: false }
`,
  'c.yml',
  {},
).config;
const filters = (words: readonly string[], flags: SourceFlags = {}) =>
  sourceSpecs(words, flags, FILE, NOW).map((spec) => spec.filters);

describe('sources of the configuration file', () => {
  test('every filter reaches the run', () => {
    expect(filters(['trail'])).toEqual([
      {
        since: NOW - 7 * 86_400_000,
        accounts: ['123456789012'],
        regions: ['eu-west-1'],
        events: { include: ['Delete*'], exclude: ['DeleteMarker'] },
        classes: { include: ['6003'], exclude: ['3002'] },
        categories: ['management', 'network-activity'],
      },
    ]);
  });

  test('a flag takes the place of the same filter and leaves the others', () => {
    expect(filters(['trail'], { excludeEvent: ['Describe*'], category: ['insight'], since: '2026-11-01' })).toEqual([
      {
        since: Date.parse('2026-11-01'),
        accounts: ['123456789012'],
        regions: ['eu-west-1'],
        events: { exclude: ['Describe*'] },
        classes: { include: ['6003'], exclude: ['3002'] },
        categories: ['insight'],
      },
    ]);
  });

  test('without filters nothing is filtered, and flags reach what only the command line names', () => {
    expect(filters(['plain', 's3://other/'], {})).toEqual([{}, {}]);
    expect(filters(['s3://other/'], { class: ['3002'], region: ['eu-west-1'] })).toEqual([
      { regions: ['eu-west-1'], classes: { include: ['3002'] } },
    ]);
  });

  test.each<[string, string, SourceFlags]>([
    ['flags', 's3://other/', { since: '2026-11-30', until: '2026-11-01' }],
    ['a flag and the file', 'trail', { until: '2026-11-01' }],
  ])('a window of %s in which nothing can be is an error of usage', (_, word, flags) => {
    expect(() => filters([word], flags)).toThrow(/^For \S+, since \(2026-11-.*\) is not before until \(2026-11-02T/);
  });

  test('with no word, all enabled sources run and the others do not', () => {
    expect(sourceSpecs([], {}, FILE, NOW).map(({ name }) => name)).toEqual(['trail', 'plain']);
  });

  test('no source at all is an error of usage', () => {
    expect(() => sourceSpecs([], {}, undefined, NOW)).toThrow('No source is named');
  });
});
