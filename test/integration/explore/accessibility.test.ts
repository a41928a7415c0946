import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { generateEvents } from '../../../src/demo/generate.ts';
import { explorePage } from '../../support/explore-page.ts';
import { loadRecords } from '../../support/installed.ts';

const explore = explorePage('explore-accessibility', (client, alias, now) =>
  loadRecords(client, alias, generateEvents({ seed: 'controls', end: now, hours: 24, events: 5000 }), { now }),
);
const { panel, pills, place, settled, open, focused } = explore;
let page: Page;
beforeAll(() => void ({ page } = explore));

const filters = (): { meta: Record<string, unknown>; $state?: { store: string } }[] =>
  JSON.parse(place().get('f') ?? '[]') as ReturnType<typeof filters>;

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
    await page.locator('[aria-label="Filter NOT status: Failure: actions"]:focus').waitFor();
    await page.keyboard.press('Enter');
    await inMenu.waitFor();
    await page.getByRole('button', { name: 'Edit' }).press('Enter');
    const editor = page.locator('.filter-edit .filter-editor');
    await editor.locator('select').selectOption('is');
    await editor.locator('[data-test="save-filter"]').press('Enter');
    await page.locator('[aria-label="Filter status: Failure: actions"]:focus').waitFor();
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
