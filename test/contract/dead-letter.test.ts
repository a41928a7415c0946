import { afterAll, describe, expect, test } from '@jest/globals';
import { createIndexDeadLetters } from '../../src/ingest/dead-letter/index.ts';
import { DEAD_LETTER_MAPPING } from '../../src/ingest/dead-letter/mapping.ts';
import { createMemoryDeadLetters } from '../../src/ingest/dead-letter/memory.ts';
import { testClient, uniqueName } from '../support/servers.ts';
import { deadLetterContract } from './dead-letter.contract.ts';

const START = Date.parse('2026-11-21T08:00:00Z');

describe('the dead letters in memory', () => {
  deadLetterContract(async () => {
    const clock = { now: START };
    return { clock, letters: createMemoryDeadLetters({ now: () => clock.now }), refresh: async () => {} };
  });
});

describe('the dead letters in an index', () => {
  const client = testClient();
  const prefix = uniqueName('dead-letter-contract');
  afterAll(async () => {
    await client.indices.delete({ index: `${prefix}*` });
    await client.close();
  });

  deadLetterContract(async () => {
    const index = uniqueName(prefix);
    await client.indices.create({ index, body: { mappings: DEAD_LETTER_MAPPING as Record<string, unknown> } });
    const clock = { now: START };
    return {
      clock,
      letters: createIndexDeadLetters(client, { index, now: () => clock.now }),
      refresh: async () => {
        await client.indices.refresh({ index });
      },
    };
  });

  test('where there is no index yet there are no letters', async () => {
    const letters = createIndexDeadLetters(client, { index: uniqueName(prefix) });
    for await (const letter of letters.list({}, new AbortController().signal)) expect(letter).toBeUndefined();
    await letters.close();
  });
});
