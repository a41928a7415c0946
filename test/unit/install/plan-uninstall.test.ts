import { describe, expect, test } from '@jest/globals';
import { planUninstall } from '../../../src/install/plan-uninstall.ts';
import { names } from '../../../src/names.ts';
import { desired, emptyCluster, index, installed, lines } from '../../support/install.ts';

const templates = [
  'delete index template logs-cloudtrail-ocsf',
  'delete index template ocsf-cloudtrail-ledger',
  'delete index template ocsf-cloudtrail-dead-letters',
  'delete component template logs-cloudtrail-ocsf-mappings',
  'delete component template logs-cloudtrail-ocsf-settings',
];
const used = installed(desired(), { indices: [index(desired(), { used: true })] });

describe('uninstall', () => {
  test('takes out the templates, and an index that never held an event', () => {
    const plan = planUninstall(names(), installed(desired()), { deleteData: false });
    expect(lines(plan)).toEqual([...templates, 'delete index logs-cloudtrail-ocsf-2026.11']);
  });

  test('keeps events behind the alias, and says so', () => {
    const plan = planUninstall(names(), used, { deleteData: false });
    expect(lines(plan)).toEqual(templates);
    expect(plan.notes).toMatchObject([{ code: 'kept' }]);
  });

  test('deletes events only when told to, and by their full name', () => {
    const plan = planUninstall(names(), used, { deleteData: true });
    expect(lines(plan)).toEqual([...templates, 'delete index logs-cloudtrail-ocsf-2026.11']);
    expect(JSON.stringify(plan.steps)).not.toContain('*');
  });

  test('leaves templates that others made under our names', () => {
    const cluster = emptyCluster({ templates: [{ name: 'logs-cloudtrail-ocsf', body: { _meta: { package: 'x' } } }] });
    expect(planUninstall(names(), cluster, { deleteData: true }).steps).toEqual([]);
  });

  test('of nothing does nothing', () => {
    expect(planUninstall(names(), emptyCluster(), { deleteData: true })).toEqual({ steps: [], notes: [] });
  });
});
