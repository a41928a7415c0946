import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readBundle } from '../../src/content/bundle.ts';
import { compileDashboard } from '../../src/content/compile/request/dashboard.ts';
import { compileQuery } from '../../src/content/compile/request/search.ts';
import { shipped } from '../../src/content/root.ts';

const context = { now: Date.parse('2026-11-21T12:00:00Z'), timeZone: 'UTC' };
const files = readdirSync(shipped('dashboards', 'generated')).filter((name) => name.endsWith('.ndjson'));

describe.each(files)('every panel and saved query of %s', (file) => {
  const bundle = readBundle(readFileSync(shipped('dashboards', 'generated', file), 'utf8'));

  test.each(bundle.ids('dashboard'))('dashboard %s compiles', (id) => {
    const refused = compileDashboard(bundle, id, context).flatMap(({ title, compiled }) => {
      if (compiled.kind === 'controls') return compiled.controls.flatMap(({ reason }) => reason ?? []);
      return 'reason' in compiled && compiled.kind !== 'none' ? [`${title}: ${compiled.reason}`] : [];
    });
    expect(refused).toEqual([]);
  });

  test('saved queries compile', () => {
    const index = bundle.ids('index-pattern')[0];
    if (index === undefined) return;
    const pattern = bundle.indexPattern(index);
    const timeRange = { from: 'now-24h', to: 'now' };
    const refused = bundle.ids('query').flatMap((id) => {
      const compiled = compileQuery(bundle.query(id), pattern, { ...context, timeRange });
      return compiled.kind === 'refused' ? [`${id}: ${compiled.reason}`] : [];
    });
    expect(refused).toEqual([]);
  });
});
