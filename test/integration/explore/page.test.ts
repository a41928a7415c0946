import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Page, Request } from 'playwright-core';
import { generateEvents } from '../../../src/demo/generate.ts';
import { leadingFile } from '../../../src/explore/open-page.ts';
import { names } from '../../../src/names.ts';
import { explorePage } from '../../support/explore-page.ts';
import { loadHealth } from '../../support/health.ts';
import { loadRecords } from '../../support/installed.ts';
import { createLostIndex } from '../../support/lost-index.ts';
import { record } from '../../support/records.ts';

/** Markup in every place of an event that its caller can choose, and keys that a careful parser refuses. */
const EVIL = {
  agent: '<img src=x onerror="window.hacked=1"> evil-agent',
  bucket: '"><script>window.hacked=1</script>evil-bucket',
  error: '<svg onload=window.hacked=1>evil-error</svg>',
  user: '<img src=x onerror=window.hacked=1>evil-user',
  operation: 'javascript:window.hacked=1',
};

function* evilEvents(now: number): Generator<unknown> {
  for (let i = 0; i < 400; i++)
    yield record({
      eventID: `aaaaaaaa-bbbb-4ccc-8ddd-${String(i).padStart(12, '0')}`,
      eventTime: new Date(now - (i + 1) * 20_000).toISOString().replace(/\.\d+Z/, 'Z'),
      eventSource: 's3.amazonaws.com',
      eventName: EVIL.operation,
      userAgent: EVIL.agent,
      readOnly: false,
      errorCode: EVIL.error,
      errorMessage: EVIL.error,
      requestParameters: { bucketName: EVIL.bucket },
      ...(JSON.parse('{"__proto__":"evil-key"}') as object),
      resources: [{ ARN: `arn:aws:s3:::${EVIL.bucket}`, accountId: '123456789012', type: 'AWS::S3::Bucket' }],
      userIdentity: {
        type: 'IAMUser',
        principalId: 'AIDAEXAMPLEEVIL00001',
        arn: `arn:aws:iam::123456789012:user/${EVIL.user}`,
        accountId: '123456789012',
        accessKeyId: 'AKIAEXAMPLEEVIL00001',
        userName: EVIL.user,
      },
    });
}

/** Signs that mean something in DQL, in a URL and in the state of a dashboard's link. */
const ODD_AGENT = String.raw`it's "odd" \ !(and) *? :{} %27 & #/view/x?q=1 + 'ü'`;

function* oddEvents(now: number): Generator<unknown> {
  for (let i = 0; i < 3; i++)
    yield record({
      eventID: `bbbbbbbb-bbbb-4ccc-8ddd-${String(i).padStart(12, '0')}`,
      eventTime: new Date(now - (i + 1) * 30_000).toISOString().replace(/\.\d+Z/, 'Z'),
      eventName: 'OddAgent',
      userAgent: ODD_AGENT,
    });
}

const explore = explorePage('explore-page', async (client, alias, now) => {
  await loadRecords(client, alias, generateEvents({ seed: 'page', end: now, hours: 24, events: 6000 }), { now });
  await loadRecords(client, alias, evilEvents(now), { now });
  await loadRecords(client, alias, oddEvents(now), { now });
  await loadHealth(client, alias, now);
});
const { alias, client, complaints, panel, pills, place, settled, open } = explore;
const dashboardOf = (): string => /#\/view\/([^?]+)/.exec(page.url())?.[1] ?? '';
let page: Page;
beforeAll(() => void ({ page } = explore));
beforeEach(() => void complaints.splice(0));

async function events(): Promise<number> {
  await settled();
  return Number((await panel('At a glance').locator('dd').first().innerText()).replaceAll(',', ''));
}

describe('every dashboard', () => {
  test('renders without an empty or failed panel and without a complaint of the browser', async () => {
    const tabs = page.locator('nav .tab');
    expect(await tabs.count()).toBe(8);
    for (let i = 0; i < (await tabs.count()); i++) {
      await tabs.nth(i).click();
      await settled();
      const name = await tabs.nth(i).innerText();
      const faults = await page.locator('[data-state="error"], [data-state="note"]').allInnerTexts();
      expect({ name, faults }).toEqual({ name, faults: [] });
      expect(await page.locator('canvas').count()).toBeGreaterThan(0);
    }
    expect(complaints).toEqual([]);
  });

  test('keeps what is stored in events as text, whatever markup it holds', async () => {
    for (const dashboard of ['overview', 'identity', 'errors', 'threats']) {
      await open(dashboard, 'from=now-3h&to=now');
      expect(await page.evaluate(() => (globalThis as { hacked?: number }).hacked)).toBeUndefined();
      expect(await page.locator('main img, main script, main [onload], main [onerror]').count()).toBe(0);
      expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    }
    await open('network', 'from=now-3h&to=now');
    await panel('User agents').locator(`td[title='${EVIL.agent}']`).waitFor();
    await open('data', 'from=now-3h&to=now');
    // By its title: what is too long for its column is shown in part.
    const row = panel('Latest changes').locator(`tbody tr:has(td[title="${EVIL.operation}"])`);
    await row.first().getByLabel('Open event').click();
    const details = await panel('Latest changes').locator('.event-details').innerText();
    for (const text of Object.values(EVIL)) expect(details).toContain(text);
    await panel('Latest changes').getByRole('tab', { name: 'JSON' }).click();
    expect(await panel('Latest changes').locator('pre.json').innerText()).toContain('<svg onload');
    expect(await page.evaluate(() => (globalThis as { hacked?: number }).hacked)).toBeUndefined();
    expect(complaints).toEqual([]);
  });
});

describe('an analyst', () => {
  test('filters a value out, in a table and in an event', async () => {
    await open('overview');
    const all = await events();
    const cell = panel('Busiest identities').locator('tbody td').nth(1);
    const type = await cell.getAttribute('title');
    await cell.hover();
    await cell.getByLabel(`Filter out ${type}`).click();
    await pills().waitFor();
    expect(await pills().allInnerTexts()).toEqual([`NOT actor.user.type: ${type}`]);
    const rest = await events();
    expect(rest).toBeLessThan(all);
    const list = panel('Latest events');
    await list.getByLabel('Open event').first().click();
    await list.locator('.event-details').getByLabel('Filter out class_name').click();
    await pills().nth(1).waitFor();
    expect(await pills().nth(1).innerText()).toMatch(/^NOT class_name: /);
    expect(await events()).toBeLessThan(rest);
  });

  test('goes from dashboard to dashboard and keeps time range, query and filters; back goes back', async () => {
    await open('overview');
    await panel('Busiest identities').locator('tbody td').nth(1).hover();
    await panel('Busiest identities')
      .getByLabel(/^Filter for/)
      .nth(1)
      .click();
    await settled();
    expect(await pills().allInnerTexts()).toEqual([expect.stringMatching(/^actor\.user\.type: /)]);
    await page.locator('nav .tab', { hasText: 'Network' }).click();
    await settled();
    expect([dashboardOf(), place().get('from')]).toEqual(['ocsf-cloudtrail-network', 'now-24h']);
    expect(await pills().count()).toBe(1);
    await page.goBack();
    await settled();
    expect(dashboardOf()).toBe('ocsf-cloudtrail-overview');
  });

  test('chooses a quick time range, and the numbers follow', async () => {
    await open('overview');
    const day = await events();
    await page.getByLabel('Date quick select').click();
    await page.getByRole('button', { name: 'Last 4 hours' }).click();
    await page.waitForURL(({ hash }) => hash.includes('now-4h'));
    expect(await events()).toBeLessThan(day);
  });

  test('writes DQL with completion of fields and values, and is told where it is wrong', async () => {
    await open('overview');
    const all = await events();
    const input = page.getByLabel('Query in DQL');
    await input.fill('stat');
    await page.locator('.suggestions li', { hasText: /^statusstring/ }).click();
    expect(await input.inputValue()).toBe('status: ');
    await input.pressSequentially('Fail');
    await page.locator('.suggestions li', { hasText: 'Failure' }).click();
    expect(await input.inputValue()).toBe('status: Failure ');
    await input.press('Escape');
    await input.press('Enter');
    await page.waitForURL(({ hash }) => hash.includes('Failure'));
    expect(await events()).toBeLessThan(all);
    await input.fill('status: (Failure');
    await input.press('Escape');
    expect(await page.getByRole('alert').innerText()).toContain('^');
  });

  test('adds a filter, negates, disables, pins and deletes it', async () => {
    await open('overview');
    const all = await events();
    await page.locator('[data-test="add-filter"]').click();
    await page.locator('[data-test-subj="filter-field"] input').fill('status');
    await page.locator('[role="option"][title="status"]').click();
    await page.locator('[data-test-subj="filter-value"] input').click();
    await page.locator('[role="option"][title="Failure"]').click();
    await page.locator('[data-test="save-filter"]').click();
    await pills().waitFor();
    const failed = await events();
    expect(failed).toBeLessThan(all);
    const choose = async (action: string): Promise<void> => {
      await pills().first().click();
      await page.getByText(action, { exact: true }).click();
    };
    await choose('Exclude results');
    await page.getByText('NOT status: Failure').waitFor();
    expect(await events()).toBeGreaterThan(failed);
    await choose('Temporarily disable');
    await page.locator('.pill-disabled').waitFor();
    // The range ends at now and moves on meanwhile, so the number is nearly, not exactly, what it was.
    expect(await events()).toBeGreaterThan(all - failed);
    await choose('Pin across dashboards');
    await page.waitForURL(({ hash }) => hash.includes('globalState'));
    await choose('Delete');
    await pills().waitFor({ state: 'detached' });
  });

  test('brushes a stretch of time on a chart', async () => {
    await open('overview');
    const box = await panel('Events over time, by result').locator('canvas').boundingBox();
    const { x = 0, y = 0, width = 0, height = 0 } = box ?? {};
    await page.mouse.move(x + width * 0.4, y + height * 0.5);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.6, y + height * 0.5, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(({ hash }) => !hash.includes('now-24h'));
    const [from, to] = [place().get('from') ?? '', place().get('to') ?? ''].map((time) => Date.parse(time));
    expect((to ?? 0) - (from ?? 0)).toBeGreaterThan(2 * 3_600_000);
    expect((to ?? 0) - (from ?? 0)).toBeLessThan(8 * 3_600_000);
  });

  test('clicks a bar and filters by it', async () => {
    await open('overview');
    const box = await panel('Most frequent operations').locator('canvas').boundingBox();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) * 0.45, (box?.y ?? 0) + 16);
    await pills().waitFor();
    expect(await pills().first().innerText()).toMatch(/^api\.operation: /);
  });

  test('clicks a cell of a heatmap and filters by its row and its column, in one step', async () => {
    await open('overview');
    const box = await panel('Accounts and regions').locator('canvas').first().boundingBox();
    const asked: string[] = [];
    const count = (request: Request): unknown => request.url().endsWith('/api/search') && asked.push(request.url());
    page.on('request', count);
    const steps = (): Promise<number> => page.evaluate('history.length');
    const before = await steps();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) * 0.3, (box?.y ?? 0) + 24);
    await pills().nth(1).waitFor();
    await settled();
    page.off('request', count);
    const fields = (await pills().allInnerTexts()).map((text) => text.split(':')[0]);
    expect(fields.sort()).toEqual(['cloud.account.uid', 'cloud.region']);
    expect({ steps: (await steps()) - before, searches: asked.length }).toEqual({ steps: 1, searches: 1 });
    await page.goBack();
    await pills().nth(0).waitFor({ state: 'detached' });
  });

  test('chooses from a control, also on the dashboard about ingestion', async () => {
    await open('overview');
    await panel('Filters').getByLabel('Region').first().click();
    await page.locator('[role="option"]', { hasText: 'us-east-1' }).click();
    await pills().waitFor();
    expect(await pills().first().innerText()).toBe('cloud.region: us-east-1');
    await open('ingest-health');
    await panel('Filters').getByLabel('State').first().click();
    await page.locator('[role="option"]', { hasText: 'failed' }).waitFor();
  });

  test('asks about ingestion by the fields of what is searched there, and is offered their values', async () => {
    await open('ingest-health');
    const input = page.getByLabel('Query in DQL');
    await input.fill('reas');
    await page.locator('.suggestions li', { hasText: /^reason/ }).click();
    await page.locator('.suggestions li', { hasText: 'not_an_event' }).waitFor();
    await input.fill('cloud.reg');
    expect(await page.locator('.suggestions li').count()).toBe(0);
    await input.fill('');
    await page.locator('[data-test="add-filter"]').click();
    await page.locator('[data-test-subj="filter-field"] input').fill('error.code');
    await page.locator('[role="option"][title="error.code"]').click();
    await page.locator('[data-test-subj="filter-value"] input').click();
    await page.locator('[role="option"][title="SOURCE_UNREADABLE"]').click();
    await page.locator('[data-test="save-filter"]').click();
    await pills().waitFor();
    await settled();
    expect(await panel('Failed objects').locator('dd').innerText()).toBe('4');
  });

  test('loads a saved query', async () => {
    await open('overview');
    await page.locator('[data-test="saved-queries"]').click();
    await page.getByLabel('Search saved queries').fill('root');
    await page.locator('.saved-queries li button').first().click();
    await page.waitForURL(({ hash }) => new URLSearchParams(hash.split('?')[1]).get('q') !== null);
    expect(await page.getByLabel('Query in DQL').inputValue()).toBe(place().get('q'));
  });

  test('follows an identity to the dashboard about it', async () => {
    await open('overview');
    const link = panel('Busiest identities').locator('tbody a').first();
    const identity = await link.locator('xpath=..').getAttribute('title');
    await link.click();
    await settled();
    expect(dashboardOf()).toBe('ocsf-cloudtrail-identity');
    expect(place().get('q')).toBe(`actor.user.uid: "${identity}"`);
  });

  test('follows a value full of quotes and other signs to its own events, also in another tab', async () => {
    await open('network', 'from=now-3h&to=now&q=api.operation%3A+OddAgent');
    const link = panel('User agents').locator('tbody a').first();
    expect(await link.locator('xpath=..').getAttribute('title')).toBe(ODD_AGENT);
    const target = await link.getAttribute('href');
    await link.click();
    await page.waitForURL(({ hash }) => !hash.includes('OddAgent'));
    await settled();
    const quoted = `"${ODD_AGENT.replace(/["\\]/g, '\\$&')}"`;
    expect(place().get('q')).toMatch(/^[\w.]+: /);
    expect(
      place()
        .get('q')
        ?.replace(/^[\w.]+: /, ''),
    ).toBe(quoted);
    expect([place().get('from'), place().get('to')]).toEqual(['now-3h', 'now']);
    expect(await page.locator('[data-state="error"]').count()).toBe(0);
    const other = await page.context().newPage();
    await other.goto(new URL(target ?? '', page.url()).href);
    await other
      .getByRole('status')
      .filter({ hasText: /panels loaded$/ })
      .waitFor({ state: 'attached' });
    expect(other.url()).toBe(page.url());
    expect(await other.getByLabel('Query in DQL').inputValue()).toBe(place().get('q'));
    await other.close();
    await page.locator('nav .tab', { hasText: 'Overview' }).click();
    expect(await events()).toBe(3);
  });

  test('sorts and pages a table and takes it away as CSV', async () => {
    await open('overview');
    const table = panel('Busiest identities');
    await table.getByRole('button', { name: 'Events' }).click();
    expect(await table.locator('th[aria-sort="descending"]').innerText()).toBe('Events');
    await table.getByRole('button', { name: 'Events' }).click();
    const numbers = (await table.locator('tbody td:nth-child(3)').allInnerTexts()).map((text) =>
      Number(text.replaceAll(',', '')),
    );
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    await table.getByLabel('Next page').click();
    expect(await table.locator('.pager').innerText()).toContain('2 of');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      table.getByLabel('Export Busiest identities as CSV').click(),
    ]);
    expect(download.suggestedFilename()).toBe('Busiest identities.csv');
    const csv = readFileSync(await download.path(), 'utf8').split('\r\n');
    // Spreadsheets take a file without the mark at its start for something else than UTF-8.
    expect(csv[0]).toBe('\uFEFFIdentity,Type,Events,IPs,Operations,Last seen');
    expect(csv.length).toBeGreaterThan(10);
    expect(csv[1]).toMatch(/,\d+,\d+,\d+,\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  test('opens an event: its fields, why one cannot be filtered, a filter from a field, and what happened around it', async () => {
    await open('overview');
    const list = panel('Latest events');
    // Not every event has an identity, whose other events could be shown.
    await list.locator('tbody tr:has(td[title^="arn:aws:"])').first().getByLabel('Open event').click();
    const details = list.locator('.event-details');
    await details.locator('th', { hasText: /^api\.operation$/ }).waitFor();
    const version = details.locator('tr', { has: page.locator('th', { hasText: /^metadata\.version$/ }) });
    expect(await version.getByRole('button').count()).toBe(0);
    await version.locator('[aria-label]').focus();
    await page.getByText('This field is kept but not indexed, so it cannot be filtered.', { exact: true }).waitFor();
    await details.getByRole('tab', { name: 'Around, of this' }).first().click();
    await details.locator('.events tbody tr').first().waitFor();
    await details.getByRole('tab', { name: 'Fields' }).click();
    await details.getByLabel('Filter for api.operation', { exact: true }).click();
    await pills().waitFor();
    expect(await pills().first().innerText()).toMatch(/^api\.operation: /);
  });

  test('filters by a field of what is no event: an entry of the ledger', async () => {
    await open('ingest-health');
    const list = page.locator('section.panel-search').filter({ has: page.getByLabel('Open event') });
    await list.first().getByLabel('Open event').first().click();
    const details = list.first().locator('.event-details');
    await details
      .getByLabel(/^Filter for (?!events with)/)
      .first()
      .waitFor();
    expect(await details.getByLabel('This field is kept but not indexed').count()).toBe(0);
  });

  test('lists the hundred newest events, and on demand as many as there may be', async () => {
    await open('overview');
    const list = panel('Latest events');
    const rows = list.locator('table.events > tbody > tr');
    expect(await list.locator('.pager').innerText()).toContain('First 100 of 6,');
    await list.getByRole('button', { name: 'Show 50 more' }).click();
    expect(await rows.count()).toBe(100);
    const before = await list.locator('tbody td.time').allInnerTexts();
    await list.getByRole('button', { name: 'Load more' }).click();
    await list.getByText('First 500 of 6,').waitFor();
    expect(await rows.count()).toBe(150);
    expect((await list.locator('tbody td.time').allInnerTexts()).slice(0, 100)).toEqual(before);
    await list.getByRole('button', { name: 'Show 50 more' }).click();
    expect(await rows.count()).toBe(200);
    // A refresh leaves them, and the one that is open.
    await list.getByLabel('Open event').nth(180).click();
    const again = page.waitForRequest(
      (one) => one.url().endsWith('/api/search') && one.postData()?.includes('"rows"') === true,
    );
    await page.locator('[data-test="refresh"]').click();
    await again;
    await settled();
    await list.getByText('First 500 of 6,').waitFor();
    expect(await list.locator('.event-details').count()).toBe(1);
  });

  test('is told when a link was cut in its filters, until something is chosen', async () => {
    const filters = encodeURIComponent('[{"meta":{"key":"actor.user.uid","type":"phr');
    await open('overview', `from=now-24h&to=now&f=${filters}`);
    const callout = page.locator('.ouiCallOut', { hasText: 'The filters of this link could not be read' });
    await callout.waitFor();
    await panel('Busiest services, by result')
      .getByRole('button', { name: /as a table/ })
      .click();
    await panel('Busiest services, by result')
      .getByLabel(/^Filter for/)
      .first()
      .press('Enter');
    await pills().first().waitFor();
    expect(await callout.count()).toBe(0);
  });

  test('shares a link that shows another the same', async () => {
    // Fixed ends: a range that moves would show two pages different numbers.
    const [from, to] = [Date.now() - 12 * 3_600_000, Date.now()].map((time) =>
      encodeURIComponent(new Date(time).toISOString()),
    );
    await open('errors', `from=${from}&to=${to}&q=status%3A+Failure&refresh=60000`);
    const shared = page.url();
    const seen = await panel('Failed calls').locator('dd').first().innerText();
    const other = await page.context().newPage();
    await other.goto(shared);
    const there = other.locator('section.panel[aria-label="Failed calls"] dd').first();
    await there.waitFor();
    expect(await there.innerText()).toBe(seen);
    expect(other.url()).toBe(shared);
    expect(await other.getByLabel('Query in DQL').inputValue()).toBe('status: Failure');
    await other.close();
  });

  test('follows such a link from another site', async () => {
    await open('errors');
    // Another name is another site to the browser.
    const elsewhere = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end(`<a href="${page.url()}">the case</a>`),
    ).listen(0, '127.0.0.1');
    try {
      await once(elsewhere, 'listening');
      await page.goto(`http://localhost:${(elsewhere.address() as AddressInfo).port}/`);
      await page.getByText('the case').click();
      await settled();
      expect(dashboardOf()).toBe('ocsf-cloudtrail-errors');
    } finally {
      elsewhere.close();
    }
  });

  test('is led in by the file that the browser is started with', async () => {
    const file = await leadingFile(`${explore.url}#?from=2001-01-01T00:00:00.000Z&to=2001-01-02T00:00:00.000Z`);
    const context = await explore.browser.newContext();
    try {
      const fresh = await context.newPage();
      await fresh.goto(file.url);
      await fresh.locator('main .ouiCallOut').getByText('no events in this time range').waitFor();
      expect(fresh.url()).toContain('2001-01-02');
      expect(fresh.url()).not.toContain('token');
    } finally {
      await context.close();
      await file.remove();
    }
  });

  test('is told why a panel is empty', async () => {
    await open('overview', 'from=now-24h&to=now&q=api.operation%3A+NoSuchOperation');
    const notes = await page.locator('[data-state="note"]').allInnerTexts();
    expect(notes.length).toBeGreaterThan(3);
    expect(notes.join()).toContain('do not match');
    await open('overview', 'from=2001-01-01T00:00:00.000Z&to=2001-01-02T00:00:00.000Z');
    expect((await page.locator('[data-state="note"]').allInnerTexts()).join()).toContain(
      'no events in this time range',
    );
  });

  test('is led from a time range without events to the one that has them', async () => {
    await open('overview', 'from=2001-01-01T00:00:00.000Z&to=2001-01-02T00:00:00.000Z&q=status%3A+Failure');
    const elsewhere = page.locator('main .ouiCallOut');
    expect(await elsewhere.count()).toBe(1);
    expect(await elsewhere.innerText()).toMatch(/The events here are of \d{4}-\d\d-\d\d .* … /);
    await elsewhere.getByRole('button', { name: 'Show all events' }).click();
    await page.waitForURL(({ hash }) => !hash.includes('2001'));
    expect(await events()).toBeGreaterThan(0);
    expect(await elsewhere.count()).toBe(0);
    expect(place().get('q')).toBe('status: Failure');
  });

  test('is told, once, when the cluster cannot answer for all events', async () => {
    const index = `${names(alias).indexPrefix}2001.01`;
    await createLostIndex(client, index);
    try {
      await open('overview');
      expect(await page.locator('main .ouiCallOut').allInnerTexts()).toEqual([
        expect.stringMatching(/does not answer for all events\s+1 of \d shards are on no node/),
      ]);
      expect(await events()).toBeGreaterThan(0);
    } finally {
      await client.indices.delete({ index });
    }
    await open('overview');
    expect(await page.locator('main .ouiCallOut').count()).toBe(0);
  });

  test('works in the dark, and that is remembered', async () => {
    await open('overview');
    await page.getByLabel('Use dark colours').click();
    await page.locator('html[data-theme="dark"]').waitFor();
    await open('overview');
    interface Browser {
      getComputedStyle(node: unknown): { backgroundColor: string };
    }
    const background = await panel('At a glance').evaluate(
      (node) => (globalThis as unknown as Browser).getComputedStyle(node).backgroundColor,
    );
    expect(background).toBe('rgb(29, 30, 36)');
    await page.getByLabel('Use light colours').click();
  });
});
