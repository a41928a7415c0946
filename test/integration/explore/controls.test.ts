import { readdirSync, readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Locator, Page, Request, Response } from 'playwright-core';
import { shipped } from '../../../src/content/root.ts';
import { generateEvents } from '../../../src/demo/generate.ts';
import type { Content } from '../../../src/explore/protocol.ts';
import type { ExploreServer } from '../../../src/explore/server.ts';
import { startExplore } from '../../../src/explore/start.ts';
import { silentLogger } from '../../../src/logger.ts';
import { BROWSER_START_MS, launchChromium } from '../../support/chromium.ts';
import { exportedDashboard } from '../../support/exported-dashboard.ts';
import { loadRecords } from '../../support/installed.ts';
import { record } from '../../support/records.ts';
import { deleteAlias, serverUrl, testClient, uniqueName } from '../../support/servers.ts';

const alias = uniqueName('explore-controls');
const client = testClient();
const folder = mkdtempSync(join(tmpdir(), 'explore-controls-'));
const now = Date.now();
const servers: ExploreServer[] = [];
let browser: Browser;
let page: Page;
let at = '';

const panel = (title: string): Locator => page.locator(`section.panel[aria-label="${title}"]`);
const pills = (): Locator => page.locator('.filter-bar .pill');
const place = (): URLSearchParams => new URLSearchParams(new URL(page.url()).hash.split('?')[1]);
const filters = (): { meta: Record<string, unknown>; $state?: { store: string } }[] =>
  JSON.parse(place().get('f') ?? '[]') as ReturnType<typeof filters>;
const settled = (): Promise<void> =>
  page
    .getByRole('status')
    .filter({ hasText: /panels? loaded/ })
    .waitFor({ state: 'attached' });

/** An event on the day before the clocks of Europe change in autumn, and two on the third day after it. */
function* overTheClocksChange(): Generator<unknown> {
  for (const [i, eventTime] of ['2026-10-24T10:00:00Z', '2026-10-28T10:00:00Z', '2026-10-28T16:00:00Z'].entries())
    yield record({ eventID: `cccccccc-bbbb-4ccc-8ddd-00000000000${i}`, eventTime });
}

async function serve(dashboards?: string): Promise<ExploreServer> {
  const server = await startExplore({
    opensearch: { url: serverUrl('OPENSEARCH_URL'), insecure: false },
    alias,
    ...(dashboards === undefined ? {} : { dashboards }),
    port: 0,
    logger: silentLogger,
  });
  servers.push(server);
  return server;
}

/** Opens a dashboard in a fresh state. */
async function open(dashboard: string, search = 'from=now-24h&to=now'): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${at}/#/view/ocsf-cloudtrail-${dashboard}?${search}`);
  await settled();
}

/** Name of what has the keyboard. */
const focused = (): Promise<string> =>
  page.evaluate(() => {
    interface Node {
      getAttribute(name: string): string | null;
      textContent: string;
      value?: string;
    }
    const { activeElement } = (globalThis as unknown as { document: { activeElement: Node } }).document;
    return activeElement.getAttribute('aria-label') ?? activeElement.textContent.trim();
  });

async function choose(action: string): Promise<void> {
  await pills().first().click();
  await page.getByText(action, { exact: true }).click();
  if (action !== 'Edit') await page.locator('.ouiContextMenuPanel').waitFor({ state: 'detached' });
}

beforeAll(async () => {
  await loadRecords(client, alias, generateEvents({ seed: 'controls', end: now, hours: 24, events: 5000 }), { now });
  await loadRecords(client, alias, overTheClocksChange(), { now });
  const server = await serve();
  at = `http://127.0.0.1:${server.port}`;
  browser = await launchChromium();
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, colorScheme: 'light' });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(server.url);
  await settled();
}, BROWSER_START_MS);

afterAll(async () => {
  await browser.close();
  for (const server of servers) await server.close();
  await deleteAlias(client, alias);
  await client.close();
  rmSync(folder, { recursive: true });
});

test('what must be there before the first paint is at most 700 KB, and charts are not part of it', () => {
  const assets = shipped('dist', 'explore', 'page', 'assets');
  const files = readdirSync(assets);
  const html = readFileSync(shipped('dist', 'explore', 'page', 'index.html'), 'utf8');
  // One of the two themes is loaded, before anything is drawn.
  const first = files.filter((name) => html.includes(name) || name.startsWith('oui_theme_dark'));
  expect(first.length).toBeGreaterThanOrEqual(3);
  expect(first.some((name) => name.startsWith('chart'))).toBe(false);
  const bytes = first.reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0);
  expect(bytes).toBeLessThanOrEqual(700_000);
});

describe('time', () => {
  test('is chosen by absolute ends, which the link keeps', async () => {
    await open('overview');
    await page.getByRole('button', { name: 'Show dates' }).click();
    await page.getByRole('tab', { name: 'Absolute' }).click();
    const input = page.locator('[data-test-subj="superDatePickerAbsoluteDateInput"]');
    const start = new Date(now - 6 * 3_600_000);
    start.setSeconds(0, 0);
    const two = (value: number): string => String(value).padStart(2, '0');
    await input.fill(
      `${start.getFullYear()}-${two(start.getMonth() + 1)}-${two(start.getDate())} ${two(start.getHours())}:${two(start.getMinutes())}`,
    );
    await input.press('Enter');
    await page.waitForURL(({ hash }) => !hash.includes('now-24h'));
    expect(Date.parse(place().get('from') ?? '')).toBe(start.getTime());
    expect(place().get('to')).toBe('now');
  });

  test('is chosen relative to now', async () => {
    await open('overview');
    await page.getByLabel('Date quick select').click();
    await page.getByLabel('Time value').fill('3');
    await page.getByLabel('Time unit').selectOption('h');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(({ hash }) => hash.includes('now-3h'));
  });

  test('goes on by itself where a refresh interval is chosen, and the link keeps it', async () => {
    await open('overview');
    await page.getByLabel('Date quick select').click();
    await page.getByLabel('Refresh interval value').fill('1');
    await page.getByLabel('Refresh interval units').selectOption('s');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.waitForURL(({ hash }) => hash.includes('refresh=1000'));
    for (let i = 0; i < 2; i++) await page.waitForRequest(/\/api\/search$/);
    await open('overview');
  });

  test('over a change of the clocks has every interval, those without events as well, and ends where its last one does', async () => {
    const context = await browser.newContext({ timezoneId: 'Europe/Paris', viewport: { width: 1600, height: 1000 } });
    const paris = await context.newPage();
    await paris.goto(servers[0]?.url ?? '');
    const times = 'from=2026-10-21T22:00:00.000Z&to=2026-10-28T23:00:00.000Z';
    await paris.goto(`${at}/#/view/ocsf-cloudtrail-overview?${times}`);
    const chart = paris.locator('section.panel[aria-label="Events over time, by result"] .chart[data-drawn]');
    // Seven days of eight times three hours, one of them with an hour more.
    await paris.getByRole('img', { name: /by result: 1 series over 56 intervals/ }).waitFor();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('the chart is not on the page');
    const y = box.y + box.height / 2;
    // A bar is about a fiftieth of the chart: this is inside of the first day after the change, far from its events.
    await paris.mouse.move(box.x + box.width * 0.47, y);
    await paris.mouse.down();
    await paris.mouse.move(box.x + box.width * 0.49, y, { steps: 4 });
    await paris.mouse.move(box.x + box.width * 0.6, y, { steps: 4 });
    await paris.mouse.up();
    await paris.waitForURL(({ hash }) => !hash.includes('2026-10-21T22'));
    const chosen = new URLSearchParams(new URL(paris.url()).hash.split('?')[1]);
    for (const end of [chosen.get('from'), chosen.get('to')]) {
      const clock = new Date(end ?? '').toLocaleTimeString('en-GB', { timeZone: 'Europe/Paris' });
      expect(clock).toMatch(/^(00|03|06|09|12|15|18|21):00:00$/);
    }
    await context.close();
  });

  test('changed while panels are loading: what was asked for the old range is cancelled', async () => {
    await open('overview');
    await page.route(/\/api\/search$/, () => undefined, { times: 1 });
    const cancelled = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/search'));
    await page.locator('[data-test="refresh"]').click();
    await page.locator('[aria-busy="true"]').first().waitFor();
    await page.getByLabel('Date quick select').click();
    await page.getByRole('button', { name: 'Last 4 hours' }).click();
    const failed = await cancelled;
    expect(failed.postDataJSON()).toMatchObject({ view: { from: 'now-24h' } });
    await settled();
    expect(await page.locator('[data-state="error"]').count()).toBe(0);
  });
});

describe('a refresh', () => {
  test('leaves a panel as it is until the new answer is there: its order, its page and where the keyboard is', async () => {
    await open('overview');
    const table = panel('Busiest identities');
    await table.getByRole('button', { name: 'Operations' }).click();
    await table.getByLabel('Next page').focus();
    await page.keyboard.press('Enter');
    await table.getByLabel('Previous page').focus();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route(/\/api\/search$/, async (route) => (await held, route.continue()), { times: 1 });
    await page.evaluate("document.querySelector('[data-test=refresh]').click()");
    await table.and(page.locator('[aria-busy="true"]')).waitFor();
    const kept = async (): Promise<void> => {
      expect(await table.locator('th[aria-sort="descending"]').innerText()).toBe('Operations');
      expect(await table.locator('.pager').innerText()).toContain('2 of');
      expect(await table.locator('tbody tr').count()).toBeGreaterThan(0);
      expect(await focused()).toBe('Previous page');
    };
    await kept();
    release();
    await settled();
    await kept();
  });

  test('waits for a slow cluster instead of asking again and again', async () => {
    await open('overview');
    const seen: string[] = [];
    const note =
      (word: string) =>
      (one: Request | Response): unknown =>
        one.url().endsWith('/api/search') && seen.push(word);
    const [asked, answered] = [note('asked'), note('answered')];
    page.on('request', asked).on('response', answered);
    await page.route(/\/api\/search$/, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await route.continue();
    });
    try {
      await page.evaluate("location.hash += '&refresh=1000'");
      for (let i = 0; i < 2; i++) await page.waitForResponse(/\/api\/search$/);
      expect(seen).toEqual(['asked', 'answered', 'asked', 'answered']);
    } finally {
      page.off('request', asked).off('response', answered);
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      await open('overview');
    }
  });
});

test('a panel that could not be drawn is drawn again from the next answer', async () => {
  await open('overview');
  await page.route(
    /\/api\/search$/,
    (route) => route.fulfill({ body: '{"panel":"*","status":"table","table":{"columns":null,"rows":[]}}\n' }),
    { times: 1 },
  );
  await page.locator('[data-test="refresh"]').click();
  const undrawn = page.getByText('This panel could not be drawn');
  await undrawn.first().waitFor();
  await settled();
  await page.locator('[data-test="refresh"]').click();
  await panel('Busiest identities').locator('tbody tr').first().waitFor();
  await settled();
  expect(await undrawn.count()).toBe(0);
});

test('one panel fails, another is empty for want of a field, and the others are drawn', async () => {
  await open('overview');
  const idOf = async (title: string): Promise<string | null> =>
    page.locator('.cell', { has: panel(title) }).getAttribute('data-panel');
  const answers = [
    { panel: await idOf('Busiest identities'), status: 'error', reason: 'too many clauses' },
    {
      panel: await idOf('Accounts and regions'),
      status: 'empty',
      reason: 'Nothing matches.',
      absent: ['cloud.region'],
    },
  ];
  await page.route(
    /\/api\/search$/,
    async (route) => {
      const lines = (await (await route.fetch()).text()).trim().split('\n');
      const others = lines.filter(
        (line) => !answers.some(({ panel }) => (JSON.parse(line) as { panel: string }).panel === panel),
      );
      await route.fulfill({ body: [...answers.map((answer) => JSON.stringify(answer)), ...others, ''].join('\n') });
    },
    { times: 1 },
  );
  await page.locator('[data-test="refresh"]').click();
  expect(await panel('Busiest identities').getByRole('alert').innerText()).toMatch(
    /This panel failed\s+too many clauses/,
  );
  await page.getByRole('status').filter({ hasText: ', 1 of them failed' }).waitFor({ state: 'attached' });
  expect(await panel('Accounts and regions').locator('[data-state="note"]').innerText()).toContain(
    'Nothing matches. No event in this range has cloud.region.',
  );
  await panel('Most frequent operations').getByRole('img').waitFor();
  await panel('Latest events').locator('tbody tr').first().waitFor();
  expect(await page.locator('[data-state="error"], [data-state="note"]').count()).toBe(2);
});

describe('a filter', () => {
  const failures = encodeURIComponent(
    JSON.stringify([
      {
        meta: { type: 'phrase', key: 'status', params: { query: 'Failure' } },
        query: { match_phrase: { status: 'Failure' } },
      },
    ]),
  );

  test('is edited in its place', async () => {
    await open('overview', `from=now-24h&to=now&f=${failures}`);
    expect(await pills().allInnerTexts()).toEqual(['status: Failure']);
    await choose('Edit');
    const editor = page.locator('.filter-edit .filter-editor');
    await editor.locator('select').selectOption('is not');
    await editor.locator('[data-test="save-filter"]').click();
    await page.getByText('NOT status: Failure').waitFor();
    expect(filters()).toHaveLength(1);
    expect(filters()[0]?.meta).toMatchObject({ key: 'status', negate: true });
  });

  test('that the editor has no words for is not offered to it', async () => {
    const range = { time_dt: { gte: 'now-2d' } };
    const filter = { meta: { type: 'range', key: 'time_dt', params: range.time_dt }, range };
    await open('overview', `from=now-24h&to=now&f=${encodeURIComponent(JSON.stringify([filter]))}`);
    await pills().first().click();
    await page.getByText('Exclude results', { exact: true }).waitFor();
    expect(await page.getByText('Edit', { exact: true }).count()).toBe(0);
    await page.getByText('Exclude results', { exact: true }).click();
    await page.getByText('NOT time_dt: ≥ now-2d').waitFor();
  });

  test('that is pinned stays when the others are cleared; one that is disabled is kept and does not count', async () => {
    await open('overview', `from=now-24h&to=now&f=${failures}`);
    await choose('Pin across dashboards');
    await page.waitForURL(({ hash }) => hash.includes('globalState'));
    await choose('Temporarily disable');
    await page.locator('.pill-disabled').waitFor();
    expect(filters()[0]).toMatchObject({ meta: { disabled: true }, $state: { store: 'globalState' } });
    await choose('Re-enable');
    await page.locator('.pill-disabled').waitFor({ state: 'detached' });
    await panel('Busiest identities').locator('tbody td').nth(1).hover();
    await panel('Busiest identities')
      .getByLabel(/^Filter for/)
      .nth(1)
      .click();
    await pills().nth(1).waitFor();
    await page.getByRole('button', { name: 'Clear all but pinned' }).click();
    await pills().nth(1).waitFor({ state: 'detached' });
    expect(await pills().allInnerTexts()).toEqual(['status: Failure']);
  });
});

describe('a panel', () => {
  test('is maximized and comes back, and the link keeps it; the others keep what they show', async () => {
    await open('overview');
    const table = panel('Busiest identities');
    await table.getByLabel('Next page').click();
    const chart = panel('Events over time, by result');
    await chart.hover();
    await chart.getByRole('button', { name: /^Maximize/ }).click();
    await table.waitFor({ state: 'hidden' });
    expect((await chart.boundingBox())?.height).toBeGreaterThan(600);
    await page.reload();
    await settled();
    expect(await table.isVisible()).toBe(false);
    expect((await chart.locator('canvas').boundingBox())?.height).toBeGreaterThan(550);
    await table.getByLabel('Next page', { exact: true }).dispatchEvent('click');
    await chart.getByRole('button', { name: /^Maximize/, pressed: true }).press('Enter');
    await table.waitFor();
    expect(await table.locator('.pager').innerText()).toContain('2 of');
    expect((await chart.boundingBox())?.height).toBeLessThan(400);
    // What was not seen is drawn when it is.
    await panel('Most frequent operations').locator('canvas').waitFor();
    expect(place().has('panel')).toBe(false);
    await page.goBack();
    await table.waitFor({ state: 'hidden' });
    await page.getByRole('navigation').getByText('Identity & access').click();
    await panel('Who changed whom').waitFor();
    await open('overview', 'from=now-24h&to=now&panel=of-another-dashboard');
    expect(await table.isVisible()).toBe(true);
  });
});

describe('a control', () => {
  test('takes a value that is typed and not offered, and none from who leaves it while searching', async () => {
    await open('threats');
    const box = panel('Filters').getByLabel('Source IP').first();
    const input = box.locator('input').first();
    await input.fill('203.0.');
    await page.keyboard.press('Tab');
    await page.getByLabel('Query in DQL').click();
    expect(await pills().count()).toBe(0);
    await input.fill('203.0.113.254');
    await input.press('Enter');
    await pills().first().waitFor();
    expect(await pills().allInnerTexts()).toEqual(['src_endpoint.ip: 203.0.113.254']);
    expect(await input.inputValue()).toBe('');
  });

  test('takes the first of what it offers for a text that is no whole value', async () => {
    await open('overview');
    const input = panel('Filters').getByLabel('Service').first().locator('input').first();
    await input.fill('s3.am');
    await input.press('Enter');
    await pills().first().waitFor();
    expect(await pills().allInnerTexts()).toEqual(['api.service.name: s3.amazonaws.com']);
    await input.fill('iam.amazonaws.com');
    await input.press('Enter');
    await page.waitForURL(({ hash }) => hash.includes('iam.amazonaws.com'));
    expect(await pills().allInnerTexts()).toEqual(['api.service.name: s3.amazonaws.com, iam.amazonaws.com']);
  });

  test('and the filter editor say why there are no values', async () => {
    await open('overview');
    await page.route(/\/api\/values$/, (route) =>
      route.fulfill({ status: 502, json: { error: 'the cluster is gone' } }),
    );
    try {
      await panel('Filters').getByLabel('Region').first().click();
      await panel('Filters').getByText('the cluster is gone').waitFor();
      await page.locator('[data-test="add-filter"]').click();
      await page.locator('[data-test-subj="filter-field"] input').fill('status');
      await page.locator('[role="option"][title="status"]').click();
      await page.locator('.filter-editor').getByText('the cluster is gone').waitFor();
    } finally {
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    }
    await open('overview');
    await panel('Filters').getByLabel('Region').first().click();
    await page.locator('[role="option"]', { hasText: 'us-east-1' }).waitFor();
    expect(await panel('Filters').getByText('the cluster is gone').count()).toBe(0);
  });
});

describe('without a mouse', () => {
  test('one goes from the head of the page to the panels at once, and through it in the order it is read', async () => {
    await open('overview');
    const order: string[] = [];
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    expect(order.slice(0, 3)).toEqual(['Skip to the panels', 'Overview', 'Identity & access']);
    expect(order).toContain('Use dark colours');
    expect(order.slice(-2)).toEqual(['Saved queries', 'Query in DQL']);
    await page.keyboard.press('Shift+Tab');
    await open('overview');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(
      await page.evaluate(
        () => (globalThis as unknown as { document: { activeElement: { id: string } } }).document.activeElement.id,
      ),
    ).toBe('panels');
  });

  test('one completes a query with the arrows, and opens a dashboard with Enter', async () => {
    await open('overview');
    const input = page.getByRole('combobox', { name: 'Query in DQL' });
    await input.focus();
    await input.pressSequentially('api.oper');
    await page.getByRole('option', { name: 'api.operation' }).waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await input.getAttribute('aria-activedescendant')).not.toBeNull();
    await page.keyboard.press('Enter');
    expect(await input.inputValue()).toBe('api.operation: ');
    await page
      .getByRole('navigation', { name: 'Dashboards' })
      .getByRole('button', { name: 'Network & source IPs' })
      .focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/-network\?/);
  });

  test('one sees the suggestion that one is on, however far down the list', async () => {
    await open('overview');
    const input = page.getByRole('combobox', { name: 'Query in DQL' });
    await input.focus();
    await input.pressSequentially('api.operation: ');
    await page.getByRole('option').nth(15).waitFor();
    await page.keyboard.press('ArrowUp');
    const [list, last] = [
      await page.getByRole('listbox', { name: 'Suggestions' }).boundingBox(),
      await page.getByRole('option', { selected: true }).boundingBox(),
    ];
    if (list === null || last === null) throw new Error('there is no suggestion');
    expect(last.y + last.height).toBeLessThanOrEqual(list.y + list.height);
    await page.keyboard.press('Escape');
    await input.fill('');
  });

  test('one is told why no values are offered', async () => {
    await open('overview');
    await page.route('**/api/values', (route) =>
      route.fulfill({ status: 502, contentType: 'application/json', body: '{"error":"the cluster is gone"}' }),
    );
    try {
      const input = page.getByRole('combobox', { name: 'Query in DQL' });
      await input.focus();
      await input.pressSequentially('api.operation: ');
      await page.getByText('The values could not be read: the cluster is gone').waitFor();
      await page.keyboard.press('Escape');
      await page.getByText('The values could not be read').waitFor({ state: 'detached' });
      await input.fill('');
    } finally {
      await page.unroute('**/api/values');
    }
  });

  test('one stays on a filter that one negates or edits', async () => {
    const filter = {
      meta: { type: 'phrase', key: 'status', params: { query: 'Failure' } },
      query: { match_phrase: { status: 'Failure' } },
    };
    await open('overview', `from=now-24h&to=now&f=${encodeURIComponent(JSON.stringify([filter]))}`);
    // The menu takes the keyboard when it has come up.
    const inMenu = page.locator('.ouiContextMenuPanel button:focus');
    await page.getByRole('button', { name: 'Filter status: Failure: actions' }).press('Enter');
    await inMenu.waitFor();
    await page.getByRole('button', { name: 'Exclude results' }).press('Enter');
    await page.locator('.ouiContextMenuPanel').waitFor({ state: 'detached' });
    expect(await focused()).toBe('Filter NOT status: Failure: actions');
    await page.keyboard.press('Enter');
    await inMenu.waitFor();
    await page.getByRole('button', { name: 'Edit' }).press('Enter');
    const editor = page.locator('.filter-edit .filter-editor');
    await editor.locator('select').selectOption('is');
    await editor.locator('[data-test="save-filter"]').press('Enter');
    await editor.waitFor({ state: 'detached' });
    expect(await focused()).toBe('Filter status: Failure: actions');
  });

  test('one goes through the views of an event with the arrows', async () => {
    await open('overview');
    const list = panel('Latest events');
    await list.getByRole('button', { name: 'Open event' }).first().click();
    await list.getByRole('tab', { name: 'Fields' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('JSON');
    await list.getByRole('tabpanel', { name: 'JSON' }).locator('pre.json').waitFor();
    await page.keyboard.press('ArrowLeft');
    await list.getByRole('tabpanel', { name: 'Fields' }).locator('table.fields').waitFor();
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toMatch(/^(Around, of this|JSON)/);
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('Fields');
    expect(
      await list
        .getByRole('tab')
        .evaluateAll((tabs) => tabs.filter((tab) => (tab as { tabIndex: number }).tabIndex === 0).length),
    ).toBe(1);
  });

  test('one reads a chart as a table, filters by a value of it and narrows the time to one of its intervals', async () => {
    await open('overview');
    const chart = panel('Events over time, by result');
    const asTable = chart.getByRole('button', { name: 'Show Events over time, by result as a table' });
    await asTable.focus();
    await page.keyboard.press('Enter');
    await chart.locator('tbody tr').first().waitFor();
    expect(await asTable.getAttribute('aria-pressed')).toBe('true');
    expect(await chart.getByRole('img').count()).toBe(0);
    expect(await chart.getByRole('columnheader').count()).toBe(3);
    const wanted = async (name: RegExp): Promise<string> => {
      for (let i = 0; i < 12; i++) {
        await page.keyboard.press('Tab');
        if (name.test(await focused())) return focused();
      }
      throw new Error(`${String(name)} is not reached`);
    };
    await wanted(/^Filter for (Success|Failure)$/);
    await page.keyboard.press('Enter');
    await pills().first().waitFor();
    await settled();
    expect(filters().map(({ meta }) => meta['key'])).toEqual(['status']);
    const interval = chart.getByRole('button', { name: /^Filter for 20/ }).nth(2);
    const time = new Date((await interval.getAttribute('aria-label'))?.replace('Filter for ', '') ?? '').getTime();
    await interval.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(({ hash }) => !hash.includes('now-24h'));
    await settled();
    const [from = 0, to = 0] = [place().get('from'), place().get('to')].map((text) => Date.parse(text ?? ''));
    expect(from).toBe(time);
    expect([60, 30, 10].map((minutes) => minutes * 60_000)).toContain(to - from);
    expect(filters()).toHaveLength(1);
    await asTable.focus();
    await page.keyboard.press('Enter');
    await chart.getByRole('img').waitFor();
  });

  test('one opens an event and reads its fields', async () => {
    await open('overview');
    await panel('Latest events').getByRole('button', { name: 'Open event' }).first().focus();
    await page.keyboard.press('Enter');
    await panel('Latest events').getByRole('button', { name: 'Close event' }).waitFor();
    expect(await focused()).toBe('Close event');
    expect(await panel('Latest events').getByRole('rowheader', { name: 'metadata.uid', exact: true }).count()).toBe(1);
  });
});

describe('to a screen reader', () => {
  test('everything that can be worked has a name, and a chart says what it shows', async () => {
    await open('overview');
    for (const role of ['button', 'combobox', 'link', 'tab', 'img', 'textbox'] as const)
      for (const one of await page.getByRole(role).all())
        expect({ role, name: await nameOf(one) }).toEqual({ role, name: expect.stringMatching(/\S/) });
    expect(await panel('Events over time, by result').getByRole('img').getAttribute('aria-label')).toMatch(
      /^Events over time, by result: 2 series over \d+ intervals$/,
    );
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Overview');
    expect(await page.getByRole('region', { name: 'At a glance' }).count()).toBe(1);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  test('it is said when all panels are there, and how many failed', async () => {
    await open('overview');
    const status = page.getByRole('status').filter({ hasText: 'panels loaded' });
    expect(await status.innerText()).toMatch(/^\d+ panels loaded$/);
    await page.route(
      /\/api\/search$/,
      (route) => route.fulfill({ status: 502, json: { error: 'the cluster is gone' } }),
      { times: 1 },
    );
    await page.locator('[data-test="refresh"]').click();
    await page.getByRole('status').filter({ hasText: 'of them failed' }).waitFor({ state: 'attached' });
    expect(await page.getByRole('alert').first().innerText()).toContain('the cluster is gone');
  });
});

/** The accessible name, as the browser computes it. */
async function nameOf(one: Locator): Promise<string> {
  const snapshot = await one.ariaSnapshot();
  return /"((?:[^"\\]|\\.)+)"/.exec(snapshot)?.[1] ?? '';
}

test('what happened around an event is of the same identity, and nothing else', async () => {
  await open('overview', 'from=now-24h&to=now&q=actor.user.type%3A+IAMUser');
  const list = panel('Latest events');
  await list.getByLabel('Open event').first().click();
  const details = list.locator('.event-details');
  const identity = await details
    .locator('tr', { has: page.locator('th', { hasText: /^actor\.user\.uid$/ }) })
    .locator('td.value')
    .innerText();
  await details.getByRole('tab', { name: 'Around, of this identity' }).click();
  await details.locator('.events tbody tr').nth(1).waitFor();
  const column = (await details.locator('.events thead th').allInnerTexts()).indexOf('actor.user.uid');
  const seen = await details
    .locator(`.events tbody tr td:nth-child(${column + 1})`)
    .evaluateAll((cells) => (cells as { title: string }[]).map(({ title }) => title));
  expect(new Set(seen)).toEqual(new Set([identity]));
});

test('what happened around an event is asked anew for another relation, and what was cancelled is no error', async () => {
  await open('overview', 'from=now-24h&to=now&q=actor.user.type%3A+AssumedRole');
  const list = panel('Latest events');
  await list.getByLabel('Open event').first().click();
  const details = list.locator('.event-details');
  const relations = details.getByRole('tab', { name: 'Around, of this' });
  await page.route(/\/api\/around$/, () => undefined, { times: 1 });
  const cancelled = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/around'));
  await relations.nth(0).click();
  await relations.nth(1).click();
  await cancelled;
  await details.locator('.events tbody tr').first().waitFor();
  expect(await details.locator('.note-bad').count()).toBe(0);
});

test('the colours are those chosen last, also while the style sheet of the others is loading', async () => {
  await open('overview');
  await page.route(/oui_theme_(dark|light)/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, route.request().url().includes('dark') ? 300 : 600));
    await route.continue();
  });
  const toggle = page.locator('header.header button').last();
  await toggle.click();
  await toggle.click();
  await page.waitForTimeout(1000);
  expect(await page.locator('html').getAttribute('data-theme')).toBe('light');
  expect(await page.locator('link[data-theme]').count()).toBe(1);
  expect(await page.locator('link[data-theme="light"]').count()).toBe(1);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a dashboard of a user opens, and a visualization that is not drawn says so in its place', async () => {
  const file = join(folder, 'mine.ndjson');
  writeFileSync(file, exportedDashboard(alias));
  const server = await serve(file);
  const own = await browser.newPage();
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
  const server = await serve(file);
  const own = await browser.newPage();
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
  const server = await serve(file);
  const own = await browser.newPage();
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
  await own.goto(`${at}/#/view/ocsf-cloudtrail-overview?from=now-4h&to=now`);
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

test('a narrow window has all of it, one panel below the other, and nothing is cut at its side', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  try {
    for (const dashboard of ['overview', 'threats', 'ingest-health']) {
      await open(dashboard);
      const sizes = await page.evaluate(() => {
        interface Box {
          readonly width: number;
          readonly height: number;
        }
        const { document } = globalThis as unknown as {
          document: {
            documentElement: { scrollWidth: number };
            querySelectorAll(selector: string): Iterable<{ getBoundingClientRect(): Box }>;
          };
        };
        return {
          width: document.documentElement.scrollWidth,
          charts: [...document.querySelectorAll('.chart')].map((chart) => chart.getBoundingClientRect().height),
        };
      });
      expect(sizes.width).toBe(390);
      for (const height of sizes.charts) expect(height).toBeGreaterThan(120);
    }
  } finally {
    await page.setViewportSize({ width: 1600, height: 1000 });
  }
});
