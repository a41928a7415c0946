import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { PACKAGE_ROOT } from '../../../src/content/root.ts';
import { deleteAlias, testClient, uniqueName } from '../../support/servers.ts';

const alias = uniqueName('demo');
const client = testClient();

interface Summary {
  readonly opensearch: { readonly origin: string };
  readonly events: number;
  readonly found: number;
  readonly since: string;
  readonly until: string;
  readonly installed: readonly unknown[];
  readonly ingested: Record<'listing' | 'queue', { objects: Record<string, unknown>; events: Record<string, number> }>;
  readonly rejected: Record<string, number>;
  readonly stories: readonly { readonly query: string }[];
  readonly faults: readonly string[];
  readonly explore?: string;
}

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await deleteAlias(client, alias);
  await client.close();
});

function start(...args: string[]): ChildProcess {
  const argv = [`${PACKAGE_ROOT}dist/cli.js`, ...args, '--alias', alias, '--json'];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

/** The JSON document on stdout, as soon as its line is whole. */
async function result<T>(child: ChildProcess): Promise<T> {
  child.stderr!.resume();
  let text = '';
  for await (const chunk of child.stdout!.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.endsWith('\n')) break;
  }
  return JSON.parse(text) as T;
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

test('the demo has every event in the index once, fills every panel, shows the page, and ends at Ctrl-C', async () => {
  const began = Math.floor(Date.now() / 1000) * 1000;
  const demo = start('demo', '--events', '5000');
  const summary = await result<Summary>(demo);
  expect(summary.faults).toEqual([]);
  expect(summary.found).toBe(5000);
  expect(Date.parse(summary.until)).toBeGreaterThanOrEqual(began);
  const { listing, queue } = summary.ingested;
  for (const { events } of [listing, queue]) {
    expect(events['indexed']).toBeGreaterThan(500);
    expect(events['read']).toBe(events['indexed']! + events['duplicate']! + events['rejected']! + events['skipped']!);
  }
  expect(listing.events['duplicate']! + queue.events['duplicate']!).toBeGreaterThan(50);
  expect(summary.rejected).toEqual({ invalid_json: 1, no_time: 1, time_out_of_range: 1 });
  expect(listing.objects['failed']).toBe(1);
  expect(queue.objects).toMatchObject({ failed: 0, skips: { metadata: 2, notification: 1 } });
  expect((await fetch(summary.explore!, { redirect: 'manual' })).status).toBeLessThan(400);

  const verify = start('verify', '--since', '24h');
  const { panels } = await result<{ panels: { dashboard: string; panel: string; status: string; reason?: string }[] }>(
    verify,
  );
  expect(await exitCode(verify)).toBe(0);
  expect(panels.length).toBeGreaterThan(100);
  expect(panels.filter(({ status }) => status !== 'ok')).toEqual([]);

  demo.kill('SIGINT');
  expect(await exitCode(demo)).toBe(0);
  await expect(fetch(summary.explore!)).rejects.toThrow();
}, 180_000);

test('a second demo on the same cluster installs nothing and does no harm to the first', async () => {
  const before = (await client.count({ index: alias })).body.count;
  const again = start('demo', '--exit', '--events', '5000', '--hours', '2', '--seed', 'again');
  const summary = await result<Summary>(again);
  expect(await exitCode(again)).toBe(0);
  expect(summary).toMatchObject({ faults: [], installed: [], found: 5000 });
  expect(summary.explore).toBeUndefined();
  await client.indices.refresh({ index: alias });
  expect((await client.count({ index: alias })).body.count).toBe(before + 5000);
}, 120_000);

test('SIGTERM in the middle ends the demo with 143', async () => {
  const demo = start('demo', '--exit', '--events', '200000');
  await new Promise<void>((resolve) => {
    let said = '';
    demo.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text).includes('Making up') && resolve());
  });
  demo.kill('SIGTERM');
  expect(await exitCode(demo)).toBe(143);
}, 60_000);
