import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findJava } from '../../../src/runtime/java.ts';
import { startMinistack } from '../../../src/runtime/ministack.ts';
import { OPENSEARCH_2_VERSION } from '../../../src/runtime/opensearch-home.ts';
import { javaRange, startOpenSearch } from '../../../src/runtime/opensearch-node.ts';

const PARENT = fileURLToPath(new URL('../../support/parent.mjs', import.meta.url));

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds until the process is gone. */
async function untilGone(pid: number): Promise<number> {
  const start = Date.now();
  while (isRunning(pid)) {
    if (Date.now() - start > 15_000) throw new Error(`process ${pid} still runs`);
    await sleep(20);
  }
  return Date.now() - start;
}

async function put(url: string, path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url + path, { method: 'PUT', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
}

test('what was acknowledged is there after kill -9 and a restart on the same folder and port', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'runtime-test-'));
  const first = await startOpenSearch({ profile: 'test', dataDir, heap: '256m' });
  await put(first.url, '/survivors', { settings: { number_of_replicas: 0 } });
  for (let id = 0; id < 20; id++) await put(first.url, `/survivors/_create/${id}`, { id });
  await first.kill9();
  expect(existsSync(first.runDir)).toBe(false);
  expect(isRunning(first.pid)).toBe(false);
  await expect(fetch(first.url)).rejects.toThrow();

  const second = await startOpenSearch({ profile: 'test', dataDir, heap: '256m', httpPort: first.port });
  expect(second.url).toBe(first.url);
  await fetch(`${second.url}/survivors/_refresh`, { method: 'POST' });
  const answer = await fetch(`${second.url}/survivors/_count`);
  expect(await answer.json()).toMatchObject({ count: 20 });

  // A second node on the same folder is refused with the reason, and does not disturb the first.
  await expect(startOpenSearch({ profile: 'test', dataDir, heap: '256m' })).rejects.toMatchObject({
    code: 'CLUSTER_UNREACHABLE',
    message: expect.stringContaining('failed to obtain node locks'),
    hint: expect.stringContaining(dataDir),
  });
  expect((await fetch(second.url)).ok).toBe(true);

  await second.stop();
  await second.stop();
  expect(await second.exited).toEqual({ code: 143, signal: null });
  expect(existsSync(second.runDir)).toBe(false);
  await rm(dataDir, { recursive: true });
}, 120_000);

/** A process of its own that starts a server, and what it says once the server is up. */
async function parentOf(kind: string, env: NodeJS.ProcessEnv = {}) {
  const parent = spawn(process.execPath, [PARENT, kind], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  const server = JSON.parse(line) as { url: string; pid: number; runDir: string; name?: string };
  return { ...server, kill9: () => parent.kill('SIGKILL') };
}

test.each(['opensearch', 'aws'])(
  'no %s server outlives a parent that is killed with -9',
  async (kind) => {
    const { url, pid, runDir, kill9 } = await parentOf(kind);
    expect((await fetch(url)).status).toBeLessThan(500);
    kill9();
    expect(await untilGone(pid)).toBeLessThan(10_000);
    await expect(fetch(url)).rejects.toThrow();
    for (let wait = 0; wait < 50 && existsSync(runDir); wait++) await sleep(100);
    expect(existsSync(runDir)).toBe(false);
  },
  120_000,
);

test('a start that is cancelled leaves nothing behind', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'runtime-test-'));
  const { name, kill9 } = await parentOf('cancelled', { TMPDIR: scratch });
  expect(name).toBe('TimeoutError');
  expect(readdirSync(scratch)).toEqual([]);
  kill9();
  await rm(scratch, { recursive: true });
}, 60_000);

test('a setting that OpenSearch refuses ends in its own words', async () => {
  const start = startOpenSearch({ profile: 'test', heap: '256m', settings: { 'no.such.setting': 1 } });
  await expect(start).rejects.toMatchObject({
    code: 'CLUSTER_UNREACHABLE',
    message: expect.stringContaining('unknown setting [no.such.setting]'),
  });
}, 60_000);

test('with auth the emulator knows its root user and refuses a stranger', async () => {
  const emulator = await startMinistack({ auth: true });
  const list = async (accessKeyId: string): Promise<unknown> => {
    const credentials = { accessKeyId, secretAccessKey: 'test' };
    const s3 = new S3Client({ endpoint: emulator.url, region: 'us-east-1', forcePathStyle: true, credentials });
    return s3.send(new ListBucketsCommand({})).finally(() => s3.destroy());
  };
  await expect(list('test')).resolves.toMatchObject({ Buckets: [] });
  await expect(list('AKIASTRANGER')).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  await emulator.stop();
  expect(isRunning(emulator.pid)).toBe(false);
});

test('an OpenSearch 2 node starts where there is a Java it can run on, and says which one it misses otherwise', async () => {
  const start = startOpenSearch({ profile: 'test', version: OPENSEARCH_2_VERSION });
  const java = await findJava(javaRange(OPENSEARCH_2_VERSION)).catch(() => undefined);
  if (java === undefined) {
    await expect(start).rejects.toMatchObject({ code: 'MISSING_TOOL', hint: expect.stringContaining('JDK 11 to 23') });
    return;
  }
  const node = await start;
  const info = (await (await fetch(node.url)).json()) as { version: { number: string } };
  expect(info.version.number).toBe(OPENSEARCH_2_VERSION);
  await put(node.url, '/logs/_create/1?refresh=true', { user: 'alice' });
  expect(await (await fetch(`${node.url}/logs/_count`)).json()).toMatchObject({ count: 1 });
  await node.stop();
}, 180_000);
