import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { DashboardsConfig } from '../../../../src/config/config.ts';
import type { SavedObject } from '../../../../src/content/compile/saved-object.ts';
import { shipped } from '../../../../src/content/root.ts';
import { applyDashboardsSteps } from '../../../../src/install/dashboards/apply.ts';
import { createDashboards } from '../../../../src/install/dashboards/client.ts';
import { fitObjects } from '../../../../src/install/dashboards/objects.ts';
import { planObjectRemoval, planObjects } from '../../../../src/install/dashboards/plan.ts';
import { readObjects } from '../../../../src/install/dashboards/read.ts';
import type { Note } from '../../../../src/install/steps.ts';
import { names } from '../../../../src/names.ts';
import {
  startDashboardsDouble,
  type DashboardsDouble,
  type DoubleOptions,
} from '../../../support/dashboards-double.ts';

const SHIPPED = ['ocsf-cloudtrail-ingest-health', 'ocsf-cloudtrail'].flatMap((name) =>
  readFileSync(shipped('dashboards', 'generated', `${name}.ndjson`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SavedObject),
);
const KEYS = SHIPPED.map(({ type, id }) => `${type}:${id}`).sort();
const PATTERN = 'logs-cloudtrail';

let double: DashboardsDouble;
async function start(options: DoubleOptions = {}): Promise<void> {
  double = await startDashboardsDouble(options);
}
afterEach(async () => double.close());

type More = Partial<DashboardsConfig> & {
  readonly objects?: readonly SavedObject[];
  readonly readyMs?: number;
  readonly alias?: string;
};

function wiring({ objects = SHIPPED, readyMs = 50, alias, ...more }: More) {
  const config: DashboardsConfig = { url: double.url, insecure: false, ...more };
  const dashboards = createDashboards(config, { readyMs });
  return { config, dashboards, objects: fitObjects(objects, names(alias), config.dataSource) };
}
async function install(more: More = {}): Promise<{ steps: string[]; notes: Note[] }> {
  const { config, dashboards, objects } = wiring(more);
  await dashboards.version();
  const steps = planObjects(objects, await readObjects(dashboards, config, objects));
  const notes = await applyDashboardsSteps(dashboards, config, steps);
  return { steps: steps.map(({ verb, what, detail = '' }) => `${verb} ${what} ${detail}`.trim()), notes };
}
async function uninstall(more: More = {}): Promise<string[]> {
  const { config, dashboards, objects } = wiring(more);
  const steps = planObjectRemoval(objects, await readObjects(dashboards, config, objects));
  await applyDashboardsSteps(dashboards, config, steps);
  return steps.map(({ verb, what }) => `${verb} ${what}`);
}
const containing = (text: string) => expect.stringContaining(text) as unknown as string;
const refusal = (code: string, text = '') =>
  expect.objectContaining({ code, message: containing(text) }) as unknown as Error;

describe('install into OpenSearch Dashboards', () => {
  test('imports all objects in one file, and sets the default index pattern where none is set', async () => {
    await start();
    expect((await install()).steps).toEqual([
      `create saved objects ${SHIPPED.length} new`,
      'create default index pattern none was set',
    ]);
    expect(double.objects()).toEqual(KEYS);
    expect(double.setting('defaultIndex')).toBe(PATTERN);
    expect(double.requests.filter((line) => line.endsWith('_import'))).toHaveLength(1);
  });

  test('a second install changes nothing', async () => {
    await start();
    await install();
    expect((await install()).steps).toEqual([]);
  });

  test('use counts that Discover wrote into the index pattern are no change', async () => {
    await start();
    await install();
    const pattern = double.stored(`index-pattern:${PATTERN}`);
    const fields = String(pattern?.attributes['fields']).replace('"count":0', '"count":12');
    double.put({ type: 'index-pattern', id: PATTERN, attributes: { ...pattern?.attributes, fields } });
    expect((await install()).steps).toEqual([]);
  });

  test('an object of an older version is overwritten', async () => {
    await start();
    await install();
    double.put({ type: 'dashboard', id: 'ocsf-cloudtrail-overview', attributes: { title: 'old' } });
    expect((await install()).steps).toEqual(['update saved objects 1 changed']);
    expect(double.stored('dashboard:ocsf-cloudtrail-overview')?.attributes['title']).not.toBe('old');
  });

  test('a default index pattern of the user stays', async () => {
    await start();
    double.set('defaultIndex', 'theirs');
    await install();
    expect(double.setting('defaultIndex')).toBe('theirs');
  });

  test('without the settings API the default is read from the saved configuration', async () => {
    await start({ settingsApi: false });
    double.put({ type: 'config', id: '3.1.0', attributes: { defaultIndex: 'theirs' } });
    expect((await install()).steps).toHaveLength(1);
  });

  test('works below a base path', async () => {
    await start({ basePath: '/_dashboards' });
    await install();
    expect(double.objects()).toEqual(KEYS);
  });

  test('a base path that is missing from the URL is hinted at', async () => {
    await start({ basePath: '/_dashboards' });
    await expect(install({ url: double.url.replace('/_dashboards', '') })).rejects.toMatchObject({
      code: 'DASHBOARDS_UNREACHABLE',
      hint: containing('/_dashboards'),
    });
  });

  test('waits for a server that starts', async () => {
    await start({ notReady: 2 });
    await install({ readyMs: 2000 });
    expect(double.objects()).toEqual(KEYS);
  });

  test('a server that never gets ready is said to be so', async () => {
    await start({ notReady: 1000 });
    await expect(install()).rejects.toThrow(refusal('DASHBOARDS_UNREACHABLE', 'not ready'));
  });

  test('a workspace is part of the path', async () => {
    await start({ workspaces: ['sec'] });
    await install({ workspace: 'sec' });
    expect(double.requests.every((line) => line.includes('/w/sec/'))).toBe(true);
  });

  test('a workspace where there are none is said to be missing', async () => {
    await start();
    await expect(install({ workspace: 'sec' })).rejects.toMatchObject({ code: 'DASHBOARDS_UNREACHABLE' });
  });

  test('another alias becomes the title of the index patterns', async () => {
    await start();
    const patterns = fitObjects(SHIPPED, names('other')).filter(({ type }) => type === 'index-pattern');
    expect(Object.fromEntries(patterns.map(({ id, attributes }) => [id, attributes['title']]))).toEqual({
      'logs-cloudtrail': 'other',
      'ocsf-cloudtrail-ledger': 'ocsf-cloudtrail-other-ledger',
      'ocsf-cloudtrail-dead-letters': 'ocsf-cloudtrail-other-dead-letters',
    });
  });
});

describe('credentials', () => {
  const security = { username: 'ann', password: 's3cret', basic: true };
  const who = { username: 'ann', password: 's3cret' };

  test('basic authentication, where it is taken', async () => {
    await start({ security });
    await install(who);
    expect(double.requests).not.toContain('POST /auth/login');
  });

  test('the login page, where it is not', async () => {
    await start({ security: { ...security, basic: false } });
    await install(who);
    expect(double.requests.filter((line) => line === 'POST /auth/login')).toHaveLength(1);
    expect(double.objects()).toEqual(KEYS);
  });

  test.each([true, false])(
    'a wrong password is refused once and not shown (basic authentication: %s)',
    async (basic) => {
      await start({ security: { ...security, basic } });
      const failure = install({ ...who, password: 'wrong-word' });
      await expect(failure).rejects.toThrow(refusal('DASHBOARDS_AUTH'));
      await expect(failure).rejects.not.toThrow(/wrong-word/);
    },
  );

  test('no credentials where some are asked for', async () => {
    await start({ security });
    await expect(install()).rejects.toThrow(refusal('DASHBOARDS_AUTH', 'asks for a user'));
  });

  test('a domain of Amazon OpenSearch Service that lets nobody in without a user is quoted, and a user asked for', async () => {
    await start({ domain: true, basePath: '/_dashboards' });
    await expect(install()).rejects.toMatchObject({
      code: 'DASHBOARDS_REFUSED',
      message: containing('User: anonymous is not authorized to perform: es:ESHttpGet'),
      hint: containing('--dashboards-username'),
    });
    expect((await install({ username: 'ann', password: 'p' })).notes).toEqual([]);
  });

  test('a port where nothing listens', async () => {
    await start();
    await expect(install({ url: 'http://127.0.0.1:1' })).rejects.toThrow(refusal('DASHBOARDS_UNREACHABLE'));
  });
});

describe('tenants and data sources', () => {
  test('a tenant gets the objects, the global one does not', async () => {
    await start({ tenants: ['analysts'] });
    await install({ tenant: 'analysts' });
    expect([double.objects('analysts'), double.objects()]).toEqual([KEYS, []]);
  });

  test('a tenant that was silently ignored is an error', async () => {
    await start({ tenants: ['analysts'] });
    await expect(install({ tenant: 'analyst' })).rejects.toThrow(refusal('DASHBOARDS_REFUSED', 'global tenant'));
  });

  test('the same install in the global tenant does not look like a mistake', async () => {
    await start({ tenants: ['analysts'] });
    await install();
    await install({ tenant: 'analysts' });
    expect(double.objects('analysts')).toEqual(KEYS);
  });

  test('a data source prefixes ids; links between our dashboards follow', async () => {
    await start({ dataSources: { ds1: 'Production' } });
    await install({ dataSource: 'ds1' });
    expect(double.objects()).toEqual(SHIPPED.map(({ type, id }) => `${type}:ds1_${id}`).sort());
    const links = double
      .objects()
      .flatMap((key) => JSON.stringify(double.stored(key)?.attributes).match(/#\/view\/[A-Za-z0-9_-]+/g) ?? []);
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) expect(double.objects()).toContain(`dashboard:${link.slice('#/view/'.length)}`);
    expect((await install({ dataSource: 'ds1' })).steps).toEqual([]);
    const overview = double.stored('dashboard:ds1_ocsf-cloudtrail-overview');
    double.put({
      type: 'dashboard',
      id: 'ds1_ocsf-cloudtrail-overview',
      attributes: { ...overview?.attributes, panelsJSON: '[]' },
    });
    expect((await install({ dataSource: 'ds1' })).steps).toEqual(['update saved objects 1 changed']);
    await uninstall({ dataSource: 'ds1' });
    expect(double.objects()).toEqual([]);
  });

  test('a data source that does not exist is refused', async () => {
    await start({ dataSources: {} });
    await expect(install({ dataSource: 'nope' })).rejects.toThrow(refusal('DASHBOARDS_REFUSED', 'nope'));
  });
});

describe('answers that look like success', () => {
  const broken = (change: (object: SavedObject) => SavedObject, type = 'dashboard') => {
    const at = SHIPPED.findIndex((object) => object.type === type);
    return SHIPPED.map((object, i) => (i === at ? change(object) : object));
  };

  test('HTTP 200 with errors is no success: an attribute that the mapping does not know', async () => {
    await start();
    const objects = broken((object) => ({ ...object, attributes: { ...object.attributes, extra: 1 } }));
    await expect(install({ objects })).rejects.toThrow(refusal('DASHBOARDS_REFUSED', '[extra] within [dashboard]'));
  });

  test('a missing reference writes nothing, whatever the counts say', async () => {
    await start();
    const references = [{ name: 'x', type: 'index-pattern', id: 'not-there' }];
    const objects = broken((object) => ({ ...object, references }));
    await expect(install({ objects })).rejects.toThrow(refusal('DASHBOARDS_REFUSED', 'index-pattern not-there'));
    expect(double.objects()).toEqual([]);
  });

  test('an object that was taken and is not there is named', async () => {
    await start({ loses: PATTERN });
    await expect(install()).rejects.toThrow(refusal('DASHBOARDS_REFUSED', `index-pattern ${PATTERN}`));
  });

  test.each([
    ['a count that is short', { status: 200, body: { success: true, successCount: 3 } }, '3 of'],
    ['no success and no reason', { status: 200, body: { success: false, successCount: 0 } }, 'not why'],
    ['a page instead of JSON', { status: 200, body: 'a login page' }, 'not JSON'],
    ['an internal error', { status: 500, body: { message: 'An internal server error occurred.' } }, 'HTTP 500'],
    ['a newer migration than the server', { status: 422, body: { message: 'more recent version' } }, 'more recent'],
  ])('%s', async (_, importAnswer, text) => {
    await start({ importAnswer });
    await expect(install()).rejects.toThrow(refusal('DASHBOARDS_REFUSED', text));
  });

  test('a file larger than the server takes says which setting to raise', async () => {
    await start({ maxPayload: 1000 });
    await expect(install()).rejects.toMatchObject({
      code: 'DASHBOARDS_REFUSED',
      hint: containing('maxImportPayloadBytes'),
    });
  });
});

describe('objects that not every OpenSearch Dashboards takes', () => {
  const panel = { type: 'observability-panel', id: 'extra', attributes: { title: 'x' }, references: [] };
  const objects = [...SHIPPED, panel as unknown as SavedObject];

  test('are refused with a notice, and the rest is there', async () => {
    await start({ unknownTypes: ['observability-panel'] });
    const { notes } = await install({ objects });
    expect(notes).toMatchObject([{ code: 'skipped', message: containing('observability-panel extra') }]);
    expect(double.objects()).toEqual(KEYS);
  });

  test('are installed where they are known', async () => {
    await start();
    expect((await install({ objects })).notes).toEqual([]);
    expect(double.objects()).toContain('observability-panel:extra');
  });
});

describe('uninstall', () => {
  test('removes exactly our objects, and the default index pattern that was ours', async () => {
    await start();
    double.put({ type: 'dashboard', id: 'theirs' });
    await install();
    expect(await uninstall()).toEqual(['delete default index pattern', 'delete saved objects']);
    expect([double.objects(), double.setting('defaultIndex')]).toEqual([['dashboard:theirs'], undefined]);
    expect(await uninstall()).toEqual([]);
  });

  test('another alias neither takes over nor removes what an install shows', async () => {
    await start();
    await install();
    await expect(install({ alias: 'staging' })).rejects.toEqual(refusal('NAME_TAKEN', '"logs-cloudtrail"'));
    expect(await uninstall({ alias: 'staging' })).toEqual([]);
    expect(double.objects()).toEqual(KEYS);
  });

  test('an index pattern to which the user added another cluster is still ours', async () => {
    await start();
    await install();
    const pattern = double.stored(`index-pattern:${PATTERN}`);
    if (pattern === undefined) throw new Error('not installed');
    double.put({ ...pattern, attributes: { ...pattern.attributes, title: `${PATTERN},far:${PATTERN}` } });
    expect(await uninstall()).toEqual(['delete default index pattern', 'delete saved objects']);
  });

  test("leaves the user's default index pattern", async () => {
    await start();
    double.set('defaultIndex', 'theirs');
    await install();
    await uninstall();
    expect(double.setting('defaultIndex')).toBe('theirs');
  });
});
