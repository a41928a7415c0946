import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { registerStatus } from '../../src/commands/status.ts';
import { packageVersion } from '../../src/content/root.ts';
import { names } from '../../src/names.ts';
import type { Status } from '../../src/operate/status.ts';
import { ingestFolder, runCommand, trailFolder } from '../support/commands.ts';
import { installAlias } from '../support/installed.ts';
import { record } from '../support/records.ts';
import { createLostIndex } from '../support/lost-index.ts';
import { createQueue, deleteAlias, serverUrl, testClient, testSqs, uniqueName } from '../support/servers.ts';

const alias = uniqueName('status');
const client = testClient();
const sqs = testSqs();
const yesterday = new Date(Date.now() - 86_400_000).toISOString();
const folder = trailFolder({
  'a.json': [record({ eventTime: yesterday, eventID: 'a' }), record({ eventTime: yesterday, eventID: 'b' })],
  'b.json': [record({ eventTime: yesterday, eventID: 'c' }), record({ eventTime: '2001-01-01T00:00:00Z' })],
});
let queue: Awaited<ReturnType<typeof createQueue>>;

async function status(...flags: string[]) {
  const { stdout } = await runCommand(registerStatus, 'status', '--alias', alias, '--json', ...flags);
  return JSON.parse(stdout) as Status & { queues: readonly object[] };
}

beforeAll(async () => {
  queue = await createQueue(sqs, 'status');
  await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: '{}' }));
});
afterAll(async () => {
  folder.remove();
  await queue.remove();
  await deleteAlias(client, alias);
  await client.close();
  sqs.destroy();
});

describe('the status command', () => {
  test('says that nothing is installed where nothing is', async () => {
    expect(await status()).toMatchObject({ installed: null, events: { total: 0 }, deadLetters: { total: 0 } });
    const { stdout, code } = await runCommand(registerStatus, 'status', '--alias', alias);
    expect(stdout).toContain(`${alias} is not installed: run ocsf-cloudtrail install.`);
    expect(code).toBe(0);
  });

  describe('after a run', () => {
    const ours = names(alias);
    beforeAll(async () => {
      await installAlias(client, alias);
      expect(await ingestFolder(alias, folder.path)).toMatchObject({ objects: { done: 2 } });
      await client.indices.refresh({ index: [ours.indexPattern, ours.ledger, ours.deadLetters] });
    });

    test('counts events, objects and dead letters as the run did', async () => {
      const { installed, events, ledger, deadLetters } = await status();
      expect(installed).toEqual({ version: packageVersion(), alias, period: 'month' });
      expect(events.total).toBe(3);
      expect(events.days).toHaveLength(14);
      expect(events.days.filter((day) => day.events > 0)).toEqual([{ day: yesterday.slice(0, 10), events: 3 }]);
      expect(ledger.objects).toEqual({ done: 2, skipped: 0, failed: 0, claimed: 0 });
      expect(ledger.sources).toHaveLength(1);
      expect(ledger.sources[0]).toMatchObject({
        source: 'folder',
        events: { read: 4, indexed: 3, duplicate: 0, rejected: 1, skipped: 0 },
        lastSuccess: expect.stringMatching(/^20/),
        lag: { average: expect.any(Number), largest: expect.any(Number) },
      });
      expect(ledger.claims).toEqual({ open: 0, abandoned: 0, oldest: null });
      expect(deadLetters).toEqual({
        total: 1,
        reasons: [{ reason: 'time_out_of_range', letters: 1, last: expect.stringMatching(/^20/) }],
      });
    });

    test('says the same to people', async () => {
      const { stdout } = await runCommand(registerStatus, 'status', '--alias', alias);
      expect(stdout).toContain(`installed by version ${packageVersion()}, an index per month`);
      expect(stdout).toContain('Events: 3');
      expect(stdout).toContain('4 read = 3 indexed + 0 duplicate + 1 rejected + 0 skipped');
      expect(stdout).toContain('1 time_out_of_range, last 20');
    });

    test('names failed objects and claims whose worker is gone', async () => {
      const row = { bucket: 'trail', source: 'gone', attempts: 2, worker: 'w', claim: 'w#1' };
      const then = '2026-11-01T00:00:00.000Z';
      const error = { code: 'OBJECT_CORRUPT', message: 'cut short', permanent: true };
      const body = [
        { index: { _id: 'x' } },
        { ...row, key: 'x', state: 'failed', error, claimed_at: then, updated_at: then, settled_at: then },
        { index: { _id: 'y' } },
        { ...row, key: 'y', state: 'claimed', claimed_at: then, updated_at: then, lease_until: then },
      ];
      await client.bulk({ index: ours.ledger, body, refresh: true });
      const { ledger } = await status();
      expect(ledger.claims).toEqual({ open: 1, abandoned: 1, oldest: then });
      expect(ledger.failures).toMatchObject([
        { bucket: 'trail', key: 'x', code: 'OBJECT_CORRUPT', message: 'cut short' },
      ]);
      expect(ledger.sources.find(({ source }) => source === 'gone')).toMatchObject({ lastSuccess: null, lag: null });
    });

    test('says that numbers are too low where shards do not answer, and shows closed indices', async () => {
      const [lost, closed] = ['2001.01', '2001.02'].map((period) => names(alias).indexPrefix + period) as [
        string,
        string,
      ];
      await createLostIndex(client, lost);
      await client.indices.create({ index: closed });
      await client.indices.close({ index: closed });
      try {
        const { events, incomplete } = await status();
        expect(events.total).toBe(3);
        expect(events.indices.slice(0, 2)).toEqual([
          { name: lost, closed: false, documents: null, bytes: null },
          { name: closed, closed: true, documents: null, bytes: null },
        ]);
        expect(incomplete).toEqual([{ action: 'count the events', shards: 2, missing: 1 }]);
        const { stdout } = await runCommand(registerStatus, 'status', '--alias', alias);
        expect(stdout).toContain('1 of 2 shards did not answer');
        expect(stdout).toContain(`${closed}  closed`);
      } finally {
        await client.indices.delete({ index: [lost, closed] });
      }
    });
  });

  test('asks the queues of the configuration file, and says why one cannot be asked', async () => {
    const path = join(folder.path, 'config.yml');
    const aws = `region: us-east-1, endpoint: "${serverUrl('AWS_ENDPOINT_URL')}"`;
    const keys = 'credentials: { accessKeyId: "${STATUS_KEY}", secretAccessKey: "${STATUS_KEY}" }';
    writeFileSync(
      path,
      `sources:\n  full: { type: sqs, queue: ${queue.name}, ${aws}, ${keys} }\n` +
        `  gone: { type: sqs, queue: ${queue.name}-gone, ${aws}, ${keys} }\n`,
    );
    process.env['STATUS_KEY'] = 'test';
    try {
      expect((await status('--config', path)).queues).toEqual([
        { source: 'full', queue: queue.name, waiting: 1, inFlight: 0 },
        { source: 'gone', queue: `${queue.name}-gone`, error: expect.stringContaining('sqs:GetQueueUrl') },
      ]);
    } finally {
      delete process.env['STATUS_KEY'];
    }
  });
});
