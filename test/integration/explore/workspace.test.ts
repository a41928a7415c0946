import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { PACKAGE_ROOT } from '../../../src/content/root.ts';
import { generateEvents } from '../../../src/demo/generate.ts';
import type { RunReport } from '../../../src/ingest/totals.ts';

const top = mkdtempSync(join(tmpdir(), 'explore-workspace-'));
const evidence = join(top, 'evidence');
const data = join(top, 'data');
/** No cluster is named. */
const env: NodeJS.ProcessEnv = { ...process.env, OPENSEARCH_URL: '', OCSF_CLOUDTRAIL_DATA: data, TMPDIR: top };

interface Opened {
  readonly url: string;
  readonly opensearch: string;
  readonly workspace: { readonly name: string; readonly path: string };
  readonly ingested?: RunReport;
}

const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) await end(child, 'SIGKILL');
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

function start(args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [`${PACKAGE_ROOT}dist/cli.js`, 'explore', ...args], {
    env: { ...env, ...more },
  });
  children.push(child);
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  return { child, said };
}

/** What it says once the page is up. */
async function opened(...args: string[]): Promise<{ child: ChildProcess; result: Opened }> {
  const { child, said } = start([...args, '--json']);
  while (!said.stdout.endsWith('\n')) {
    if (child.exitCode !== null) throw new Error(`explore ended with ${child.exitCode}: ${said.stderr}`);
    await sleep(50);
  }
  return { child, result: JSON.parse(said.stdout) as Opened };
}

async function ended(args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const { child, said } = start(args, more);
  await once(child, 'close');
  return { code: child.exitCode, ...said };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
  return child.exitCode;
}

function putEvents(name: string, seed: string, events: number): void {
  const Records = [...generateEvents({ seed, end: Date.now(), hours: 2, events })];
  writeFileSync(join(evidence, name), JSON.stringify({ Records }));
}

async function countAt(url: string): Promise<number> {
  const answer = (await (await fetch(`${url}/logs-cloudtrail/_count`)).json()) as { count: number };
  return answer.count;
}

describe('without any cluster', () => {
  test('a folder becomes a page in one command, kill -9 leaves no server, and the next start reads only what is new', async () => {
    mkdirSync(evidence);
    putEvents('one.json', 'one', 300);
    const first = await opened(evidence);
    expect(first.result.workspace.name).toBe('default');
    expect(first.result.ingested).toMatchObject({
      objects: { done: 1 },
      events: { read: 300, indexed: 300, rejected: 0 },
    });
    expect((await fetch(first.result.url, { redirect: 'manual' })).status).toBe(303);
    expect(await countAt(first.result.opensearch)).toBe(300);
    expect(statSync(first.result.workspace.path).mode & 0o777).toBe(0o700);

    for (const args of [[evidence], ['--delete-workspace', 'default']])
      expect(await ended(args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`in use by process ${first.child.pid}`),
      });

    await end(first.child, 'SIGKILL');
    putEvents('two.json', 'two', 200);
    // At once: it waits until the server of the killed one has ended.
    const second = await opened(evidence);
    await expect(fetch(first.result.opensearch)).rejects.toThrow();
    expect(second.result.ingested).toMatchObject({
      objects: { seen: 2, done: 1, skipped: 1, skips: { settled: 1 } },
      events: { read: 200, indexed: 200 },
    });
    expect(await countAt(second.result.opensearch)).toBe(500);
    expect(readdirSync(top).filter((name) => name.startsWith('ocsf-cloudtrail-node-'))).toHaveLength(1);

    const list = await ended(['--workspaces', '--json']);
    expect(JSON.parse(list.stdout)).toEqual([
      { name: 'default', bytes: expect.any(Number), usedAt: expect.any(String), inUseBy: second.child.pid },
    ]);
    expect(await end(second.child, 'SIGINT')).toBe(0);
    await expect(fetch(second.result.opensearch)).rejects.toThrow();
    expect(readdirSync(top).filter((name) => name.startsWith('ocsf-cloudtrail-node-'))).toEqual([]);
    expect(await ended(['--delete-workspace', 'default'])).toMatchObject({ code: 0 });
    expect(existsSync(second.result.workspace.path)).toBe(false);
    expect(await ended(['--workspaces'])).toMatchObject({ code: 0, stdout: expect.stringContaining('no workspaces') });
  }, 240_000);

  test.each([
    ['nothing to read and no workspace yet', [], 'USAGE', '→ Give a folder or s3://bucket/prefix'],
    ['a workspace that is not there', ['--workspace', 'other'], 'USAGE', 'no workspace "other" yet'],
    ['a folder that is not there', [join(top, 'nowhere')], 'SOURCE_NOT_FOUND', 'There is no'],
    [
      'a workspace and a cluster',
      ['--workspace', 'x', '--opensearch-url', 'http://x:9200'],
      'error',
      'cannot be used with',
    ],
    ['a name that is no name', [top, '--workspace', '../x'], 'USAGE', 'cannot name a workspace'],
  ])('%s is refused before anything is started', async (_, args, code, words) => {
    const { code: exit, stderr } = await ended(args, { OCSF_CLOUDTRAIL_DATA: join(top, 'none') });
    expect(exit).not.toBe(0);
    expect(stderr).toContain(code);
    expect(stderr).toContain(words);
  });

  test('a machine without what the embedded cluster needs is told what to install', async () => {
    const bare = { PATH: '/nonexistent', JAVA_HOME: '', OCSF_CLOUDTRAIL_CACHE: join(top, 'empty') };
    const { code, stderr } = await ended([top, '--workspace', 'bare'], bare);
    expect(stderr).toMatch(/MISSING_TOOL: .*\n {2}→ Install .*OPENSEARCH_URL/);
    expect(code).toBe(2);
  });
});
