import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { OpenSearchConfig } from '../../src/config/config.ts';
import { shipped } from '../../src/content/root.ts';
import { runInstall, runUninstall } from '../../src/install/run.ts';
import { createClient } from '../../src/opensearch/client.ts';
import { startSecuredOpenSearch, type SecuredNode } from '../../src/runtime/secured.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const password = 'a long enough password';
const { _meta, ...installer } = parse(
  readFileSync(shipped('integration', 'security', 'roles', 'installer.yml'), 'utf8'),
) as Record<string, object>;
let node: SecuredNode;
let stop = async (): Promise<void> => undefined;

beforeAll(async () => {
  node = await startSecuredOpenSearch({
    users: { installer: { password }, nobody: { password } },
    roles: { ...installer, nobody: { cluster_permissions: ['cluster:monitor/main'] } },
    mapping: { ocsf_cloudtrail_installer: { users: ['installer'] }, nobody: { users: ['nobody'] } },
    heap: '384m',
  });
  stop = () => node.stop();
}, 180_000);
afterAll(() => stop());

/** Installs as this user; gives the steps. */
async function as(username: string, more: Partial<OpenSearchConfig> = {}): Promise<readonly string[]> {
  const config = { url: node.url, username, password, ca: node.ca, insecure: false, ...more };
  const client = createClient(config);
  try {
    const { plan } = await runInstall(client, { url: config.url, index: { replicas: 0 }, now: NOW });
    return plan.steps.map(({ what }) => what);
  } finally {
    await client.close();
  }
}

describe('install into a secured cluster', () => {
  test('the installer role is enough to install, to install again, and to uninstall', async () => {
    expect(await as('installer')).toHaveLength(6);
    expect(await as('installer')).toEqual([]);
    const client = createClient({ url: node.url, username: 'installer', password, ca: node.ca, insecure: false });
    const { plan } = await runUninstall(client, { deleteData: true });
    expect(plan.steps).toHaveLength(6);
    await client.close();
  });

  test('a user without the privilege is told which one', async () => {
    await expect(as('nobody')).rejects.toMatchObject({
      code: 'CLUSTER_FORBIDDEN',
      hint: expect.stringMatching(/privilege (cluster|indices):/) as unknown,
    });
  });

  test.each([
    ['a wrong password', { password: 'wrong' }, 'CLUSTER_AUTH'],
    ['no certificate authority', { ca: undefined }, 'CLUSTER_TLS'],
  ] as const)('%s ends in a message of its own', async (_, more, code) => {
    await expect(as('installer', more as Partial<OpenSearchConfig>)).rejects.toMatchObject({ code });
  });

  test('plain http is answered with a hint at https', async () => {
    await expect(as('installer', { url: node.url.replace('https:', 'http:') })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      hint: expect.stringContaining('https://') as unknown,
    });
  });
});
