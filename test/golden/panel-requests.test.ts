import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readBundle } from '../../src/content/bundle.ts';
import { compileDashboard } from '../../src/content/compile/request/dashboard.ts';
import type { AggState, Filter, Query } from '../../src/content/compile/request/types.ts';
import { pattern } from '../fixtures/osd/index-pattern.ts';

interface Recorded {
  readonly id: string;
  readonly type: string;
  readonly aggs: readonly AggState[];
  readonly searchSource: unknown;
  readonly dashboard: string;
  readonly osdAggs: unknown;
  readonly osdQuery: unknown;
}
const file = new URL('../fixtures/osd/golden-dsl.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded[];

/** The two dashboards of the recordings, as their names describe them. */
function dashboardSource(name: string): { query: Query; filter: Filter[] } {
  if (name.startsWith('t-dash')) return { query: { query: '', language: 'kuery' }, filter: [] };
  const regions = ['us-west-2', 'eu-west-1'].map((region) => ({ match_phrase: { 'cloud.region': region } }));
  const meta = { type: 'phrases', key: 'cloud.region', negate: true, disabled: false };
  return {
    query: { query: 'class_uid: 6003 or class_uid: 3002', language: 'kuery' },
    filter: [{ meta, query: { bool: { should: regions, minimum_should_match: 1 } } }],
  };
}

function bundleOf({ id, type, aggs, searchSource, dashboard }: Recorded): string {
  const { fields, ...attributes } = pattern;
  const searchSourceJSON = JSON.stringify(searchSource);
  const lines = [
    { type: 'index-pattern', id: pattern.id, attributes: { ...attributes, fields: JSON.stringify(fields) }, references: [] },
    {
      type: 'visualization',
      id,
      attributes: {
        title: id,
        visState: JSON.stringify({ title: id, type, aggs, params: {} }),
        kibanaSavedObjectMeta: { searchSourceJSON },
      },
      references: [
        { name: 'kibanaSavedObjectMeta.searchSourceJSON.index', type: 'index-pattern', id: 'logs-cloudtrail' },
      ],
    },
    {
      type: 'dashboard',
      id: 'd',
      attributes: {
        title: 'd',
        panelsJSON: JSON.stringify([{ panelIndex: '1', gridData: {}, panelRefName: 'panel_0' }]),
        kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(dashboardSource(dashboard)) },
      },
      references: [{ name: 'panel_0', type: 'visualization', id }],
    },
    { exportedCount: 3, missingRefCount: 0, missingReferences: [] },
  ];
  return lines.map((line) => JSON.stringify(line)).join('\n');
}

/** What differs from run to run, as the recordings have it. */
function normalised(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) => {
    if (key === 'time_zone') return '<TZ>';
    return typeof inner === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(inner) ? '<ISO>' : inner;
  });
}

describe('panel requests recorded from OpenSearch Dashboards', () => {
  const now = Date.parse('2026-11-21T12:34:56.789Z');
  const timeRange = { from: 'now-7d', to: 'now' };

  test.each(recorded)('$id', (recording) => {
    const bundle = readBundle(bundleOf(recording));
    const [panel] = compileDashboard(bundle, 'd', { now, timeZone: 'Europe/Berlin', timeRange });
    expect(panel?.compiled).toMatchObject({ kind: 'aggs' });
    if (panel?.compiled.kind !== 'aggs') return;
    const { body, index } = panel.compiled.request;
    expect(index).toBe('logs-cloudtrail');
    expect(normalised(body['aggs'])).toEqual(recording.osdAggs);
    expect(normalised(body['query'])).toEqual(recording.osdQuery);
  });
});
