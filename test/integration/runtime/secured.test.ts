import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Client, type ClientOptions } from '@opensearch-project/opensearch';
import { startSecuredOpenSearch, type SecuredNode } from '../../../src/runtime/secured.ts';

let node: SecuredNode;
let stop = async (): Promise<void> => undefined;
beforeAll(async () => {
  node = await startSecuredOpenSearch({
    users: { writer: { password: 'a long enough password' } },
    roles: {
      writer: {
        cluster_permissions: ['cluster_monitor', 'indices:data/write/bulk'],
        index_permissions: [{ index_patterns: ['allowed-*'], allowed_actions: ['crud', 'create_index'] }],
      },
    },
    mapping: { writer: { users: ['writer', 'writer-certificate'] } },
    heap: '384m',
  });
  stop = () => node.stop();
}, 180_000);
afterAll(() => stop());

async function statusWith(options: ClientOptions, ca = readFileSync(node.ca, 'utf8')): Promise<unknown> {
  const client = new Client({ node: node.url, maxRetries: 0, ...options, ssl: { ca, ...options.ssl } });
  return client
    .info()
    .then(
      ({ statusCode }) => statusCode,
      (error: { statusCode?: number; message: string }) => error.statusCode ?? error.message,
    )
    .finally(() => client.close());
}
const auth = { username: 'writer', password: 'a long enough password' };

test('lets a user with the right password in, and nobody else', async () => {
  expect(await statusWith({ auth })).toBe(200);
  expect(await statusWith({ auth: { ...auth, password: 'wrong' } })).toBe(401);
  expect(await statusWith({})).toBe(401);
});

test('knows clients by their certificate', async () => {
  const pem = ({ cert, key }: { cert: string; key: string }) => ({ cert: readFileSync(cert), key: readFileSync(key) });
  expect(await statusWith({ ssl: pem(await node.authority.issue('writer-certificate')) })).toBe(200);
  expect(await statusWith({ ssl: pem(node.admin) })).toBe(200);
});

test('is not trusted without its authority', async () => {
  const client = new Client({ node: node.url, auth, maxRetries: 0 });
  await expect(client.info()).rejects.toThrow(/unable to verify the first certificate/);
  await client.close();
});

test('refuses items of a bulk one by one', async () => {
  const client = new Client({ node: node.url, auth, ssl: { ca: readFileSync(node.ca) } });
  const action = (_index: string) => [{ create: { _index, _id: '1' } }, { a: 1 }];
  const { body } = await client.bulk({ body: [...action('allowed-1'), ...action('forbidden-1')] });
  expect(body.items.map((item) => item.create?.status)).toEqual([201, 403]);
  expect(body.items[1]?.create?.error?.type).toBe('security_exception');
  await client.close();
});

test('issues expired certificates for tests of what clients make of them', async () => {
  const { cert, key } = await node.authority.issue('expired', { expired: true });
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (_, answer) => answer.end('{}'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new Client({ node: url, maxRetries: 0, ssl: { ca: readFileSync(node.ca) } });
  await expect(client.info()).rejects.toThrow(/certificate has expired/);
  await client.close();
  await new Promise((closed) => server.close(closed));
});
