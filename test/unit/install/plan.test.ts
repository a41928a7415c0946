import { describe, expect, test } from '@jest/globals';
import type { IndexConfig } from '../../../src/config/config.ts';
import type { Current } from '../../../src/install/current.ts';
import { loadDesired } from '../../../src/install/load.ts';
import { matches, planInstall } from '../../../src/install/plan.ts';
import { names } from '../../../src/names.ts';
import { desired, emptyCluster, index, installed, keyword, lines } from '../../support/install.ts';

const strict = { allowForeign: false };
const refusal = (code: string) => expect.objectContaining({ code }) as unknown as Error;
const firstIndex = 'logs-cloudtrail-ocsf-2026.11';

describe('what install does', () => {
  test('an empty cluster gets components before the template that needs them, and the index last', () => {
    expect(lines(planInstall(desired(), emptyCluster(), strict))).toEqual([
      'create component template logs-cloudtrail-ocsf-mappings',
      'create component template logs-cloudtrail-ocsf-settings',
      'create index template logs-cloudtrail-ocsf',
      'create index template ocsf-cloudtrail-ledger',
      'create index template ocsf-cloudtrail-dead-letters',
      `create index ${firstIndex}`,
    ]);
  });

  test('a second install changes nothing', () => {
    expect(planInstall(desired(), installed(desired()), strict)).toEqual({ steps: [], notes: [] });
  });

  test('an install that broke in the middle is completed by the next one', () => {
    const whole = installed(desired());
    const half = { ...whole, templates: whole.templates.slice(0, 1), indices: [] };
    expect(lines(planInstall(desired(), half, strict))).toEqual([
      'create index template ocsf-cloudtrail-ledger',
      'create index template ocsf-cloudtrail-dead-letters',
      `create index ${firstIndex}`,
    ]);
  });

  test('concurrent installs are harmless: losing the race for the index is no error', () => {
    const create = planInstall(desired(), emptyCluster(), strict).steps.at(-1);
    expect(create).toMatchObject({ what: 'index', harmless: ['resource_already_exists_exception'] });
  });

  test('an index that lost its alias gets it back', () => {
    const state = installed(desired(), { indices: [index(desired(), { aliases: [] })], behindAlias: [] });
    expect(lines(planInstall(desired(), state, strict))).toEqual(['create alias logs-cloudtrail']);
  });

  test('a new month gets its index, the old one is left alone', () => {
    const old = index(desired(), { name: 'logs-cloudtrail-ocsf-2026.10', used: true });
    expect(lines(planInstall(desired(), installed(desired(), { indices: [old] }), strict))).toEqual([
      `create index ${firstIndex}`,
    ]);
  });

  test('replicas that a single node cannot hold are remarked on', () => {
    const { notes } = planInstall(desired({ index: { replicas: 1 } }), emptyCluster(), strict);
    expect(notes.map(({ code }) => code)).toEqual(['replicas']);
  });
});

describe('a newer package', () => {
  const newer = desired({ version: '1.3.0', properties: { severity: keyword } });

  test('adds its fields to the indices that exist', () => {
    const plan = planInstall(newer, installed(desired()), strict);
    const mapping = plan.steps.find(({ what }) => what === 'mapping');
    expect(mapping).toMatchObject({
      name: firstIndex,
      detail: '1 new field: severity',
      request: { body: { properties: { severity: keyword } } },
      optional: ['cluster_block_exception'],
    });
  });

  test('names the types that changed, keeps them, and says how to reindex', () => {
    const changed = desired({ version: '1.3.0', properties: { status: { type: 'long' } } });
    const plan = planInstall(changed, installed(desired()), strict);
    expect(plan.steps.find(({ what }) => what === 'mapping')).toMatchObject({ detail: 'version' });
    expect(plan.notes).toMatchObject([{ code: 'reindex', commands: expect.anything() as unknown }]);
    expect(plan.notes[0]?.message).toContain('status: is keyword (ignore_above=8191), should be long');
    expect(plan.notes[0]?.commands?.join('\n')).toContain(`"remove_index":{"index":"${firstIndex}"}`);
  });

  test('also brings the ledger and the dead letters up to date', () => {
    const ledger = index(desired(), { name: 'ocsf-cloudtrail-ledger', aliases: [], mapping: { dynamic: 'false' } });
    const plan = planInstall(desired(), installed(desired(), { indices: [index(desired()), ledger] }), strict);
    expect(lines(plan)).toEqual(['update mapping ocsf-cloudtrail-ledger']);
  });
});

describe('what install refuses', () => {
  test('an older package refuses to overwrite a newer install', () => {
    const cluster = installed(desired({ version: '1.10.0' }));
    expect(() => planInstall(desired({ version: '1.9.0' }), cluster, strict)).toThrow(refusal('DOWNGRADE'));
  });

  test('foreign indices behind the alias are named and stop it', () => {
    const cluster = emptyCluster({ behindAlias: ['ss4o_logs-aws_cloudtrail-000001'] });
    expect(() => planInstall(desired(), cluster, strict)).toThrow(/ss4o_logs-aws_cloudtrail-000001/);
    expect(() => planInstall(desired(), cluster, strict)).toThrow(refusal('FOREIGN_INDEX'));
  });

  test('told otherwise, it goes on and says so', () => {
    const cluster = emptyCluster({ behindAlias: ['raw-1'] });
    const plan = planInstall(desired(), cluster, { allowForeign: true });
    expect(plan.notes).toMatchObject([{ code: 'foreign-index' }]);
    expect(plan.steps).toHaveLength(6);
  });

  test('the period cannot change while events exist', () => {
    const used = installed(desired(), { indices: [index(desired(), { used: true })] });
    expect(() => planInstall(desired({ index: { period: 'day' } }), used, strict)).toThrow(refusal('PERIOD_CHANGE'));
  });

  test('the period may change while there are no events', () => {
    const plan = planInstall(desired({ index: { period: 'day' } }), installed(desired()), strict);
    expect(lines(plan)).toContain('create index logs-cloudtrail-ocsf-2026.11.21');
  });

  describe('after an uninstall that kept the events', () => {
    const kept = (...suffixes: string[]) =>
      emptyCluster({
        indices: suffixes.map((suffix) => index(desired(), { name: `logs-cloudtrail-ocsf-${suffix}`, used: true })),
      });
    const load = (current: Current, chosen: Partial<IndexConfig> = {}) =>
      loadDesired(names(), chosen, current, Date.parse('2026-11-28T12:00:00Z'));

    test.each([
      ['day', ['2026.11.27', '2026.11.28', 'backup']],
      ['year', ['2026-v2']],
      ['month', ['backup']],
    ])('their period, %s, is taken from the names of the indices: %p', (period, suffixes) => {
      const current = kept(...suffixes);
      expect(load(current).meta.period).toBe(period);
      expect(() => planInstall(load(current), current, strict)).not.toThrow();
    });

    test('another period is refused', () => {
      const current = kept('2026.11.28');
      expect(() => planInstall(load(current, { period: 'month' }), current, strict)).toThrow(refusal('PERIOD_CHANGE'));
    });
  });

  test.each(['index', 'data stream'] as const)('an %s that has the name of the alias is named', (aliasTakenBy) => {
    const plan = () => planInstall(desired(), emptyCluster({ aliasTakenBy }), strict);
    expect(plan).toThrow(refusal('NAME_TAKEN'));
    expect(plan).toThrow(/logs-cloudtrail/);
  });

  test('a template of ours by name but not by origin is not overwritten', () => {
    const cluster = emptyCluster({ templates: [{ name: 'logs-cloudtrail-ocsf', body: {} }] });
    expect(() => planInstall(desired(), cluster, strict)).toThrow(refusal('NAME_TAKEN'));
  });

  test.each([700, 900])('a template of priority %d that takes our indices is named', (priority) => {
    const body = { index_patterns: ['logs-*'], priority };
    const cluster = emptyCluster({ templates: [{ name: 'all-logs', body }] });
    expect(() => planInstall(desired(), cluster, strict)).toThrow(/all-logs/);
  });

  test('templates of lower priority or for other indices are no concern', () => {
    const templates = [
      { name: 'all-logs', body: { index_patterns: ['logs-*'], priority: 100 } },
      { name: 'others', body: { index_patterns: ['logs-cloudtrail-raw*'], priority: 900 } },
    ];
    expect(planInstall(desired(), emptyCluster({ templates }), strict).steps).toHaveLength(6);
  });

  test('a template that will put foreign indices behind the alias is remarked on', () => {
    const body = { index_patterns: ['raw-*'], template: { aliases: { 'logs-cloudtrail': {} } } };
    const { notes } = planInstall(desired(), emptyCluster({ templates: [{ name: 'raw', body }] }), strict);
    expect(notes).toMatchObject([{ code: 'foreign-template' }]);
  });
});

test.each([
  ['logs-*', 'logs-x', true],
  ['logs-*-ocsf', 'logs-a-b-ocsf', true],
  ['logs.x', 'logs-x', false],
  ['*', 'anything', true],
  ['x', 'xx', false],
])('the pattern %s against %s: %s', (pattern, name, expected) => {
  expect(matches(pattern, name)).toBe(expected);
});
