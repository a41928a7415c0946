import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Page, Request, Response } from 'playwright-core';
import { generateEvents } from '../../../src/demo/generate.ts';
import { explorePage } from '../../support/explore-page.ts';
import { loadRecords } from '../../support/installed.ts';

const explore = explorePage('explore-panels', (client, alias, now) =>
  loadRecords(client, alias, generateEvents({ seed: 'controls', end: now, hours: 24, events: 5000 }), { now }),
);
const { panel, place, settled, open, focused } = explore;
let page: Page;
beforeAll(() => void ({ page } = explore));

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
