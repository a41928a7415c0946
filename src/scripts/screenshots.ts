/**
 * Takes the picture of each dashboard, from generated events, on a running cluster: `npm run screenshots -- URL [CHROMIUM]`.
 * Uses an alias of its own, and removes it afterwards.
 */
import { mkdirSync, statSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { shipped } from '../content/root.ts';
import { generateEvents } from '../demo/generate.ts';
import { loadRecords } from '../demo/load.ts';
import { startExplore } from '../explore/start.ts';
import { silentLogger } from '../logger.ts';
import { names } from '../names.ts';
import { createClient } from '../opensearch/client.ts';

const WIDTH = 1600;
const HEIGHT = 1200;
const LARGEST = 400_000;
const ALIAS = 'screenshots';

const [url = 'http://127.0.0.1:9200', executablePath = '/usr/bin/chromium'] = process.argv.slice(2);
const opensearch = { url, insecure: false };
const client = createClient(opensearch);
const now = Date.now();
const { indexPattern, ledger, deadLetters, ...ours } = names(ALIAS);
await loadRecords(client, ALIAS, generateEvents({ seed: 'screenshots', end: now, hours: 24, events: 8000 }), { now });
const server = await startExplore({ opensearch, alias: ALIAS, port: 0, logger: silentLogger });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
const folder = shipped('integration', 'static');
mkdirSync(folder, { recursive: true });
try {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 1000 }, colorScheme: 'light' });
  await page.goto(server.url);
  await page.locator('.panel').first().waitFor();
  const tabs = page.locator('nav .tab');
  for (let i = 0; i < (await tabs.count()); i++) {
    await tabs.nth(i).click();
    await page.waitForTimeout(200);
    while ((await page.locator('[aria-busy="true"], [data-state="loading"]').count()) > 0)
      await page.waitForTimeout(50);
    await page.waitForTimeout(500);
    // What has nothing to show on generated events, such as the health of an ingester, makes no picture.
    if ((await page.locator('[data-state="note"]').count()) > 3) continue;
    const name = /#\/view\/(?:ocsf-cloudtrail-)?([^?]+)/.exec(page.url())?.[1] ?? String(i);
    const path = `${folder}/${name}.png`;
    await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width: WIDTH, height: HEIGHT } });
    const { size } = statSync(path);
    if (size > LARGEST) throw new Error(`${path} has ${size} bytes, more than ${LARGEST}`);
    process.stdout.write(`${path} ${Math.round(size / 1024)} kB\n`);
  }
} finally {
  await browser.close();
  await server.close();
  await client.indices.delete({ index: [indexPattern, ledger, deadLetters], ignore_unavailable: true });
  for (const name of [ours.indexTemplate, ours.ledgerTemplate, ours.deadLettersTemplate])
    await client.indices.deleteIndexTemplate({ name }, { ignore: [404] });
  for (const name of [ours.mappingsComponent, ours.settingsComponent])
    await client.cluster.deleteComponentTemplate({ name }, { ignore: [404] });
  await client.close();
}
