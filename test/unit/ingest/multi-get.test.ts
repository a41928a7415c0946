import type { Client } from '@opensearch-project/opensearch';
import { describe, expect, test } from '@jest/globals';
import { createIndexDeadLetters } from '../../../src/ingest/dead-letter/index.ts';
import { multiGet } from '../../../src/ingest/multi-get.ts';

const never = new AbortController().signal;
const backoff = { baseMs: 1, maxMs: 1 };

/** A cluster that gives these answers, in turn for each path. */
function clusterOf(answers: Readonly<Record<string, unknown[]>>, calls: string[] = []): Client {
  const transport = {
    request: ({ method, path }: { method: string; path: string }) => {
      calls.push(`${method} ${path}`);
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

describe('dead letters', () => {
  const hits = ['a', 'b'].map((id) => ({ _id: id, _source: { id, bytes: 4 }, sort: [1, id] }));
  const read = async (...docs: unknown[][]): Promise<{ found: string[]; calls: string[] }> => {
    const calls: string[] = [];
    const answers = {
      '/letters/_search/point_in_time': [{ pit_id: 'pit' }],
      '/_search': [{ hits: { hits } }],
      '/letters/_mget': docs.map((some) => ({ docs: some })),
    };
    const letters = createIndexDeadLetters(clusterOf(answers, calls), { index: 'letters', backoff });
    const found: string[] = [];
    for await (const { id } of letters.list({}, never)) found.push(id);
    await letters.close();
    return { found, calls };
  };

  test('on a shard that does not answer are waited for, not taken for deleted ones', async () => {
    expect((await read([document, away], [document, document])).found).toEqual(['a', 'b']);
  });

  test('that were deleted meanwhile are left out, and the view of them is given back', async () => {
    const { found, calls } = await read([{ found: false }, document]);
    expect(found).toEqual(['b']);
    expect(calls.at(-1)).toBe('DELETE /_search/point_in_time');
  });
});
