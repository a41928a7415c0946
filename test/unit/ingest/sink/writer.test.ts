import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { FatalError } from '../../../../src/errors.ts';
import { DUPLICATE, INDEXED, REJECTED, type Outcomes } from '../../../../src/ingest/ports.ts';
import type { BulkItem } from '../../../../src/ingest/sink/answer.ts';
import { BulkWriter, type Wait, type WriterOptions } from '../../../../src/ingest/sink/writer.ts';
import type { Answer } from '../../../../src/opensearch/request.ts';
import { createBatch } from '../../../support/batches.ts';

const never = new AbortController().signal;
const CREATED: BulkItem = { status: 201 };
const busy: BulkItem = { status: 429, error: { type: 'rejected_execution_exception', reason: 'queue full' } };
const bad: BulkItem = { status: 400, error: { type: 'mapper_parsing_exception', reason: 'failed to parse' } };
const conflict: BulkItem = { status: 409, error: { type: 'version_conflict_engine_exception', reason: 'exists' } };
const forbidden: BulkItem = { status: 403, error: { type: 'security_exception', reason: 'no permissions for [x]' } };
const stumble: BulkItem = { status: 500, error: { type: 'null_pointer_exception', reason: 'oops' } };

function failing(status: number, type: string, reason = ''): Answer {
  return { status, body: { error: { type, reason } } };
}

/** A writer on a scripted cluster: `reply` sees the ids of each request and its number, from 1. */
function writer(reply: (ids: string[], request: number) => readonly BulkItem[] | Answer, options: WriterOptions = {}) {
  const requests: string[][] = [];
  const waits: Wait[] = [];
  const inFlight = { now: 0, most: 0 };
  const sink = new BulkWriter(
    async (body) => {
      const ids = [...body.toString().matchAll(/"_id":"([^"]*)"/g)].map((match) => match[1] ?? '');
      requests.push(ids);
      const answer = reply(ids, requests.length);
      inFlight.most = Math.max(inFlight.most, ++inFlight.now);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inFlight.now -= 1;
      return 'status' in answer
        ? answer
        : { status: 200, body: { errors: true, items: answer.map((item) => ({ create: item })) } };
    },
    { lingerMs: 1, backoff: { baseMs: 4, maxMs: 20 }, onWait: (wait) => waits.push(wait), ...options },
  );
  return { sink, requests, waits, inFlight };
}

function statuses({ statuses }: Outcomes): number[] {
  return [...statuses];
}

function documents(prefix: string, count: number): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, {}]));
}

describe('retries', () => {
  test('only the documents that the cluster could not take are sent again', async () => {
    const { sink, requests, waits } = writer((ids, request) =>
      request === 1 ? [CREATED, busy, bad, conflict, busy] : ids.map(() => CREATED),
    );
    const outcomes = await sink.write(createBatch('i', documents('d', 5)), never);
    expect(statuses(outcomes)).toEqual([INDEXED, INDEXED, REJECTED, DUPLICATE, INDEXED]);
    expect(outcomes.rejections).toEqual([
      { ordinal: 2, status: 400, type: 'mapper_parsing_exception', reason: 'failed to parse' },
    ]);
    expect(requests).toEqual([
      ['d0', 'd1', 'd2', 'd3', 'd4'],
      ['d1', 'd4'],
    ]);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toMatchObject({ attempt: 1 });
    expect(waits[0]?.reason).toMatch(/^429 rejected_execution_exception: queue full/);
  });

  test('a request of which the cluster takes a part holds nobody else up', async () => {
    const stop = new AbortController();
    const { sink } = writer((ids) => ids.map((id) => (id === 'busy' ? busy : CREATED)), {
      backoff: { baseMs: 3_600_000, maxMs: 3_600_000 },
    });
    const partly = sink.write(createBatch('i', { taken: {}, busy: {} }), stop.signal);
    for (const id of ['beside', 'after'])
      expect(statuses(await sink.write(createBatch('i', { [id]: {} }), never))).toEqual([INDEXED]);
    stop.abort();
    await expect(partly).rejects.toThrow(/abort/i);
  });

  test.each([
    ['429', failing(429, 'circuit_breaking_exception')],
    ['503', failing(503, 'cluster_manager_not_discovered_exception')],
    ['502 of a proxy', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['a write block', failing(403, 'cluster_block_exception')],
    ['a reset connection', failing(0, 'connection')],
    ['a time-out', failing(0, 'timeout')],
    ['a garbled answer', failing(0, 'garbled')],
  ])('a request that meets %s is offered again until it is taken', async (_, answer) => {
    const { sink, requests, waits } = writer((ids, request) => (request <= 3 ? answer : ids.map(() => CREATED)));
    expect(statuses(await sink.write(createBatch('i', documents('d', 2)), never))).toEqual([INDEXED, INDEXED]);
    expect(requests).toHaveLength(4);
    expect(waits.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  test('what a lost request had created counts as duplicate', async () => {
    const { sink } = writer((ids, request) => (request === 1 ? failing(0, 'connection') : ids.map(() => conflict)));
    expect(statuses(await sink.write(createBatch('i', documents('d', 2)), never))).toEqual([DUPLICATE, DUPLICATE]);
  });

  test('a document over which the server stumbles each time is rejected in the end, its neighbours are not', async () => {
    const { sink, requests } = writer((ids) => ids.map((id) => (id === 'd1' ? stumble : CREATED)));
    const outcomes = await sink.write(createBatch('i', documents('d', 3)), never);
    expect(statuses(outcomes)).toEqual([INDEXED, REJECTED, INDEXED]);
    expect(requests.slice(1)).toEqual(Array(requests.length - 1).fill(['d1']));
    expect(requests).toHaveLength(8);
  });

  test('an index that is not well delays its own documents only', async () => {
    const lost: BulkItem = { status: 503, error: { type: 'unavailable_shards_exception', reason: 'no primary' } };
    const stop = new AbortController();
    const { sink } = writer((ids) => ids.map((id) => (id.startsWith('sick') ? lost : CREATED)));
    const sick = sink.write(createBatch('i', { sick: {}, well: {} }), stop.signal);
    for (let i = 0; i < 20; i += 1)
      expect(statuses(await sink.write(createBatch('i', documents(`d${i}-`, 2)), never))).toEqual([INDEXED, INDEXED]);
    stop.abort();
    await expect(sick).rejects.toThrow(/abort/i);
  });
});

describe('too large', () => {
  test('a request that is too large goes in halves, and a document that is too large alone is rejected', async () => {
    const { sink, requests } = writer((ids) =>
      ids.length > 2 || ids.includes('d4') ? { status: 413, body: '' } : ids.map(() => CREATED),
    );
    const outcomes = await sink.write(createBatch('i', documents('d', 7)), never);
    expect(statuses(outcomes)).toEqual([INDEXED, INDEXED, INDEXED, INDEXED, REJECTED, INDEXED, INDEXED]);
    expect(outcomes.rejections).toEqual([{ ordinal: 4, status: 413, type: 'http_413', reason: '' }]);
    expect(requests[0]).toHaveLength(7);
  });

  test('a request refused again and again for want of room is tried in halves', async () => {
    const { sink } = writer((ids) =>
      ids.length > 1 ? failing(429, 'rejected_execution_exception') : ids.map(() => CREATED),
    );
    expect(statuses(await sink.write(createBatch('i', documents('d', 4)), never))).toEqual(Array(4).fill(INDEXED));
  });
});

describe('fatal', () => {
  test.each([
    [401, '', 'CLUSTER_AUTH'],
    [403, 'security_exception', 'CLUSTER_FORBIDDEN'],
    [400, 'illegal_argument_exception', 'CLUSTER_REFUSED'],
    [0, 'tls', 'CLUSTER_TLS'],
  ])('%i %s ends the write with %s and a hint', async (status, type, code) => {
    const { sink, requests } = writer(() => failing(status, type, 'because'));
    const error = await sink.write(createBatch('i', documents('d', 2)), never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FatalError);
    expect(error).toMatchObject({ code });
    expect((error as FatalError).message).toContain('because');
    expect((error as FatalError).hint).toBeDefined();
    expect(requests).toHaveLength(1);
  });

  test('a forbidden item ends its own write and no other of the same request', async () => {
    const { sink, requests } = writer((ids) => ids.map((id) => (id === 'secret' ? forbidden : CREATED)));
    const secret = sink.write(createBatch('i', { a: {}, secret: {}, c: {} }), never);
    const open = sink.write(createBatch('i', { d: {} }), never);
    await expect(secret).rejects.toMatchObject({ code: 'CLUSTER_FORBIDDEN' });
    expect(statuses(await open)).toEqual([INDEXED]);
    expect(requests).toEqual([['a', 'secret', 'c', 'd']]);
  });

  test('an answer that is not for these documents ends the write', async () => {
    for (const answer of [[CREATED], { status: 200, body: 'hello' }, { status: 200, body: { items: [{}, {}] } }]) {
      const { sink } = writer(() => answer);
      await expect(sink.write(createBatch('i', documents('d', 2)), never)).rejects.toMatchObject({
        code: 'CLUSTER_REFUSED',
      });
    }
  });
});

describe('requests', () => {
  test('small writes share a request, up to its bytes and documents', async () => {
    const { sink, requests } = writer((ids) => ids.map(() => CREATED), {
      maxDocuments: 10,
      requests: 1,
      lingerMs: 200,
    });
    await Promise.all(
      Array.from({ length: 12 }, (_, i) => sink.write(createBatch('i', documents(`w${i}-`, 3)), never)),
    );
    expect(requests.map((ids) => ids.length)).toEqual([9, 9, 9, 9]);
  });

  test.each([
    ['documents', { maxDocuments: 2 }],
    ['bytes', { maxBytes: 2 * createBatch('i', { a: {} }).body.length }],
  ])('a full one, by its %s, waits for nobody', async (_, limit) => {
    const { sink, requests } = writer((ids) => ids.map(() => CREATED), { lingerMs: 3_600_000, ...limit });
    await Promise.all(['a', 'b'].map((id) => sink.write(createBatch('i', { [id]: {} }), never)));
    expect(requests).toEqual([['a', 'b']]);
  });

  test('a small write alone waits no longer than the linger', async () => {
    const { sink } = writer((ids) => ids.map(() => CREATED), { lingerMs: 20 });
    const started = performance.now();
    await sink.write(createBatch('i', { d: {} }), never);
    expect(performance.now() - started).toBeGreaterThanOrEqual(19);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('writes are served in the order in which they came', async () => {
    const { sink, requests } = writer((ids) => ids.map(() => CREATED), { maxDocuments: 1, requests: 1 });
    await Promise.all(Array.from({ length: 20 }, (_, i) => sink.write(createBatch('i', { [`d${i}`]: {} }), never)));
    expect(requests.flat()).toEqual(Array.from({ length: 20 }, (_, i) => `d${i}`));
  });

  test('no more requests than allowed are in flight, and only one while the cluster refuses', async () => {
    let refusing = true;
    const { sink, inFlight, requests } = writer(
      (ids) => (refusing ? failing(429, 'rejected_execution_exception') : ids.map(() => CREATED)),
      { maxDocuments: 1, requests: 3, backoff: { baseMs: 10, maxMs: 10 } },
    );
    const writes = Array.from({ length: 30 }, (_, i) => sink.write(createBatch('i', { [`d${i}`]: {} }), never));
    const until = async (count: number): Promise<void> => {
      while (requests.length < count || inFlight.now > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    await until(3);
    expect(inFlight.most).toBe(3);
    inFlight.most = 0;
    await until(8);
    expect(inFlight.most).toBe(1);
    inFlight.most = 0;
    refusing = false;
    expect((await Promise.all(writes)).flatMap(statuses)).toEqual(Array(30).fill(INDEXED));
    expect(inFlight.most).toBe(3);
  });

  test('after a lull and a burst every document arrives', async () => {
    const { sink } = writer((ids) => ids.map(() => CREATED), { requests: 2, maxDocuments: 2 });
    await sink.write(createBatch('i', { lone: {} }), never);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const writes = Array.from({ length: 25 }, (_, i) => sink.write(createBatch('i', { [`d${i}`]: {} }), never));
    expect((await Promise.all(writes)).flatMap(statuses)).toEqual(Array(25).fill(INDEXED));
  });
});

describe('abort and close', () => {
  test('a write in flight is told its outcome, one that waits for its next try ends', async () => {
    const stop = new AbortController();
    const { sink } = writer((ids) => {
      setTimeout(() => stop.abort(), 0);
      return ids.map((id) => (id.startsWith('busy') ? busy : CREATED));
    });
    const fine = sink.write(createBatch('i', { a: {} }), stop.signal);
    const waiting = sink.write(createBatch('i', { b: {}, busy: {} }), stop.signal);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(statuses(await fine)).toEqual([INDEXED]);
  });

  test('a write that was never sent ends at once and is not sent', async () => {
    const stop = new AbortController();
    const { sink, requests } = writer((ids) => ids.map(() => CREATED), { lingerMs: 10_000 });
    const write = sink.write(createBatch('i', { a: {} }), stop.signal);
    stop.abort();
    await expect(write).rejects.toMatchObject({ name: 'AbortError' });
    await sink.close();
    expect(requests).toEqual([]);
  });

  test('a write that ends while it waits, for others or for its next try, is not sent with the next', async () => {
    const stop = new AbortController();
    const { sink, requests } = writer((ids, request) => (request === 1 ? failing(503, '') : ids.map(() => CREATED)));
    const refused = sink.write(createBatch('i', { refused: {} }), stop.signal);
    while (requests.length === 0) await sleep(1);
    const queued = sink.write(createBatch('i', { queued: {} }), stop.signal);
    stop.abort();
    await Promise.all([refused, queued].map((write) => expect(write).rejects.toMatchObject({ name: 'AbortError' })));
    await sink.write(createBatch('i', { next: {} }), never);
    await sink.close();
    expect(requests).toEqual([['refused'], ['next']]);
  });

  test('a write that has ended, however it did, no longer listens to the signal of its run', async () => {
    const run = new AbortController();
    const { sink } = writer((ids) => ids.map((id) => (id === 'secret' ? forbidden : CREATED)));
    await sink.write(createBatch('i', { a: {} }), run.signal);
    await expect(sink.write(createBatch('i', { secret: {} }), run.signal)).rejects.toThrow(FatalError);
    expect(getEventListeners(run.signal, 'abort')).toEqual([]);
  });

  test('closing waits for what was written and takes nothing more', async () => {
    const { sink } = writer((ids, request) => (request === 1 ? failing(503, '') : ids.map(() => CREATED)));
    let written = false;
    const write = sink.write(createBatch('i', { a: {} }), never).then(() => (written = true));
    await sink.close();
    expect(written).toBe(true);
    await write;
    await expect(sink.write(createBatch('i', { b: {} }), never)).rejects.toThrow(/closed/);
  });

  test('a fault of the transport ends the writes concerned, not the others', async () => {
    const sink = new BulkWriter(
      async (body) => {
        if (body.includes('broken')) throw new Error('a bug');
        return { status: 200, body: { items: [{ create: CREATED }] } };
      },
      { lingerMs: 0, maxDocuments: 1 },
    );
    const broken = sink.write(createBatch('i', { broken: {} }), never);
    const fine = sink.write(createBatch('i', { fine: {} }), never);
    await expect(broken).rejects.toThrow('a bug');
    expect(statuses(await fine)).toEqual([INDEXED]);
  });
});

describe('a writer that has to wait does nothing meanwhile', () => {
  const slow = 60;
  const timersOf = async (work: () => Promise<unknown>): Promise<number> => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await work();
    const { length } = timers.mock.calls;
    timers.mockRestore();
    return length;
  };

  test('while all its requests are in flight', async () => {
    const sink = new BulkWriter(
      async () => {
        await sleep(slow);
        return { status: 200, body: { items: [{ create: CREATED }] } };
      },
      { lingerMs: 0, maxDocuments: 1, requests: 1 },
    );
    const writes = ['a', 'b'].map((id) => sink.write(createBatch('i', { [id]: {} }), never));
    expect(await timersOf(async () => Promise.all(writes))).toBeLessThan(10);
  });

  test('while the cluster refuses', async () => {
    const { sink, waits } = writer((ids, request) => (request === 1 ? failing(503, '') : ids.map(() => CREATED)), {
      requests: 1,
      backoff: { baseMs: 2 * slow, maxMs: 2 * slow },
    });
    const writes = [sink.write(createBatch('i', { a: {} }), never)];
    while (waits.length === 0) await sleep(1);
    writes.push(sink.write(createBatch('i', { b: {} }), never));
    expect(await timersOf(async () => Promise.all(writes))).toBeLessThan(10);
  });
});
