import { describe, expect, test } from '@jest/globals';
import { compileDashboard } from '../../../src/content/compile/dashboard.ts';
import { indexPattern } from '../../../src/content/compile/event-index-pattern.ts';
import type { IndexPatternField } from '../../../src/content/compile/index-pattern.ts';
import type { SavedObject } from '../../../src/content/compile/saved-object.ts';
import { lintRequests } from '../../../src/content/lint/requests.ts';
import type { DashboardSource, PanelSource } from '../../../src/content/source/types.ts';

const field = (name: string, type: string, aggregatable: boolean): IndexPatternField => ({
  count: 0,
  name,
  type,
  esTypes: [type],
  scripted: false,
  searchable: true,
  aggregatable,
  readFromDocValues: aggregatable,
});

const FIELDS = [field('time_dt', 'date', true), field('status', 'string', true), field('text', 'string', false)];

function bundle(panel: Partial<PanelSource>, control = 'status'): SavedObject[] {
  const dashboard: DashboardSource = {
    id: 'main',
    title: 'Main',
    question: 'What happens?',
    index: 'events',
    bundle: 'core',
    link: 'Main',
    time: { from: 'now-24h', to: 'now' },
    controls: [{ field: control, label: 'Control' }],
    rows: [{ height: 10, panels: [{ id: 'p', title: 'P', question: 'What?', width: 24, type: 'bars', ...panel }] }],
  };
  const style = { colors: {}, bad: '#CC5642', neutral: '#6092C0' };
  return [
    indexPattern('events', 'events', 'time_dt', FIELDS),
    ...compileDashboard(dashboard, [dashboard], () => 'time_dt', style),
  ];
}

const messages = (objects: readonly SavedObject[]): string[] =>
  lintRequests(objects).map(({ rule, message }) => `${rule} ${message}`);

describe('content linter on requests', () => {
  test('a panel that OpenSearch Dashboards would run has no findings', () => {
    expect(messages(bundle({ by: [{ time: 'auto' }], series: { terms: 'status', size: 5 } }))).toEqual([]);
  });

  test('C007: a terms aggregation on a text field, with the reason OpenSearch Dashboards gives', () => {
    expect(messages(bundle({ by: [{ terms: 'text', size: 5 }] }))).toEqual([
      'C007 Saved field "text" is invalid for use with the "Terms" aggregation. Please select a new field.',
    ]);
  });

  test('C007: an aggregation on a field that does not exist', () => {
    expect(messages(bundle({ metrics: [{ cardinality: 'nope' }] }))[0]).toContain(
      'Could not locate that index-pattern-field (id: nope)',
    );
  });

  test('C007: a control on a field that has no values to list', () => {
    expect(messages(bundle({}, 'text'))[0]).toMatch(/^C007 /);
  });
});
