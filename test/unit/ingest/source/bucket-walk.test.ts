import { describe, expect, test } from '@jest/globals';
import type { ObjectRef } from '../../../../src/ingest/ports.ts';
import { walkBucket, type WalkOptions, type WalkResult } from '../../../../src/ingest/source/bucket-walk.ts';
import { memoryPages } from '../../../support/pages.ts';

const ACCOUNTS = ['111111111111', '222222222222'];
const REGIONS = ['eu-west-1', 'us-east-1'];
const DAYS = ['2021-11-20', '2025-12-31', '2026-10-31', '2026-11-01', '2026-11-20', '2026-11-21'];
const never = new AbortController().signal;

const trailKey = (account: string, region: string, day: string, service = 'CloudTrail'): string =>
  `AWSLogs/${account}/${service}/${region}/${day.replaceAll('-', '/')}/${account}_${service}_${region}_x.json.gz`;
const lakeKey = (account: string, region: string, day: string): string =>
  `aws/CLOUD_TRAIL_MGMT/2.0/region=${region}/accountId=${account}/eventDay=${day.replaceAll('-', '')}/0a.gz.parquet`;

const every = (key: (account: string, region: string, day: string) => string): string[] =>
  ACCOUNTS.flatMap((account) => REGIONS.flatMap((region) => DAYS.map((day) => key(account, region, day))));
const trail = every(trailKey);
const lake = every(lakeKey);

interface Walked {
  readonly keys: string[];
  readonly requests: number;
  readonly result: WalkResult;
  readonly leftOut: string[];
}

async function walk(
  keys: readonly string[],
  options: Partial<WalkOptions> = {},
  { pageSize = 1000, unsettled = () => false }: { pageSize?: number; unsettled?: (key: string) => boolean } = {},
): Promise<Walked> {
  const refs = keys.map((key): ObjectRef => ({ bucket: 'b', key, size: 10 }));
  const { pages, requests } = memoryPages(refs, pageSize);
  const offered: string[] = [];
  const leftOut: string[] = [];
  const result = await walkBucket(
    pages,
    async (page) => {
      offered.push(...page.map(({ key }) => key));
      return page.filter(({ key }) => unsettled(key));
    },
    {
      prefix: '',
      filters: {},
      concurrency: 4,
      today: '2026-11-21',
      countSkipped: true,
      openFrom: new Map(),
      onLeftOut: (prefix) => leftOut.push(prefix),
      ...options,
    },
    never,
  );
  return { keys: offered.sort(), requests: requests.length, result, leftOut };
}

const day = (text: string): number => Date.parse(text);
const dayIn = (key: string): string => /[/=](20\d{2})\/?(\d{2})\/?(\d{2})\//.exec(key)?.slice(1).join('-') ?? '';
const between = (keys: readonly string[], first: string, last: string): string[] =>
  keys.filter((key) => dayIn(key) >= first && dayIn(key) <= last).sort();

describe('walking a bucket', () => {
  const odd = ['readme.txt', 'zz/deep/er/a.json', 'AWSLogs/loose.json', 'logs/2026/a.json'];
  const all = [...trail, ...lake, ...odd, `org/AWSLogs/o-abc/${trail[0]!.slice(8)}`];

  test.each([1, 2, 7, 1000])(
    'offers each object exactly once, whatever the layout, in pages of %d',
    async (pageSize) => {
      expect((await walk(all, {}, { pageSize })).keys).toEqual([...all].sort());
    },
  );

  test.each([
    '',
    'A',
    'AWSLogs',
    'AWSLogs/',
    'AWSLogs/1111',
    'AWSLogs/111111111111/',
    'AWSLogs/111111111111/CloudTrail',
    'AWSLogs/111111111111/CloudTrail/eu-w',
    'AWSLogs/111111111111/CloudTrail/eu-west-1/',
    'AWSLogs/111111111111/CloudTrail/eu-west-1/2026/1',
    'AWSLogs/111111111111/CloudTrail/eu-west-1/2026/11/',
    'AWSLogs/111111111111/CloudTrail/eu-west-1/2026/11/21/',
    trail[0]!,
    'aws/',
    'aws/CLOUD_TRAIL_MGMT/2.0/reg',
    'aws/CLOUD_TRAIL_MGMT/2.0/region=eu-west-1/',
    'aws/CLOUD_TRAIL_MGMT/2.0/region=eu-west-1/accountId=111111111111/',
    'aws/CLOUD_TRAIL_MGMT/2.0/region=eu-west-1/accountId=111111111111/eventDay=202611',
    lake[0]!,
    'org',
    'zz/deep',
    'logs/2026/a.json',
  ])('the prefix "%s" means exactly the keys that start so', async (prefix) => {
    expect((await walk(all, { prefix })).keys).toEqual(all.filter((key) => key.startsWith(prefix)).sort());
  });

  test('reads only the days from since on', async () => {
    const { keys } = await walk([...trail, ...lake], { filters: { since: day('2026-11-20T13:00:00Z') } });
    expect(keys).toEqual(between([...trail, ...lake], '2026-11-20', '2026-11-21'));
  });

  test('reads a day beyond until, because files are delivered after their events', async () => {
    const options = { filters: { since: day('2026-10-31'), until: day('2026-11-01') } };
    const { keys } = await walk([...trail, ...lake], options, { pageSize: 5 });
    expect(between(keys, '2026-10-31', '2026-11-01')).toEqual(between([...trail, ...lake], '2026-10-31', '2026-11-01'));
    expect(between(keys, '2000-01-01', '2026-10-30')).toEqual([]);
  });

  test('a long window is cut into months, and still exact', async () => {
    const options = { filters: { since: day('2025-12-31'), until: day('2026-11-02') } };
    const { keys } = await walk([...trail, ...lake], options, { pageSize: 5 });
    expect(between(keys, '2025-12-31', '2026-11-02')).toEqual(between([...trail, ...lake], '2025-12-31', '2026-11-02'));
    expect(between(keys, '2000-01-01', '2025-12-30')).toEqual([]);
  });

  describe('days with hyphens, as custom sources of Security Lake write them,', () => {
    const root = 'ext/own/region=eu-west-1/accountId=111111111111/';
    const hyphenated = DAYS.map((text) => `${root}eventDay=${text}/0a.parquet`);
    const both = [...hyphenated, ...DAYS.map((text) => `${root}eventDay=${text.replaceAll('-', '')}/0a.parquet`)];
    const dayOfKey = (key: string): string =>
      key.slice(root.length + 'eventDay='.length).replace(/^(\d{4})-?(\d{2})-?(\d{2}).*/, '$1-$2-$3');
    const from = (first: string, last = '9999'): string[] =>
      both.filter((key) => dayOfKey(key) >= first && dayOfKey(key) <= last).sort();

    test.each([1, 3, 1000])('are each read exactly once beside the others, in pages of %d', async (pageSize) => {
      expect((await walk(both, {}, { pageSize })).keys).toEqual([...both].sort());
    });

    test.each(['2026-11-20', '2026-11-01', '2025-12-31', '2021-01-01', '2024-01-01'])(
      'are read from since on: %s',
      async (since) => {
        for (const pageSize of [1, 1000])
          expect((await walk(both, { filters: { since: day(since) } }, { pageSize })).keys).toEqual(from(since));
      },
    );

    test.each([
      ['2026-10-31', '2026-11-01'],
      ['2025-12-30', '2026-01-02'],
      ['2021-11-20', '2026-10-31'],
    ])('are read between since and until: %s and %s', async (since, last) => {
      const options = { filters: { since: day(since), until: day(last) + 1 } };
      const { keys } = await walk(both, options, { pageSize: 1 });
      expect(keys.filter((key) => dayOfKey(key) <= last)).toEqual(from(since, last));
      expect(keys.filter((key) => dayOfKey(key) < since)).toEqual([]);
      expect(new Set(keys).size).toBe(keys.length);
    });

    test('are read from the first open day on, and keep it open while they are not settled', async () => {
      const { keys } = await walk(both, { openFrom: new Map([[root, '2026-11-20']]) });
      expect(keys).toEqual(from('2026-11-20'));
      const { result } = await walk(hyphenated, {}, { unsettled: (key) => dayOfKey(key) >= '2026-11-01' });
      expect(Object.fromEntries(result)).toEqual({ [root]: '2026-11-01' });
    });

    test.each(['eventDay=2', 'eventDay=2026', 'eventDay=2026-11', 'eventDay=202611', 'eventDay=2026-11-21/'])(
      'are read under a prefix of their own: %s',
      async (within) => {
        const options = { prefix: root + within, filters: { since: day('2026-11-20') } };
        expect((await walk(both, options)).keys).toEqual(
          from('2026-11-20').filter((key) => key.startsWith(root + within)),
        );
      },
    );

    test('cost one request a root where there are none', async () => {
      const plain = lake.filter((key) => key.includes('111111111111') && key.includes('eu-west-1'));
      const prefix = plain[0]!.slice(0, plain[0]!.indexOf('eventDay='));
      const { keys, requests } = await walk(plain, { prefix, filters: { since: day('2026-11-20') } });
      expect(keys).toEqual(between(plain, '2026-11-20', '2026-11-21'));
      expect(requests).toBe(2);
    });
  });

  test('enters only accounts and regions that are asked for', async () => {
    const { keys } = await walk([...trail, ...lake], {
      filters: { accounts: ['111111111111'], regions: ['eu-west-1'] },
    });
    expect(keys).toEqual(
      [...trail, ...lake].filter((key) => key.includes('111111111111') && key.includes('eu-west-1')).sort(),
    );
  });

  test('looks for us-east-1 in other regions only in the days when global events were there', async () => {
    const { keys } = await walk(trail, { filters: { regions: ['us-east-1'] } });
    expect(keys.filter((key) => key.includes('/eu-west-1/'))).toEqual(
      trail.filter((key) => key.includes('/eu-west-1/2021/')).sort(),
    );
    expect(keys.filter((key) => key.includes('/us-east-1/'))).toHaveLength(trail.length / 2);
  });

  test('a late window costs few requests, however much history there is', async () => {
    const history = ACCOUNTS.flatMap((account) =>
      Array.from({ length: 2800 }, (_, index) => {
        const date = new Date(day('2019-01-01') + index * 86_400_000).toISOString().slice(0, 10);
        return trailKey(account, 'eu-west-1', date);
      }),
    );
    const { requests } = await walk(
      history,
      { today: '2026-09-01', filters: { since: day('2026-08-20') } },
      { pageSize: 100 },
    );
    // The bucket, AWSLogs/, per account: services, regions, and one listing.
    expect(requests).toBe(2 + ACCOUNTS.length * 3);
  });

  test('leaves out what other services write beside CloudTrail, and says so', async () => {
    const keys = [
      ...trail,
      trailKey('111111111111', 'eu-west-1', '2026-11-21', 'vpcflowlogs'),
      'AWSLogs/111111111111/Other/x',
    ];
    const walked = await walk(keys);
    expect(walked.keys).toEqual([...trail].sort());
    expect(walked.leftOut).toEqual(['AWSLogs/111111111111/Other/', 'AWSLogs/111111111111/vpcflowlogs/']);
  });

  test('a prefix inside another service is looked through, so that its objects are counted', async () => {
    const key = trailKey('111111111111', 'eu-west-1', '2026-11-21', 'vpcflowlogs');
    expect((await walk([key], { prefix: 'AWSLogs/111111111111/vpcflowlogs/' })).keys).toEqual([key]);
  });

  test('digests and metadata are offered for counting in the first pass only', async () => {
    const keys = [
      trailKey('111111111111', 'eu-west-1', '2026-11-21', 'CloudTrail-Digest'),
      'aws/CLOUD_TRAIL_MGMT/2.0/metadata/v1.metadata.json',
    ];
    expect((await walk(keys)).keys).toEqual([...keys].sort());
    expect((await walk(keys, { countSkipped: false })).keys).toEqual([]);
  });

  test('a layout that begins in a folder called metadata is walked in each pass', async () => {
    const keys = [`metadata/${trail[0]!}`, `_temporary/${lake[0]!}`];
    const open = { countSkipped: false };
    expect((await walk(keys, open)).keys).toEqual([...keys].sort());
    expect((await walk(keys, { ...open, prefix: 'metadata/' })).keys).toEqual([keys[0]]);
  });

  test('tells for each root the first day that is not settled', async () => {
    const { result } = await walk(
      trail,
      {},
      { unsettled: (key) => key.includes('/111111111111/CloudTrail/eu-west-1/2026/11/') },
    );
    expect(Object.fromEntries(result)).toEqual({
      'AWSLogs/111111111111/CloudTrail/eu-west-1/': '2026-11-01',
      'AWSLogs/111111111111/CloudTrail/us-east-1/': undefined,
      'AWSLogs/222222222222/CloudTrail/eu-west-1/': undefined,
      'AWSLogs/222222222222/CloudTrail/us-east-1/': undefined,
    });
  });

  test('lists a root from its first open day on', async () => {
    const root = 'AWSLogs/111111111111/CloudTrail/eu-west-1/';
    const { keys } = await walk(trail, { openFrom: new Map([[root, '2026-11-20']]) });
    expect(keys.filter((key) => key.startsWith(root))).toEqual(
      trail.filter((key) => key.startsWith(root) && key >= `${root}2026/11/20`).sort(),
    );
    expect(keys).toHaveLength(trail.length - DAYS.length + 2);
  });

  test('a bucket of many small folders is listed in full, not folder by folder', async () => {
    const keys = Array.from({ length: 500 }, (_, index) => `app/${index % 150}/day/${index}.json`);
    const { keys: found, requests } = await walk(keys);
    expect(found).toEqual([...keys].sort());
    expect(requests).toBeLessThan(10);
  });

  test('deep folders end the opening of folders after a while', async () => {
    const keys = Array.from(
      { length: 600 },
      (_, index) => `${[...String(index).padStart(3, '0')].join('/')}/x/y/z.json`,
    );
    const { keys: found, requests } = await walk(keys);
    expect(found).toEqual([...keys].sort());
    expect(requests).toBeLessThan(600);
  });

  test('a failure of one listing ends the walk with it', async () => {
    const { pages } = memoryPages(trail.map((key) => ({ bucket: 'b', key })));
    const failing: typeof pages = (request, signal) => {
      if (request.prefix.includes('222222222222')) throw new Error('denied');
      return pages(request, signal);
    };
    const options = {
      prefix: '',
      filters: {},
      concurrency: 4,
      today: '2026-11-21',
      countSkipped: true,
      openFrom: new Map(),
      onLeftOut: () => undefined,
    };
    await expect(walkBucket(failing, async (page) => page, options, never)).rejects.toThrow('denied');
  });
});
