import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateEvents } from '../../src/demo/generate.ts';
import type { RunReport } from '../../src/ingest/totals.ts';
import { cli, trailFolder } from '../support/commands.ts';
import { countOf, installAlias } from '../support/installed.ts';
import { deleteAlias, serverUrl, testClient, uniqueName } from '../support/servers.ts';

const alias = uniqueName('filters');
const client = testClient();
const records = [...generateEvents({ seed: 'filters', end: Date.now(), hours: 12, events: 1000 })].slice(0, 600);
const folder = trailFolder({ 'a.json': records });

beforeAll(async () => installAlias(client, alias));
afterAll(async () => {
  folder.remove();
  await deleteAlias(client, alias);
  await client.close();
});

const ingest = (...flags: string[]) =>
  cli(['ingest', folder.path, '--alias', alias, '--threads', '1', '--json', ...flags], {
    OPENSEARCH_URL: serverUrl('OPENSEARCH_URL'),
  });
const eventsOf = async (...flags: string[]) => {
  const { code, stdout, stderr } = await ingest('--force', ...flags);
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as RunReport).events;
};
const kept = (test: (record: (typeof records)[number]) => boolean): number => records.filter(test).length;

describe('the filters of the command line', () => {
  test('keep what is included and leave out what is excluded, and every event is accounted for', async () => {
    const data = kept(({ eventCategory }) => eventCategory === 'Data');
    expect(data).toBeGreaterThan(0);
    expect(await eventsOf('--category', 'data')).toMatchObject({ read: 600, indexed: data, skipped: 600 - data });
    expect(await countOf(client, alias)).toBe(data);

    const named = kept(({ eventName }) => /^(Get|List)/.test(eventName ?? '') && eventName !== 'GetObject');
    const counts = await eventsOf('--event', 'Get*', '--event', 'List*', '--exclude-event', 'GetObject');
    expect(counts.indexed + counts.duplicate).toBe(named);
    expect(counts.skipped).toBe(600 - named);
  });

  test('by class, sign-ins are kept alone', async () => {
    const { read, indexed, duplicate, skipped } = await eventsOf('--class', '3002');
    expect([read, indexed + duplicate + skipped]).toEqual([600, 600]);
    const { indexed: rest, duplicate: again } = await eventsOf('--exclude-class', '3002');
    expect(rest + again + indexed + duplicate).toBe(600);
  });

  test('widened, read what they left out before; narrowed or the same, nothing', async () => {
    const read = async (...flags: string[]): Promise<number> => {
      const { code, stdout, stderr } = await ingest(...flags);
      if (code !== 0) throw new Error(stderr);
      return (JSON.parse(stdout) as RunReport).events.read;
    };
    await eventsOf('--category', 'data');
    expect(await read('--category', 'data')).toBe(0);
    expect(await read('--category', 'management')).toBe(600);
    expect(await read('--category', 'data')).toBe(0);
    expect(await read()).toBe(600);
    expect(await countOf(client, alias)).toBe(600);
    expect(await read('--since', '6h')).toBe(0);
  });

  test('a category that does not exist is an error of usage that names those there are', async () => {
    const { code, stderr } = await ingest('--category', 'mangement');
    expect([code, stderr]).toEqual([2, expect.stringContaining('management, data, insight, network-activity')]);
  });
});
