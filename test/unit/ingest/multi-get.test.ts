import type { Client } from '@opensearch-project/opensearch';
import { describe, expect, test } from '@jest/globals';
import { createIndexDeadLetters } from '../../../src/ingest/dead-letter/index.ts';
import { multiGet } from '../../../src/ingest/multi-get.ts';

const never = new AbortController().signal;
const backoff = { baseMs: 1, maxMs: 1 };

/** A cluster that gives these answers, in turn for each path. */
function clusterOf(answers: Readonly<Record<string, unknown[]>>): Client {
  const transport = {
    request: ({ path }: { path: string }) => {
      const answer = Promise.resolve({ statusCode: 200, body: answers[path]?.shift() });
      return Object.assign(answer, { abort: () => undefined });
    },
  };
  return { transport } as unknown as Client;
}

const away = { error: { type: 'no_shard_available_action_exception', reason: 'moving' } };
const document = { found: true, _source: { document: 'text' } };

describe('documents by id', () => {
  const ask = async (...docs: unknown[][]): Promise<unknown> =>
    multiGet(
      clusterOf({ '/i/_mget': docs.map((some) => ({ docs: some })) }),
      ['a', 'b'],
      { index: 'i', timeoutMs: 1000, backoff },
      never,
    );

  test('come whole: as long as one of them is on a shard that does not answer, all are asked for again', async () => {
    expect(await ask([document, away], [away, document], [document, { found: false }])).toEqual([
      document,
      { found: false },
    ]);
  });

  test('of an index that is not there are none', async () => {
    const missing = { error: { type: 'index_not_found_exception' } };
    expect(await ask([missing, missing])).toEqual([missing, missing]);
  });

  test.each([
    ['that may not be read', 'security_exception', 'CLUSTER_FORBIDDEN'],
    ['that is closed', 'index_closed_exception', 'CLUSTER_REFUSED'],
  ])('of an index %s end the run', async (_, type, code) => {
    await expect(ask([document, { error: { type, reason: 'no' } }])).rejects.toMatchObject({ code });
  });
});

test('a dead letter on a shard that does not answer is waited for, not taken for one that was deleted', async () => {
  const hit = { _id: 'a', _source: { id: 'a', bytes: 4 }, sort: [1, 'a'] };
  const client = clusterOf({
    '/letters/_search/point_in_time': [{ pit_id: 'pit' }],
    '/_search': [{ hits: { hits: [hit] } }],
    '/letters/_mget': [{ docs: [away] }, { docs: [document] }],
  });
  const letters = createIndexDeadLetters(client, { index: 'letters', backoff });
  const found: string[] = [];
  for await (const letter of letters.list({}, never)) found.push(letter.document);
  expect(found).toEqual(['text']);
  await letters.close();
});
