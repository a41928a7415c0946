import { describe, expect, test } from '@jest/globals';
import { lintLock, lockOf } from '../../../src/content/lint/lock.ts';
import { lintSources } from '../../../src/content/lint/sources.ts';
import { savedObject } from '../../../src/content/compile/saved-object.ts';
import type { DashboardSource, PanelSource, QuerySource } from '../../../src/content/source/types.ts';

const FIELDS = new Map([['logs-cloudtrail', new Set(['time_dt', 'status_id', 'api.operation', 'actor.user.uid'])]]);

const panel: PanelSource = {
  id: 'errors',
  title: 'Errors',
  question: 'What fails?',
  width: 24,
  type: 'bars',
  query: 'status_id: 2',
  by: [{ terms: 'api.operation', size: 5 }],
};

function dashboard(change: Partial<PanelSource> = {}): DashboardSource {
  return {
    id: 'main',
    title: 'Main',
    question: 'What happens?',
    index: 'logs-cloudtrail',
    bundle: 'core',
    link: 'Main',
    time: { from: 'now-24h', to: 'now' },
    controls: [{ field: 'actor.user.uid', label: 'Identity' }],
    rows: [{ height: 10, panels: [{ ...panel, ...change }] }],
  };
}

function query(change: Partial<QuerySource> = {}): QuerySource {
  return {
    id: 'failed',
    title: 'CloudTrail: Failed',
    why: 'To see what fails.',
    query: 'status_id: 2',
    fields: ['status_id'],
    samples: { match: [{}], no_match: [{}] },
    ...change,
  };
}

const rules = (dashboards: DashboardSource[], queries: QuerySource[]): string[] =>
  lintSources(dashboards, queries, FIELDS).map(({ rule }) => rule);

describe('content linter on sources', () => {
  test('good sources have no findings', () => expect(rules([dashboard()], [query()])).toEqual([]));

  test('C001: an index pattern that is not there', () => {
    expect(rules([{ ...dashboard(), index: 'nowhere' }], [])).toContain('C001');
  });

  test('C006: a field that is not listed, wherever it stands', () => {
    expect(rules([dashboard({ by: [{ terms: 'api.operations', size: 5 }] })], [])).toEqual(['C006']);
    expect(rules([dashboard({ metrics: [{ cardinality: 'nope' }] })], [])).toEqual(['C006']);
    expect(rules([dashboard({ columns: ['nope'] })], [])).toEqual(['C006']);
    expect(rules([{ ...dashboard(), controls: [{ field: 'nope', label: 'x' }] }], [])).toEqual(['C006']);
    expect(rules([], [query({ query: 'nope: 1', fields: ['nope'] })])).toEqual(['C006']);
  });

  test('what is kept under unmapped may be asked for by any key', () => {
    expect(rules([], [query({ query: 'unmapped.readOnly: true', fields: ['unmapped.readOnly'] })])).toEqual([]);
  });

  test('C008: a query that does not parse, in a panel or saved', () => {
    expect(rules([dashboard({ query: 'status_id: (2' })], [])).toEqual(['C008']);
    expect(rules([], [query({ query: 'status_id: not 2' })])).toContain('C008');
  });

  test('C009: the same query under two names', () => {
    expect(rules([], [query(), query({ id: 'again', title: 'CloudTrail: Again', query: 'status_id:  2' })])).toEqual([
      'C009',
    ]);
  });

  test('C010: a text that names a field which does not exist', () => {
    expect(rules([dashboard({ question: 'Which actor.user.uidd fails?' })], [])).toEqual(['C010']);
  });

  test('C011: listed fields that are not the ones used', () => {
    expect(rules([], [query({ fields: ['api.operation'] })])).toEqual(['C011']);
  });

  test('C012: a panel on severity or location', () => {
    expect(rules([dashboard({ query: 'severity_id >= 4' })], [])).toEqual(['C012']);
    expect(rules([dashboard({ by: [{ terms: 'src_endpoint.location.country', size: 5 }] })], [])).toEqual(['C012']);
  });

  test('C013: a link to a dashboard that is not there', () => {
    expect(rules([dashboard({ markdown: '[x](#/view/ocsf-cloudtrail-nowhere)' })], [])).toEqual(['C013']);
  });
});

describe('content lock', () => {
  const object = savedObject('query', 'q', { title: 'Q' });
  const changedObject = savedObject('query', 'q', { title: 'Other' });
  const changelog = [{ version: '1.0.0', changes: [] }];

  test('content as it was released is fine', () => {
    expect(lintLock(lockOf('1.0.0', [object]), '1.0.0', [object], changelog)).toEqual([]);
  });

  test('C016: changed, added or removed content under a released version', () => {
    const released = lockOf('1.0.0', [object]);
    expect(lintLock(released, '1.0.0', [changedObject], changelog)).toHaveLength(1);
    expect(lintLock(released, '1.0.0', [], changelog)).toHaveLength(1);
    expect(lintLock(released, '1.0.0', [object, savedObject('query', 'r', {})], changelog)).toHaveLength(1);
  });

  test('changed content under a new version is fine, with an entry in the changelog', () => {
    const released = lockOf('1.0.0', [object]);
    expect(lintLock(released, '1.1.0', [changedObject], [{ version: '1.1.0', changes: [] }, ...changelog])).toEqual([]);
    expect(lintLock(released, '1.1.0', [changedObject], changelog).map(({ rule }) => rule)).toEqual(['C016']);
  });
});
