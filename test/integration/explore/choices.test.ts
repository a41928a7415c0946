import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { generateEvents } from '../../../src/demo/generate.ts';
import { explorePage } from '../../support/explore-page.ts';
import { loadRecords } from '../../support/installed.ts';
import { record } from '../../support/records.ts';

/** An event on the day before the clocks of Europe change in autumn, and two on the third day after it. */
function* overTheClocksChange(): Generator<unknown> {
  for (const [i, eventTime] of ['2026-10-24T10:00:00Z', '2026-10-28T10:00:00Z', '2026-10-28T16:00:00Z'].entries())
    yield record({ eventID: `cccccccc-bbbb-4ccc-8ddd-00000000000${i}`, eventTime });
}

const explore = explorePage('explore-choices', async (client, alias, now) => {
  await loadRecords(client, alias, generateEvents({ seed: 'controls', end: now, hours: 24, events: 5000 }), { now });
  await loadRecords(client, alias, overTheClocksChange(), { now });
});
const { panel, pills, place, settled, open, now } = explore;
let page: Page;
beforeAll(() => void ({ page } = explore));

async function choose(action: string): Promise<void> {
  await pills().first().click();
  await page.getByText(action, { exact: true }).click();
  if (action !== 'Edit') await page.locator('.ouiContextMenuPanel').waitFor({ state: 'detached' });
}

const filters = (): { meta: Record<string, unknown>; $state?: { store: string } }[] =>
  JSON.parse(place().get('f') ?? '[]') as ReturnType<typeof filters>;

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
    const context = await explore.browser.newContext({
      timezoneId: 'Europe/Paris',
      viewport: { width: 1600, height: 1000 },
    });
    const paris = await context.newPage();
    await paris.goto(explore.url);
    const times = 'from=2026-10-21T22:00:00.000Z&to=2026-10-28T23:00:00.000Z';
    await paris.goto(`${explore.origin}/#/view/ocsf-cloudtrail-overview?${times}`);
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

  test('takes no other value for what is typed, but says that there is none', async () => {
    await open('overview');
    const input = panel('Filters').getByLabel('Service').first().locator('input').first();
    await input.fill('s3.am');
    await input.press('Enter');
    await panel('Filters').getByText('No event has just this').waitFor();
    expect(await pills().count()).toBe(0);
    expect(await input.inputValue()).toBe('s3.am');
    await input.press('ArrowDown');
    await input.press('Enter');
    await pills().first().waitFor();
    expect(await panel('Filters').getByText('No event has just this').count()).toBe(0);
    expect(await pills().allInnerTexts()).toEqual(['api.service.name: s3.amazonaws.com']);
    await input.fill(' iam.amazonaws.com ');
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
