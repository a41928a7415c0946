/**
 * Takes the picture of each dashboard from the data of the demo: `npm run screenshots`. `OPENSEARCH_URL` and
 * `AWS_ENDPOINT_URL` name servers to use instead of starting them, `--chromium PATH` a browser; with `--folder DIR` the
 * pictures go there, with `--dark` they are dark. What the demo puts into a cluster is removed afterwards.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { shipped } from '../content/root.ts';
import { names } from '../names.ts';
import { createClient } from '../opensearch/client.ts';

const WIDTH = 1600;
/** At most: a picture ends below a row of panels. */
const HEIGHT = 1300;
/** Between rows of panels; px. */
const MARGIN = 4;
const LARGEST = 400_000;
const ALIAS = 'screenshots';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    dark: { type: 'boolean', default: false },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
});
const folder = values.folder ?? shipped('integration', 'static');
mkdirSync(folder, { recursive: true });

const demo = spawn(process.execPath, [shipped('dist', 'cli.js'), 'demo', '--alias', ALIAS, '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const { explore, opensearch } = await reportOf(demo.stdout);
  try {
    await takeAll(explore);
  } finally {
    await cleanUp(opensearch.url);
  }
} finally {
  const ended = demo.exitCode === null ? once(demo, 'exit') : undefined;
  demo.kill('SIGINT');
  await ended;
}

interface Report {
  readonly explore: string;
  readonly opensearch: { readonly url: string };
}

async function reportOf(stdout: NodeJS.ReadableStream): Promise<Report> {
  let text = '';
  for await (const chunk of stdout.setEncoding('utf8') as AsyncIterable<string>)
    if ((text += chunk).endsWith('\n')) return JSON.parse(text) as Report;
  throw new Error('the demo ended without a report');
}

async function takeAll(url: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: values.chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
  });
  try {
    const colorScheme = values.dark ? 'dark' : 'light';
    const page = await browser.newPage({ viewport: { width: WIDTH, height: 1000 }, colorScheme });
    await page.goto(url);
    const settled = async (): Promise<void> => {
      await page.locator('.panel').first().waitFor();
      await page.waitForTimeout(200);
      while ((await page.locator('[aria-busy="true"], [data-state="loading"]').count()) > 0)
        await page.waitForTimeout(50);
      await page.waitForTimeout(500);
    };
    const take = async (name: string): Promise<void> => {
      const path = `${folder}/${name}.png`;
      const boxes = await Promise.all((await page.locator('.cell').all()).map((cell) => cell.boundingBox()));
      const height = lastRowsEnd(boxes.flatMap((box) => box ?? [])) + MARGIN;
      await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width: WIDTH, height } });
      const { size } = statSync(path);
      if (size > LARGEST) throw new Error(`${path} has ${size} bytes, more than ${LARGEST}`);
      process.stdout.write(`${path} ${Math.round(size / 1024)} kB\n`);
    };
    await settled();
    const ids: string[] = [];
    for (const tab of await page.locator('nav .tab').all()) ids.push((await tab.getAttribute('data-id')) ?? '');
    // The demo ingests a day's events within a minute: its health is looked at while that minute is not over.
    const health = ids.find((id) => id.endsWith('ingest-health'));
    for (const id of [health, ...ids.filter((other) => other !== health)]) {
      if (id === undefined) continue;
      const since = id === health ? 'now-1m' : 'now-24h';
      await page.goto(`${new URL(url).origin}/#/view/${id}?from=${since}&to=now`);
      await settled();
      await take(id.replace(/^ocsf-cloudtrail-/, ''));
    }
  } finally {
    await browser.close();
  }
}

/** Where the last row of panels ends that is whole above `HEIGHT`; px. */
function lastRowsEnd(boxes: readonly { readonly y: number; readonly height: number }[]): number {
  const ends = boxes.map(({ y, height }) => y + height).filter((end) => end + MARGIN <= HEIGHT);
  return Math.max(...ends.filter((end) => boxes.every(({ y, height }) => y >= end || y + height <= end)));
}

async function cleanUp(url: string): Promise<void> {
  const { indexPattern, ledger, deadLetters, ...ours } = names(ALIAS);
  const client = createClient({ url, insecure: false });
  await client.indices.delete({ index: [indexPattern, ledger, deadLetters], ignore_unavailable: true });
  for (const name of [ours.indexTemplate, ours.ledgerTemplate, ours.deadLettersTemplate])
    await client.indices.deleteIndexTemplate({ name }, { ignore: [404] });
  for (const name of [ours.mappingsComponent, ours.settingsComponent])
    await client.cluster.deleteComponentTemplate({ name }, { ignore: [404] });
  await client.close();
}
