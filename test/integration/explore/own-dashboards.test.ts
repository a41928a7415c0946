import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { generateEvents } from '../../../src/demo/generate.ts';
import type { Content } from '../../../src/explore/protocol.ts';
import { explorePage } from '../../support/explore-page.ts';
import { exportedDashboard } from '../../support/exported-dashboard.ts';
import { loadRecords } from '../../support/installed.ts';

const explore = explorePage('explore-own-dashboards', (client, alias, now) =>
  loadRecords(client, alias, generateEvents({ seed: 'controls', end: now, hours: 24, events: 1000 }), { now }),
);
const { alias } = explore;
const folder = mkdtempSync(join(tmpdir(), 'explore-own-dashboards-'));
let page: Page;
beforeAll(() => void ({ page } = explore));
afterAll(() => rmSync(folder, { recursive: true }));

test('a dashboard of a user opens, and a visualization that is not drawn says so in its place', async () => {
  const file = join(folder, 'mine.ndjson');
  writeFileSync(file, exportedDashboard(alias));
  const server = await explore.serve(file);
  const own = await explore.browser.newPage();
  await own.goto(server.url);
  await own.locator('section.panel').nth(2).waitFor();
  await own.getByText('Not shown here').waitFor();
  expect(await own.locator('[data-state="note"]', { hasText: 'vega' }).count()).toBe(1);
  // Its answer may come after the others' notes.
  await own.locator('.metrics dd, .chart, .table-panel').first().waitFor();
  await own.close();
});

test('a dashboard of a user that cannot be read says why in its place', async () => {
  const file = join(folder, 'unreadable.ndjson');
  const attributes = { title: 'Unreadable', panelsJSON: 'not JSON' };
  writeFileSync(file, JSON.stringify({ type: 'dashboard', id: 'unreadable', attributes, references: [] }));
  const server = await explore.serve(file);
  const own = await explore.browser.newPage();
  await own.goto(`${server.url}#?from=now-7d&to=now`);
  await own.locator('main .ouiCallOut', { hasText: 'panelsJSON' }).waitFor();
  // What explore prints may end in a time range: it outlives the way through the door.
  expect(own.url()).toMatch(/#\/view\/unreadable\?from=now-7d/);
  await own.close();
});

test("a user's dashboard asks with the query and the filters it was saved with", async () => {
  const file = join(folder, 'saved.ndjson');
  const region = { meta: { type: 'exists', key: 'cloud.region' }, query: { exists: { field: 'cloud.region' } } };
  writeFileSync(
    file,
    exportedDashboard(alias, { query: { query: 'status: Failure', language: 'kuery' }, filter: [region] }),
  );
  const server = await explore.serve(file);
  const own = await explore.browser.newPage();
  const asked = own.waitForRequest(/\/api\/search$/);
  await own.goto(server.url);
  expect((await asked).postDataJSON()).toMatchObject({ view: { query: 'status: Failure', filters: [region] } });
  await own.locator('.table-panel tbody tr').first().waitFor();
  expect(await own.locator('.table-panel tbody tr').count()).toBe(1);
  expect(await own.locator('.filter-bar .pill').allInnerTexts()).toEqual(['cloud.region exists']);
  await own.close();
});

test('the links of a text lead to dashboards in the same view, and to other sites', async () => {
  const own = await page.context().newPage();
  const text = [
    "[Failures](/app/dashboards#/view/ocsf-cloudtrail-errors?_a=(query:(language:kuery,query:'status:%20Failure')))",
    '[broken](#/view/%E0%A4%A)',
    '[elsewhere](https://osd.example.com/app/dashboards#/view/ocsf-cloudtrail-errors)',
  ].join(' ');
  await own.route(/\/api\/content$/, async (route) => {
    const content = (await (await route.fetch()).json()) as Content;
    const note = {
      id: 'note',
      title: 'Note',
      description: '',
      hideTitle: false,
      type: 'markdown',
      colors: {},
      widths: [],
    };
    const first = { ...note, grid: { x: 0, y: 0, w: 48, h: 4 }, params: { markdown: text } };
    const dashboards = content.dashboards.map((one) => ({ ...one, panels: [first, ...one.panels.slice(1)] }));
    await route.fulfill({ json: { ...content, dashboards } });
  });
  await own.goto(`${explore.origin}/#/view/ocsf-cloudtrail-overview?from=now-4h&to=now`);
  const link = own.getByRole('link', { name: 'Failures' });
  await own.getByRole('link', { name: 'broken' }).waitFor();
  expect(await own.getByRole('link', { name: 'elsewhere' }).getAttribute('href')).toMatch(/^https:/);
  const there = /-errors\?from=now-4h&to=now&q=status%3A\+Failure$/;
  const [tab] = await Promise.all([own.context().waitForEvent('page'), link.click({ modifiers: ['ControlOrMeta'] })]);
  await tab.waitForURL(there);
  await tab.close();
  expect(own.url()).toMatch(/-overview/);
  await link.click();
  await own.waitForURL(there);
  expect(await own.getByLabel('Query in DQL').inputValue()).toBe('status: Failure');
  await own.goBack();
  await own.waitForURL(/-overview/);
  await own.close();
});
