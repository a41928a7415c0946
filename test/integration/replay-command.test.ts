import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { registerReplay } from '../../src/commands/replay.ts';
import { createIndexDeadLetters } from '../../src/ingest/dead-letter/index.ts';
import type { DeadLetter } from '../../src/ingest/ports.ts';
import { names } from '../../src/names.ts';
import { runCommand } from '../support/commands.ts';
import { installAlias } from '../support/installed.ts';
import { record } from '../support/records.ts';
import { deleteAlias, testClient, uniqueName } from '../support/servers.ts';

const alias = uniqueName('replay');
const ours = names(alias);
const client = testClient();
const signal = new AbortController().signal;

function letter(id: string, document: object, more: Partial<DeadLetter> = {}): DeadLetter {
  const ref = { bucket: 'trail', key: `${id}.json` };
  const text = JSON.stringify(document);
  return { id, reason: 'mapping_failed', message: 'then', source: 'trail', ref, position: 1, document: text, ...more };
}

async function run(...flags: string[]) {
  const { code, stdout } = await runCommand(registerReplay, 'replay', '--alias', alias, '--json', ...flags);
  await client.indices.refresh({ index: [ours.indexPattern, ours.deadLetters] });
  return { code, report: JSON.parse(stdout) as Record<string, unknown> };
}
const count = async (index: string) => (await client.count({ index })).body.count;

beforeAll(async () => {
  await installAlias(client, alias);
  const letters = createIndexDeadLetters(client, { index: ours.deadLetters });
  const good = Array.from({ length: 700 }, (_, i) => letter(`good-${i}`, record({ eventID: `e-${i}` })));
  const early = letter('early', record({ eventTime: '2001-01-01T00:00:00Z' }), { source: 'other' });
  await letters.write([...good, early], signal);
  await letters.close();
  await client.indices.refresh({ index: ours.deadLetters });
});
afterAll(async () => {
  await deleteAlias(client, alias);
  await client.close();
});

describe('the replay command', () => {
  test('--dry-run says what would be sent and sends nothing', async () => {
    const { code, report } = await run('--dry-run');
    expect(report).toMatchObject({ letters: 701, ready: 700, rejected: 1, reasons: { time_out_of_range: 1 } });
    expect(code).toBe(3);
    expect(await count(ours.deadLetters)).toBe(701);
    expect(await count(ours.indexPattern)).toBe(0);
  });

  test('sends those of a source, indexes each once and takes it out', async () => {
    const { code, report } = await run('--source', 'trail', '--since', '1d');
    expect(report).toMatchObject({ letters: 700, indexed: 700, duplicate: 0, rejected: 0 });
    expect(code).toBe(0);
    expect(await count(ours.indexPattern)).toBe(700);
    expect(await count(ours.deadLetters)).toBe(1);
  });

  test('what is rejected again stays under its new reason, with exit code 3', async () => {
    expect(await run()).toMatchObject({ code: 3, report: { letters: 1, rejected: 1 } });
    expect(await run('--reason', 'time_out_of_range')).toMatchObject({ code: 3, report: { letters: 1 } });
    expect(await run('--reason', 'mapping_failed')).toMatchObject({ code: 0, report: { letters: 0 } });
    const { stdout } = await runCommand(registerReplay, 'replay', '--alias', alias);
    expect(stdout).toBe(
      '1 dead letters = 0 indexed + 0 duplicate + 1 rejected again + 0 not kept whole.\n  1 time_out_of_range\n',
    );
  });

  test('says that nothing is installed where nothing is', async () => {
    await expect(runCommand(registerReplay, 'replay', '--alias', `${alias}-none`)).rejects.toMatchObject({
      code: 'NOT_INSTALLED',
    });
  });
});
