import { afterAll, beforeAll } from '@jest/globals';
import type { Client } from '@opensearch-project/opensearch';
import type { Browser, Locator, Page } from 'playwright-core';
import type { ExploreServer } from '../../src/explore/server.ts';
import { startExplore } from '../../src/explore/start.ts';
import { silentLogger } from '../../src/logger.ts';
import { BROWSER_START_MS, launchChromium } from './chromium.ts';
import { deleteAlias, serverUrl, testClient, uniqueName } from './servers.ts';

/** explore over events of its own, in Chromium, and what is done on every page of it. */
export interface ExplorePage {
  readonly alias: string;
  readonly client: Client;
  /** When the events end. */
  readonly now: number;
  readonly browser: Browser;
  readonly page: Page;
  /** What the browser complained about so far. */
  readonly complaints: string[];
  /** With the token. */
  readonly url: string;
  /** Without it: the page has it. */
  readonly origin: string;
  /** Another server, of a user's dashboards. */
  readonly serve: (dashboards?: string) => Promise<ExploreServer>;
  readonly panel: (title: string) => Locator;
  readonly pills: () => Locator;
  /** What the link says of the view. */
  readonly place: () => URLSearchParams;
  /** Every panel has its answer, and is drawn. */
  readonly settled: () => Promise<void>;
  /** Opens a dashboard in a fresh state. */
  readonly open: (dashboard: string, search?: string) => Promise<void>;
  /** Name of what has the keyboard. */
  readonly focused: () => Promise<string>;
}

/** For all tests of a file; `load` brings its events. The members that a browser gives are there when tests run. */
export function explorePage(
  name: string,
  load: (client: Client, alias: string, now: number) => Promise<unknown>,
): ExplorePage {
  const alias = uniqueName(name);
  const client = testClient();
  const now = Date.now();
  const servers: ExploreServer[] = [];
  let started: { browser: Browser; page: Page; url: string } | undefined;
  const there = (): NonNullable<typeof started> => {
    if (started === undefined) throw new Error('the browser is not started yet');
    return started;
  };
  const serve = async (dashboards?: string): Promise<ExploreServer> => {
    const server = await startExplore({
      opensearch: { url: serverUrl('OPENSEARCH_URL'), insecure: false },
      alias,
      ...(dashboards === undefined ? {} : { dashboards }),
      port: 0,
      logger: silentLogger,
    });
    servers.push(server);
    return server;
  };
  const settled = async (): Promise<void> => {
    const { page } = there();
    const loaded = page.getByRole('status').filter({ hasText: /panels? loaded/ });
    await loaded.waitFor({ state: 'attached' });
    await page.locator('[data-state="loading"]').first().waitFor({ state: 'detached' });
  };
  const complaints: string[] = [];

  beforeAll(async () => {
    await load(client, alias, now);
    const server = await serve();
    const browser = await launchChromium();
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, colorScheme: 'light' });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    started = { browser, page, url: server.url };
    await page.goto(server.url);
    await settled();
  }, BROWSER_START_MS);
  afterAll(async () => {
    await started?.browser.close();
    for (const server of servers) await server.close();
    await deleteAlias(client, alias);
    await client.close();
  });

  return {
    alias,
    client,
    now,
    complaints,
    get browser() {
      return there().browser;
    },
    get page() {
      return there().page;
    },
    get url() {
      return there().url;
    },
    get origin() {
      return new URL(there().url).origin;
    },
    serve,
    panel: (title) => there().page.locator(`section.panel[aria-label="${title}"]`),
    pills: () => there().page.locator('.filter-bar .pill'),
    place: () => new URLSearchParams(new URL(there().page.url()).hash.split('?')[1]),
    settled,
    open: async (dashboard, search = 'from=now-24h&to=now') => {
      const { page, url } = there();
      await page.goto('about:blank');
      await page.goto(`${new URL(url).origin}/#/view/ocsf-cloudtrail-${dashboard}?${search}`);
      await settled();
    },
    focused: () =>
      there().page.evaluate(() => {
        interface Node {
          getAttribute(name: string): string | null;
          textContent: string;
        }
        const { activeElement } = (globalThis as unknown as { document: { activeElement: Node } }).document;
        return activeElement.getAttribute('aria-label') ?? activeElement.textContent.trim();
      }),
  };
}
