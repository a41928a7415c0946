import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { registerCheck } from '../../src/commands/check.ts';
import type { Check } from '../../src/operate/check/report.ts';
import { checkSource } from '../../src/operate/check/source.ts';
import { names } from '../../src/names.ts';
import { runCommand, trailFolder } from '../support/commands.ts';
import { installAlias } from '../support/installed.ts';
import {
  awsMembers,
  deleteAlias,
  notifiedBucket,
  testAws,
  testClient,
  testS3,
  testSqs,
  uniqueName,
  type NotifiedBucket,
} from '../support/servers.ts';

const alias = uniqueName('check');
const client = testClient();
const s3 = testS3();
const sqs = testSqs();
const folder = trailFolder({ 'a.json': [] });
const aws = testAws();
let notified: NotifiedBucket;
let bucket: string;
let queue: NotifiedBucket['queue'];
let config: string;

async function run(...flags: string[]) {
  const { code, stdout } = await runCommand(registerCheck, 'check', '--alias', alias, '--json', ...flags);
  return { code, checks: (JSON.parse(stdout) as { checks: Check[] }).checks };
}
const lines = (checks: readonly Check[]) => checks.map(({ of, what, status }) => `${status} ${of}: ${what}`);

beforeAll(async () => {
  notified = await notifiedBucket(s3, sqs, 'check', { VisibilityTimeout: '10' });
  ({ bucket, queue } = notified);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'AWSLogs/a.json', Body: '{"Records":[]}' }));
  config = join(folder.path, 'config.yml');
  const keys = awsMembers('CHECK_KEY');
  writeFileSync(
    config,
    `sources:\n  trail: { type: s3, bucket: ${bucket}, ${keys} }\n` +
      `  wrong: { type: s3, bucket: ${bucket}-wrong, ${keys} }\n` +
      `  queue: { type: sqs, queue: ${queue.name}, ${keys} }\n  off: { type: folder, path: /nowhere, enabled: false }\n`,
  );
  process.env['CHECK_KEY'] = 'test';
});
afterAll(async () => {
  delete process.env['CHECK_KEY'];
  folder.remove();
  await Promise.all([notified.remove(), deleteAlias(client, alias)]);
  await client.close();
  s3.destroy();
  sqs.destroy();
});

describe('the check command', () => {
  test('says what is missing where nothing is installed', async () => {
    const { code, checks } = await run(folder.path);
    expect(lines(checks)).toEqual([
      'ok cluster: reachable',
      'ok cluster: user',
      'failed cluster: installed',
      `ok ${folder.path}: readable`,
    ]);
    expect(checks[2]?.hint).toContain(`install --alias ${alias}`);
    expect(code).toBe(1);
  });

  test('looks at all that a run of the configuration file needs', async () => {
    await installAlias(client, alias);
    const { code, checks } = await run('--config', config);
    expect(lines(checks)).toEqual([
      'ok cluster: reachable',
      'ok cluster: user',
      'ok cluster: installed',
      'ok cluster: write events',
      'ok cluster: write the ledger',
      'ok cluster: write dead letters',
      'ok trail: list (s3:ListBucket)',
      'ok trail: get (s3:GetObject, kms:Decrypt)',
      'ok trail: notifications (s3:GetBucketNotification)',
      'ok trail: clock',
      'failed wrong: list (s3:ListBucket)',
      'ok queue: queue',
      'ok queue: may use it (sqs:ReceiveMessage)',
      'ok queue: may use it (sqs:DeleteMessage)',
      'ok queue: may use it (sqs:ChangeMessageVisibility)',
      'warning queue: queue policy',
      'ok queue: encryption',
      'warning queue: dead-letter queue',
      'warning queue: visibility timeout',
    ]);
    expect(checks.find(({ what }) => what.startsWith('notifications'))?.message).toBe(`to ${queue.arn}`);
    expect(checks.find(({ of }) => of === 'wrong')?.hint).toContain('Check the name of the bucket');
    expect(code).toBe(1);
  });

  test('leaves nothing behind, and a warning is no failure', async () => {
    const { code } = await run('queue', '--config', config);
    expect(code).toBe(0);
    const ours = names(alias);
    const index = [ours.indexPattern, ours.ledger, ours.deadLetters];
    await client.indices.refresh({ index });
    expect((await client.count({ index })).body.count).toBe(0);
  });

  test('a cluster that refuses writes fails, with what to do', async () => {
    const index = names(alias).ledger;
    await client.indices.putSettings({ index, body: { 'index.blocks.write': true } });
    try {
      const { checks, code } = await run('queue', '--config', config);
      const failed = checks.filter(({ status }) => status === 'failed');
      expect(failed).toMatchObject([{ what: 'write the ledger', message: expect.stringContaining('cluster_block') }]);
      expect(code).toBe(1);
    } finally {
      await client.indices.putSettings({ index, body: { 'index.blocks.write': null } });
    }
  });

  test('a clock that is off is told, and by how much', async () => {
    const target = { name: 't', kind: 's3', bucket, prefix: '', aws } as const;
    const clock = async (ahead: number) => (await checkSource(target, () => Date.now() + ahead)).at(-1);
    expect(await clock(5 * 60_000)).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('ahead of AWS'),
    });
    expect(await clock(-20 * 60_000)).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('behind AWS'),
    });
  });

  test('an empty prefix, a folder that is not there and a cluster that is not there are told', async () => {
    const empty = { name: 't', kind: 's3', bucket, prefix: 'none/', aws } as const;
    expect((await checkSource(empty, Date.now))[0]).toMatchObject({ status: 'warning' });
    const none = { name: 'f', kind: 'folder', path: join(folder.path, 'none') } as const;
    expect(await checkSource(none, Date.now)).toMatchObject([{ status: 'failed' }]);
    const { checks } = await run('--opensearch-url', 'http://127.0.0.1:9');
    expect(lines(checks)).toEqual(['failed cluster: reachable']);
  });

  test('people read one line each, and the count', async () => {
    const { stdout } = await runCommand(registerCheck, 'check', '--alias', alias, folder.path);
    expect(stdout).toContain(`ok      cluster: write events: ${names(alias).indexPrefix}`);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('7 ok, 0 warnings, 0 failed');
  });
});
