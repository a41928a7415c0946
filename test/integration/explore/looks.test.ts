import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { shipped } from '../../../src/content/root.ts';
import { generateEvents } from '../../../src/demo/generate.ts';
import { explorePage } from '../../support/explore-page.ts';
import { loadRecords } from '../../support/installed.ts';

const explore = explorePage('explore-looks', (client, alias, now) =>
  loadRecords(client, alias, generateEvents({ seed: 'controls', end: now, hours: 24, events: 3000 }), { now }),
);
const { open } = explore;
let page: Page;
beforeAll(() => void ({ page } = explore));

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

test('the colours are those chosen last, also while the style sheet of the others is loading', async () => {
  await open('overview');
  await page.route(/oui_theme_(dark|light)/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, route.request().url().includes('dark') ? 300 : 600));
    await route.continue();
  });
  const toggle = page.locator('header.header button').last();
  await toggle.click();
  await toggle.click();
  await page.locator('link[data-theme]').nth(1).waitFor({ state: 'detached' });
  expect(await page.locator('html').getAttribute('data-theme')).toBe('light');
  expect(await page.locator('link[data-theme]').count()).toBe(1);
  expect(await page.locator('link[data-theme="light"]').count()).toBe(1);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
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
