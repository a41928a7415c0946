import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateEvents } from '../../../src/demo/generate.ts';
import type {
  AroundAnswer,
  Content,
  PanelAnswer,
  SavedFilter,
  ValuesAnswer,
  ValuesRequest,
  View,
} from '../../../src/explore/protocol.ts';
import { answerOf } from '../../../src/explore/lines.ts';
import type { ExploreServer } from '../../../src/explore/server.ts';
import { startExplore } from '../../../src/explore/start.ts';
import { silentLogger } from '../../../src/logger.ts';
import { names } from '../../../src/names.ts';
import { exportedDashboard } from '../../support/exported-dashboard.ts';
import { loadHealth } from '../../support/health.ts';
import { loadRecords } from '../../support/installed.ts';
import { deleteAlias, serverUrl, testClient, uniqueName } from '../../support/servers.ts';

const alias = uniqueName('explore-server');
const client = testClient();
const folder = mkdtempSync(join(tmpdir(), 'explore-'));
const now = Date.now();
const view: View = { from: 'now-24h', to: 'now', query: '', filters: [] };
const valuesOf = (field: string, prefix = '', under = view): ValuesRequest => ({
  field,
  prefix,
  indices: [alias],
  view: under,
  timeZone: 'UTC',
});
const SECRET = 'not-to-be-seen-0451';

interface Got {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

let server: ExploreServer;
let cookie = '';

/** A request as any program could send it: `fetch` would not let us lie about the host. */
function ask(
  path: string,
  options: {
    headers?: Record<string, string>;
    body?: string;
    to?: ExploreServer;
    bare?: boolean;
    method?: string;
  } = {},
): Promise<Got> {
  const { body, to = server, bare = false } = options;
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port: to.port,
        path,
        method: options.method ?? (body === undefined ? 'GET' : 'POST'),
        headers: { ...(bare ? {} : { cookie, 'x-explore-page': '1' }), ...options.headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const post = (route: string, body: unknown): Promise<Got> => ask(`/api/${route}`, { body: JSON.stringify(body) });
const answersOf = ({ text }: Got): PanelAnswer[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(answerOf);

/** The session cookie that the printed address gives. */
async function enter(to: ExploreServer): Promise<string> {
  const { status, headers } = await ask(to.url.slice(to.url.indexOf('/?')), { to, bare: true });
  expect({ status, location: headers.location }).toEqual({ status: 303, location: '/' });
  return (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
}

async function start(more: { url?: string; dashboards?: string } = {}): Promise<ExploreServer> {
  return startExplore({
    opensearch: { url: more.url ?? serverUrl('OPENSEARCH_URL'), username: 'reader', password: SECRET, insecure: false },
    alias,
    ...(more.dashboards === undefined ? {} : { dashboards: more.dashboards }),
    port: 0,
    logger: silentLogger,
  });
}

beforeAll(async () => {
  await loadRecords(client, alias, generateEvents({ seed: 'server', end: now, hours: 23, events: 500 }), { now });
  await loadHealth(client, alias, now);
  server = await start();
  cookie = await enter(server);
});

afterAll(async () => {
  await server.close();
  await deleteAlias(client, alias);
  await client.close();
  rmSync(folder, { recursive: true });
});

describe('the doors', () => {
  test('it listens on loopback and on no other address of the machine', async () => {
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((one) => one?.family === 'IPv4' && !one.internal)
      .map((one) => one?.address ?? '');
    for (const address of [...others, '127.0.0.2'])
      await expect(fetch(`http://${address}:${server.port}/`)).rejects.toThrow();
  });

  test.each([
    ['no token', undefined],
    ['a wrong token', 'wrong'],
    ['a token of the wrong length', ''],
  ])('with %s, neither page nor answers are given', async (_, token) => {
    const headers = token === undefined ? {} : { cookie: `explore-${server.port}=${token}` };
    for (const path of ['/', '/api/content', '/?token=wrong'])
      expect(await ask(path, { bare: true, headers: { 'x-explore-page': '1', ...headers } })).toMatchObject({
        status: 401,
      });
  });

  test('the cookie cannot be read by scripts, and goes along with nothing of other sites but a link', async () => {
    const { headers } = await ask(server.url.slice(server.url.indexOf('/?')), { bare: true });
    expect(headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Lax/);
  });

  test('a browser that has entered two of these servers, whose cookies it sends to both, stays in both', async () => {
    const second = await start();
    try {
      const both = `${cookie}; ${await enter(second)}`;
      for (const to of [server, second])
        expect(await ask('/api/content', { to, headers: { cookie: both } })).toMatchObject({ status: 200 });
      expect(new Set(both.split('; ').map((pair) => pair.split('=')[0])).size).toBe(2);
    } finally {
      await second.close();
    }
  });

  test.each(['evil.example.com', 'evil.example.com:80', '127.0.0.1', 'localhost:1'])(
    'a name that leads here by DNS rebinding (%s) is refused, token or not',
    async (host) => {
      expect(await ask('/', { headers: { host } })).toMatchObject({ status: 403 });
      expect(await ask('/api/content', { headers: { host } })).toMatchObject({ status: 403 });
    },
  );

  test.each(['http://evil.example.com', 'null', 'https://127.0.0.1', 'http://localhost:1'])(
    'a request whose origin is %s is refused',
    async (origin) => {
      const answer = await ask('/api/search', { headers: { origin }, body: '{}' });
      expect(answer).toMatchObject({ status: 403 });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  test('a request whose origin only begins as ours does is refused', async () => {
    const origin = `http://127.0.0.1:${server.port}.example.com`;
    expect(await ask('/api/content', { headers: { origin } })).toMatchObject({ status: 403 });
  });

  test("a request without the page's header, as a form of another site would send, is refused", async () => {
    expect(await ask('/api/content', { bare: true, headers: { cookie } })).toMatchObject({ status: 403 });
  });

  test.each([
    '/../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%2f..%2f..%2fcli.js',
    '/%00.js',
    '/%',
    '//',
  ])('no file outside the page is served: %s', async (path) => {
    const { status, text } = await ask(path);
    expect(status).toBe(404);
    expect(text).not.toContain('ocsf-cloudtrail"');
  });

  test('a body beyond the limit is refused with a word, and the server lives on', async () => {
    const large = JSON.stringify({ field: 'x'.repeat(1_100_000) });
    const answer = await ask('/api/values', { body: large }).catch((error: unknown) => error);
    expect(answer).toMatchObject({ status: 413 });
    expect(await ask('/api/content')).toMatchObject({ status: 200 });
  });

  test.each([
    ['not JSON', 'search', '{'],
    ['an unknown key', 'search', JSON.stringify({ dashboard: 'x', view, timeZone: 'UTC', index: '*' })],
    ['a search of its own', 'search', JSON.stringify({ dashboard: 'x', view, timeZone: 'UTC', body: { query: {} } })],
    ['more rows than are listed', 'search', JSON.stringify({ dashboard: 'x', view, timeZone: 'UTC', rows: 501 })],
    [
      'more filters than a person sets',
      'values',
      JSON.stringify(valuesOf('status', '', { ...view, filters: Array(201).fill({ meta: {} }) as SavedFilter[] })),
    ],
    ['no such dashboard', 'search', JSON.stringify({ dashboard: 'x', view, timeZone: 'UTC' })],
  ])('%s is refused', async (_, route, body) => {
    expect(await ask(`/api/${route}`, { body })).toMatchObject({ status: 400 });
  });

  test('there are four routes, and no way through to the cluster', async () => {
    for (const path of ['/api/_search', '/api/_cat/indices', '/api/constructor', '/api/__proto__', '/api/content/x'])
      expect(await ask(path)).toMatchObject({ status: 404 });
    expect(await ask('/api/search')).toMatchObject({ status: 405 });
    expect(await ask('/', { method: 'DELETE' })).toMatchObject({ status: 405 });
  });

  test('the page may run scripts of this server only, none inline', async () => {
    const { headers, text } = await ask('/');
    const policy = String(headers['content-security-policy']).split('; ');
    for (const directive of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"])
      expect(policy).toContain(directive);
    expect(text).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(text).not.toMatch(/\son\w+=/);
  });

  test('the page is asked for anew each time, so that it is that of this version; its parts are named by their content', async () => {
    const { headers, text } = await ask('/');
    expect(headers['cache-control']).toBe('no-store');
    const part = /src="\.?([^"]+)"/.exec(text)?.[1] ?? '';
    expect(part).toMatch(/^\/assets\//);
    expect((await ask(part)).headers['cache-control']).toContain('immutable');
  });
});

describe('what is asked', () => {
  test.each([
    ['a script', { meta: {}, query: { script: { script: 'while (true) {}' } } }],
    ['a look-up in another index', { meta: {}, query: { terms: { x: { index: 'secrets', id: '1', path: 'y' } } } }],
    ['a script deep in a bool', { meta: {}, bool: { should: [{ bool: { must: { function_score: {} } } }] } }],
  ])('a filter that holds %s is refused', async (_, filter) => {
    const body = { dashboard: 'x', view: { ...view, filters: [filter] }, timeZone: 'UTC' };
    expect(await post('search', body)).toMatchObject({ status: 400, text: expect.stringContaining('not allowed') });
    expect(await post('values', valuesOf('status', '', body.view as unknown as View))).toMatchObject({ status: 400 });
  });

  test('every panel of every dashboard is answered, one line each, none failed', async () => {
    const { dashboards } = JSON.parse((await ask('/api/content')).text) as Content;
    expect(dashboards.length).toBeGreaterThanOrEqual(7);
    for (const { id, panels } of dashboards) {
      const answer = await post('search', { dashboard: id, view, timeZone: 'Europe/Berlin' });
      expect(answer.headers['content-type']).toContain('ndjson');
      const answers = answersOf(answer);
      expect(answers.filter(({ status }) => status === 'error')).toEqual([]);
      const answered = new Set(answers.map(({ panel }) => panel));
      const asking = panels.filter(({ type }) => type !== 'markdown' && type !== 'input_control_vis');
      expect(asking.filter((panel) => !answered.has(panel.id)).map(({ title }) => title)).toEqual([]);
    }
  });

  test('what was asked of events fails no panel about ingestion, where the same name is a number', async () => {
    const word = { match_phrase: { status: 'Failure' } };
    const phrase: SavedFilter = { meta: { type: 'phrase', key: 'status' }, query: word };
    const phrases: SavedFilter = { meta: { type: 'phrases', key: 'status' }, query: { bool: { should: [word] } } };
    const ask = async (more: Partial<View>): Promise<PanelAnswer[]> =>
      answersOf(
        await post('search', {
          dashboard: 'ocsf-cloudtrail-ingest-health',
          view: { ...view, ...more },
          timeZone: 'UTC',
        }),
      );
    const letters = (answers: readonly PanelAnswer[]): number | undefined =>
      answers.flatMap((one) => (one.status === 'events' && one.from === names(alias).deadLetters ? one.total : []))[0];
    expect(letters(await ask({}))).toBe(6);
    for (const asked of [
      { query: 'status: Failure' },
      { query: 'status: "Failure" or status: (Success or Other)' },
      { filters: [phrase, phrases] },
    ]) {
      const answers = await ask(asked);
      expect(answers.filter(({ status }) => status === 'error')).toEqual([]);
      expect(letters(answers)).toBeUndefined();
    }
    expect(letters(await ask({ query: 'not status: Failure' }))).toBe(6);
  });

  test('a list shows the newest events and counts all, whether there are few or many at the end of its range', async () => {
    for (const rows of [2, 100]) {
      const answers = answersOf(
        await post('search', { dashboard: 'ocsf-cloudtrail-overview', view, timeZone: 'UTC', rows }),
      ).filter((answer) => answer.status === 'events');
      expect(answers).toHaveLength(1);
      const [list] = answers;
      const { body } = await client.search({
        index: alias,
        body: { size: rows, track_total_hits: true, sort: [{ time_dt: 'desc' }] } as never,
      });
      const timesOf = (hits: readonly unknown[]) => hits.map((hit) => (hit as { time: number }).time);
      expect(timesOf(list?.events.map(({ source }) => source) ?? [])).toEqual(
        timesOf((body.hits.hits as { _source: unknown }[]).map(({ _source }) => _source)),
      );
      expect(list?.total).toBe((body.hits.total as { value: number }).value);
    }
  });

  test('a wrong query is said once for the whole view', async () => {
    const { dashboards } = JSON.parse((await ask('/api/content')).text) as Content;
    const answers = answersOf(
      await post('search', { dashboard: dashboards[0]?.id, view: { ...view, query: 'status: (' }, timeZone: 'UTC' }),
    );
    expect(answers.some(({ status }) => status === 'error')).toBe(true);
  });

  test('what surrounds an event are the nearest before and after it that share a value with it', async () => {
    const user = 'actor.user.uid';
    const { values } = JSON.parse((await post('values', valuesOf(user, 'ROLE'))).text) as {
      values: { value: string }[];
    };
    const value = values[0]?.value ?? '';
    expect(value).toContain('role');
    const { body } = await client.search({
      index: alias,
      body: { size: 500, query: { term: { [user]: value } }, sort: [{ time_dt: 'desc' }] } as never,
    });
    const all = body.hits.hits.map(({ _source }) => (_source as { time: number }).time);
    const time = all[Math.floor(all.length / 2)] ?? 0;
    const { events } = JSON.parse(
      (await post('around', { time: new Date(time).toISOString(), field: user, value })).text,
    ) as AroundAnswer;
    const expected = [
      ...all.filter((one) => one > time).slice(-20),
      ...all.filter((one) => one === time),
      ...all.filter((one) => one < time).slice(0, 20),
    ];
    expect(expected.length).toBeGreaterThan(20);
    expect(events.map(({ source }) => (source as { time: number }).time)).toEqual(expected);
    const users = events.map(({ source }) => (source as { actor: { user: { uid: string } } }).actor.user.uid);
    expect(new Set(users)).toEqual(new Set([value]));
  });

  test('values that begin with what is typed come first, however many commoner ones only contain it', async () => {
    const { values } = JSON.parse((await post('values', valuesOf('api.operation', 'cre'))).text) as ValuesAnswer;
    const begins = values.map(({ value }) => value.startsWith('Create'));
    expect(begins).toEqual(begins.toSorted((a, b) => Number(b) - Number(a)));
    expect(begins).toContain(true);
    const counts = values.filter((_, position) => begins[position]).map(({ count }) => count);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  test('an address or a number that is not among the commonest is found by what is typed of it', async () => {
    const found = async (field: string, prefix: string): Promise<string[]> =>
      (JSON.parse((await post('values', valuesOf(field, prefix))).text) as ValuesAnswer).values.map(
        ({ value }) => value,
      );
    const rare = async (field: string): Promise<string> => {
      const { body } = await client.search({
        index: alias,
        body: { size: 0, aggs: { all: { terms: { field, size: 1000, order: [{ _count: 'asc' }] } } } } as never,
      });
      const { buckets } = body.aggregations?.['all'] as unknown as { buckets: { key: string | number }[] };
      return String(buckets.find(({ key }) => !String(key).includes(':'))?.key);
    };
    const address = await rare('src_endpoint.ip');
    expect(await found('src_endpoint.ip', '')).not.toContain(address);
    for (const prefix of [address, address.replace(/\d+$/, ''), address.slice(0, -1)])
      expect(await found('src_endpoint.ip', prefix)).toContain(address);
    const { body } = await client.search({ index: alias, body: { size: 1, sort: [{ time: 'desc' }] } as never });
    const number = String((body.hits.hits[0]?._source as { type_uid: number }).type_uid);
    expect(await found('type_uid', number)).toEqual([number]);
    expect(await found('type_uid', '99999999999999999999')).toEqual([]);
  });

  test('an exported dashboard opens; what cannot be drawn says so, and a foreign index is not searched', async () => {
    const file = join(folder, 'mine.ndjson');
    writeFileSync(file, exportedDashboard(alias));
    const mine = await start({ dashboards: file });
    try {
      const own = await enter(mine);
      const headers = { cookie: own };
      const content = JSON.parse((await ask('/api/content', { to: mine, headers })).text) as Content;
      expect(content.dashboards.map(({ title }) => title)).toEqual(['Mine']);
      const panels = content.dashboards[0]?.panels ?? [];
      expect(panels.map(({ unsupported }) => unsupported ?? 'drawn')).toEqual([
        'drawn',
        'drawn',
        expect.stringMatching(/vega/),
      ]);
      // Nor are its values looked up: only indices whose fields are offered are.
      expect(Object.keys(content.otherFields).join()).not.toContain('payroll');
      const body = JSON.stringify({ dashboard: 'mine', view, timeZone: 'UTC' });
      const answers = answersOf(await ask('/api/search', { to: mine, headers, body }));
      expect(answers.find(({ panel }) => panel === '1')).toMatchObject({ status: 'table' });
      expect(answers.find(({ panel }) => panel === '2')).toMatchObject({
        status: 'error',
        reason: expect.stringContaining('only this product'),
      });
    } finally {
      await mine.close();
    }
  });
});

describe('the cluster behind it', () => {
  /** A cluster that answers the first search and holds the others until they are given up. */
  function holding(): Promise<{ double: Server; url: string; held: Promise<void>; closed: Promise<void> }> {
    let onHeld = (): void => undefined;
    let onClosed = (): void => undefined;
    const held = new Promise<void>((resolve) => (onHeld = resolve));
    const closed = new Promise<void>((resolve) => (onClosed = resolve));
    let searches = 0;
    const double = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        if (++searches > 1) {
          onHeld();
          response.on('close', onClosed);
          return;
        }
        const responses = Array.from({ length: body.trim().split('\n').length / 2 }, () => ({
          status: 500,
          error: { type: 'x', reason: 'of the double' },
        }));
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ responses }));
      });
    });
    return new Promise((resolve) =>
      double.listen(0, '127.0.0.1', () =>
        resolve({ double, url: `http://127.0.0.1:${(double.address() as AddressInfo).port}`, held, closed }),
      ),
    );
  }

  test('panels are answered before the slowest is, and a request given up is cancelled in the cluster', async () => {
    const { double, url, held, closed } = await holding();
    const slow = await start({ url });
    try {
      const own = await enter(slow);
      const { dashboards } = JSON.parse(
        (await ask('/api/content', { to: slow, headers: { cookie: own } })).text,
      ) as Content;
      const largest = [...dashboards].sort((a, b) => b.panels.length - a.panels.length)[0];
      const abort = new AbortController();
      const response = await fetch(`http://127.0.0.1:${slow.port}/api/search`, {
        method: 'POST',
        headers: { cookie: own, 'x-explore-page': '1' },
        body: JSON.stringify({ dashboard: largest?.id, view, timeZone: 'UTC' }),
        signal: abort.signal,
      });
      const reader = response.body?.getReader();
      let seen = '';
      while (!seen.includes('of the double'))
        seen += Buffer.from(((await reader?.read()) as { value?: Uint8Array }).value ?? []).toString();
      await held;
      abort.abort();
      await closed;
    } finally {
      await slow.close();
      double.closeAllConnections();
      double.close();
    }
  });

  test("the cluster's password is in no answer, also when the cluster refuses or is gone", async () => {
    const texts: string[] = [];
    const searches: PanelAnswer[][] = [];
    for (const url of [serverUrl('OPENSEARCH_URL'), 'http://127.0.0.1:9']) {
      const one = await start({ url });
      try {
        const headers = { cookie: await enter(one) };
        const bodies: [string, unknown][] = [
          ['search', { dashboard: 'ocsf-cloudtrail-overview', view, timeZone: 'UTC' }],
          ['around', { time: new Date(now).toISOString(), field: 'status', value: 'Success' }],
          ['values', valuesOf('status')],
        ];
        const answers = [await ask('/api/content', { to: one, headers }), await ask('/', { to: one, headers })];
        for (const [route, body] of bodies) {
          const answer = await ask(`/api/${route}`, { to: one, headers, body: JSON.stringify(body) });
          if (route === 'search') searches.push(answersOf(answer));
          answers.push(answer);
        }
        texts.push(...answers.map(({ text, headers }) => text + JSON.stringify(headers)));
      } finally {
        await one.close();
      }
    }
    const basic = Buffer.from(`reader:${SECRET}`).toString('base64');
    expect(texts.filter((text) => text.includes(SECRET) || text.includes(basic))).toEqual([]);
    const [reached, gone] = searches;
    expect(reached?.some(({ status }) => status === 'table')).toBe(true);
    const reason = expect.stringContaining('127.0.0.1:9');
    expect(gone?.at(-1)).toEqual({ panel: '*', status: 'error', reason });
  });
});
