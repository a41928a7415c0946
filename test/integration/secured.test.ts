import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from '@opensearch-project/opensearch';
import { parse } from 'yaml';
import type { OpenSearchConfig } from '../../src/config/config.ts';
import { shipped } from '../../src/content/root.ts';
import { generateEvents } from '../../src/demo/generate.ts';
import type { RunReport } from '../../src/ingest/totals.ts';
import { createClient } from '../../src/opensearch/client.ts';
import { createAuthority } from '../../src/runtime/certificates.ts';
import { startSecuredOpenSearch, type SecuredNode } from '../../src/runtime/secured.ts';
import { cli, trailFolder, type CliRun } from '../support/commands.ts';

/** Words that must never be seen anywhere but where they are given. */
const password = 'a-long-enough-password-Zq7';
const HOUR = 3_600_000;
const end = Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth(), 2);
/** Around the turn of a month, so that two indices take them. */
const events = [...generateEvents({ seed: 'secured', end, hours: 72, events: 300 })];
const lastMonth = new Date(end - 48 * HOUR).toISOString().slice(0, 7).replace('-', '.');
const roles = Object.assign(
  {},
  ...['installer', 'writer', 'reader'].map((name) => {
    const { _meta, ...role } = parse(
      readFileSync(shipped('integration', 'security', 'roles', `${name}.yml`), 'utf8'),
    ) as Record<string, object>;
    return role;
  }),
) as Record<string, { cluster_permissions: string[]; index_permissions: object[] }>;

/** Every second event: both months in both files. */
const part = (rest: number) => events.filter((_, index) => index % 2 === rest);

let node: SecuredNode;
let admin: Client;
let folder: ReturnType<typeof trailFolder>;
let dir: string;
const runs: CliRun[] = [];
const stopping: (() => unknown)[] = [];

beforeAll(async () => {
  const writer = roles['ocsf_cloudtrail_writer'];
  node = await startSecuredOpenSearch({
    users: Object.fromEntries(
      ['installer', 'writer', 'reader', 'narrow', 'nobody'].map((name) => [name, { password }]),
    ),
    roles: {
      ...roles,
      nobody: { cluster_permissions: ['cluster:monitor/main'] },
      // As the writer, but for one index of the two.
      narrow: {
        ...writer,
        index_permissions: writer?.index_permissions.map(
          (permission) =>
            JSON.parse(
              JSON.stringify(permission).replace('logs-cloudtrail-ocsf-*', `logs-cloudtrail-ocsf-${lastMonth}`),
            ) as object,
        ),
      },
    },
    mapping: {
      ocsf_cloudtrail_installer: { users: ['installer'] },
      ocsf_cloudtrail_writer: { users: ['writer', 'writer-certificate'] },
      ocsf_cloudtrail_reader: { users: ['reader'] },
      narrow: { users: ['narrow'] },
      nobody: { users: ['nobody'] },
    },
    heap: '384m',
  });
  stopping.push(() => node.stop());
  dir = mkdtempSync(join(tmpdir(), 'secured-'));
  stopping.push(() => rmSync(dir, { recursive: true }));
  const { cert, key } = node.admin;
  admin = createClient({ url: node.url, ca: node.ca, cert, key, insecure: false });
  stopping.push(() => admin.close());
  folder = trailFolder({ 'a.json': part(0), 'b.json': [...part(1), { eventVersion: '1.08' }] });
  stopping.push(() => folder.remove());
}, 180_000);
afterAll(async () => {
  for (const stop of stopping.reverse()) await stop();
});

/** Runs a command as a user of the node, trusting its authority. */
async function as(user: string, args: readonly string[], environment: Record<string, string> = {}): Promise<CliRun> {
  const run = await cli(args, {
    OPENSEARCH_URL: node.url,
    OPENSEARCH_USERNAME: user,
    OPENSEARCH_PASSWORD: password,
    OPENSEARCH_CA: node.ca,
    ...environment,
  });
  runs.push(run);
  return run;
}
const json = <T>(run: CliRun): T => {
  if (run.stdout === '') throw new Error(`nothing on stdout: ${run.stderr}`);
  return JSON.parse(run.stdout) as T;
};
const ingest = (): string[] => ['ingest', folder.path, '--json', '--threads', '1'];
/** What the cluster says to a request of a user: its status. */
async function statusAs(username: string, method: string, path: string, body?: object): Promise<number | undefined> {
  const config: OpenSearchConfig = { url: node.url, username, password, ca: node.ca, insecure: false };
  const client = createClient(config);
  try {
    const answer = await client.transport.request({ method, path, ...(body === undefined ? {} : { body }) });
    return answer.statusCode ?? 0;
  } catch (error) {
    return (error as { statusCode?: number }).statusCode;
  } finally {
    await client.close();
  }
}
async function count(index: string): Promise<number> {
  await admin.indices.refresh({ index });
  return (await admin.count({ index })).body.count;
}

describe('the installer role', () => {
  test('installs, installs again, uninstalls, and installs anew', async () => {
    const changes = async (args: string[]) => json<{ steps?: unknown[] }>(await as('installer', args));
    const first = await as('installer', ['install', '--replicas', '0']);
    expect([first.code, first.stdout]).toEqual([0, expect.stringContaining('Installed: 6 changes.')]);
    expect((await as('installer', ['install'])).stdout).toContain('Nothing changes.');
    const removed = await as('installer', ['uninstall', '--delete-data']);
    expect([removed.code, removed.stderr]).toEqual([0, '']);
    await changes(['install', '--replicas', '0', '--json']);
    expect(await count('logs-cloudtrail')).toBe(0);
  });

  test.each([
    ['read events', 'GET', '/logs-cloudtrail/_search', undefined],
    ['write an event', 'POST', '/logs-cloudtrail-ocsf-2026.11/_doc', { a: 1 }],
    ['touch another index', 'PUT', '/somebody-elses', undefined],
    ['make a user', 'PUT', '/_plugins/_security/api/internalusers/x', { password }],
    ['change the cluster', 'PUT', '/_cluster/settings', { persistent: { 'search.max_buckets': 1 } }],
  ] as const)('cannot %s', async (_, method, path, body) => {
    expect(await statusAs('installer', method, path, body)).toBe(403);
  });
});

describe('the writer role', () => {
  test('a bulk of which the cluster forbids some ends the run, and settles nothing of it', async () => {
    const { code, stderr, stdout } = await as('narrow', ingest());
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ objects: { done: 0 }, events: { read: 0, indexed: 0 } });
    expect(stderr).toContain('CLUSTER_FORBIDDEN');
    expect(stderr).toContain('indices:data/write/');
    await admin.indices.refresh({ index: 'ocsf-cloudtrail-ledger' });
    const settled = await admin.count({
      index: 'ocsf-cloudtrail-ledger',
      body: { query: { term: { state: 'done' } } },
    });
    expect(settled.body.count).toBe(0);
  });

  test('ingests what the run before left, with a dead letter, and nothing the second time', async () => {
    const first = await as('writer', ingest());
    const { events: counts } = json<RunReport>(first);
    expect(first.code).toBe(3);
    expect(counts).toMatchObject({ read: events.length + 1, rejected: 1 });
    expect(counts.indexed + counts.duplicate).toBe(events.length);
    expect(await count('logs-cloudtrail')).toBe(events.length);
    expect(await count('ocsf-cloudtrail-dead-letters')).toBe(1);
    expect(json<RunReport>(await as('writer', ingest())).objects.skips).toEqual({ settled: 2 });
  });

  test('replays dead letters', async () => {
    const { code, stdout } = await as('writer', ['replay', '--json']);
    expect([code, JSON.parse(stdout)]).toMatchObject([3, { letters: 1, rejected: 1 }]);
    // A letter whose event is in the cluster is taken out.
    const [event] = events;
    const letter = {
      id: 'x',
      reason: 'no_time',
      document: JSON.stringify(event),
      source: 's',
      position: 1,
      bucket: 'b',
      key: 'k',
      rejected_at: new Date().toISOString(),
    };
    await admin.index({ index: 'ocsf-cloudtrail-dead-letters', id: 'x', body: letter, refresh: true });
    expect(json(await as('writer', ['replay', '--reason', 'no_time', '--json']))).toMatchObject({ duplicate: 1 });
  });

  test('passes check, but for the folder', async () => {
    const { code, stdout } = await as('writer', ['check', folder.path]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/ok .*user: writer, with the roles/)]);
  });

  test('is known by a client certificate alone', async () => {
    const { cert, key } = await node.authority.issue('writer-certificate');
    const run = await cli([...ingest(), '--force', '--ca', node.ca, '--cert', cert, '--key', key], {
      OPENSEARCH_URL: node.url,
    });
    expect(json<RunReport>(run).events).toMatchObject({ indexed: 0, duplicate: events.length });
  });

  test.each([
    ['read events', 'GET', '/logs-cloudtrail/_search', undefined],
    ['delete an event', 'DELETE', '/logs-cloudtrail-ocsf-2026.11/_doc/1', undefined],
    ['update an event', 'POST', '/logs-cloudtrail-ocsf-2026.11/_update/1', { doc: { a: 1 } }],
    ['delete an index', 'DELETE', '/logs-cloudtrail-ocsf-2026.11', undefined],
    ['write elsewhere', 'POST', '/somebody-elses/_doc', { a: 1 }],
    ['change a template', 'PUT', '/_index_template/logs-cloudtrail-ocsf', { index_patterns: ['x'] }],
  ] as const)('cannot %s', async (_, method, path, body) => {
    expect(await statusAs('writer', method, path, body)).toBe(403);
  });
});

describe('the reader role', () => {
  test('verifies every panel and query, and reads the status', async () => {
    const verified = json<{ panels: { status: string }[]; queries: { status: string }[] }>(
      await as('reader', ['verify', '--json']),
    );
    expect([...verified.panels, ...verified.queries].filter(({ status }) => status === 'failed')).toEqual([]);
    const status = json<{ events: { total: number }; deadLetters: { total: number } }>(
      await as('reader', ['status', '--json']),
    );
    expect([status.events.total, status.deadLetters.total]).toEqual([events.length, 1]);
    const people = await as('reader', ['status']);
    expect([people.code, people.stderr]).toEqual([0, '']);
  });

  test('is told by check what it lacks for a run', async () => {
    const run = await as('reader', ['check', '--json']);
    const { checks } = json<{ checks: { what: string; status: string; message: string }[] }>(run);
    const failed = checks.filter(({ status }) => status === 'failed');
    expect([run.code, failed.map(({ what }) => what)]).toEqual([
      1,
      ['write events', 'write the ledger', 'write dead letters'],
    ]);
    for (const { message } of failed) expect(message).toMatch(/no permissions for \[indices:data\/write/);
  });

  test('ends an ingest with what it lacks, and nothing is written', async () => {
    const { code, stderr } = await as('reader', ingest());
    expect([code, stderr]).toEqual([1, expect.stringMatching(/CLUSTER_FORBIDDEN: .*indices:data\//)]);
  });

  test.each([
    ['write an event', 'POST', '/logs-cloudtrail-ocsf-2026.11/_doc', { a: 1 }],
    ['delete an event', 'DELETE', '/logs-cloudtrail-ocsf-2026.11/_doc/1', undefined],
    ['delete an index', 'DELETE', '/logs-cloudtrail-ocsf-2026.11', undefined],
    ['read another index', 'GET', '/.opendistro_security/_search', undefined],
    ['see all indices', 'GET', '/_cat/indices', undefined],
  ] as const)('cannot %s', async (_, method, path, body) => {
    expect(await statusAs('reader', method, path, body)).toBe(403);
  });
});

describe('who may prune', () => {
  test('the installer, and neither writer nor reader', async () => {
    const prune = (user: string) => as(user, ['prune', '--older-than', '0d', '--json']);
    expect((await prune('writer')).code).toBe(1);
    expect((await prune('reader')).stderr).toMatch(/CLUSTER_FORBIDDEN: .*(delete|write)/);
    const { code, stdout } = await prune('installer');
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { deleted: { ledgerRows: 2 } }]);
  });
});

describe('what goes wrong', () => {
  test('a user without privileges is told which one is missing', async () => {
    const { code, stderr } = await as('nobody', ['install']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/CLUSTER_FORBIDDEN: .*\n.*privilege (cluster|indices):/)]);
  });

  test.each([
    ['a wrong password', { OPENSEARCH_PASSWORD: 'a-wrong-password-Zq8' }, 'CLUSTER_AUTH', 'OPENSEARCH_PASSWORD'],
    ['no authority', { OPENSEARCH_CA: '' }, 'CLUSTER_TLS', '--ca FILE'],
    ['a file that is no certificate', { OPENSEARCH_CA: shipped('package.json') }, 'CLUSTER_TLS', '--ca FILE'],
  ])('%s ends ingest with a code and what to do', async (_, environment, code, hint) => {
    const run = await as('writer', ingest(), environment);
    expect([run.code, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toContain(`${code}: `);
    expect(run.stderr).toContain(hint);
  });

  test('the authority of somebody else is not trusted', async () => {
    const other = await createAuthority(join(dir, 'other'));
    const { code, stderr } = await as('writer', ingest(), { OPENSEARCH_CA: other.ca });
    expect([code, stderr]).toEqual([1, expect.stringContaining('CLUSTER_TLS: ')]);
  });

  test('an expired certificate is named as that, and --insecure goes on with a warning each time', async () => {
    const front = await frontWith(await node.authority.issue('expired', { expired: true }));
    try {
      const environment = { OPENSEARCH_URL: front.url };
      const refused = await as('writer', ingest(), environment);
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/CLUSTER_TLS: .*expired/)]);
      const commands = { reader: ['status'], installer: ['install', '--dry-run'], writer: [...ingest(), '--force'] };
      for (const [user, args] of Object.entries(commands)) {
        const { code, stderr } = await as(user, [...args, '--insecure'], environment);
        expect([code === 0 || code === 3, stderr]).toEqual([
          true,
          expect.stringContaining(`the TLS certificate of ${front.url} is not verified`),
        ]);
      }
    } finally {
      front.server.close();
      front.server.closeAllConnections();
    }
  });

  test('plain http is answered with a hint at https', async () => {
    const { code, stderr } = await as('writer', ingest(), { OPENSEARCH_URL: node.url.replace('https:', 'http:') });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/CLUSTER_UNREACHABLE: [^]*https:\/\//)]);
  });

  test('no command of all the above said a password', () => {
    const said = runs.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(said.length).toBeGreaterThan(1000);
    expect(said).not.toContain(password);
    expect(said).not.toContain('a-wrong-password-Zq8');
    expect(said).not.toContain(Buffer.from(`writer:${password}`).toString('base64'));
  });
});

/** A server with another certificate, before the node. */
async function frontWith({ cert, key }: { cert: string; key: string }): Promise<{ url: string; server: Server }> {
  const ca = readFileSync(node.ca);
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (incoming, response) => {
    const { method, url, headers } = incoming;
    const onward = httpsRequest(new URL(url ?? '/', node.url), { method, headers, ca }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
