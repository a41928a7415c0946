import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from '@opensearch-project/opensearch';
import { createIndexDeadLetters } from '../../src/ingest/dead-letter/index.ts';
import { DEAD_LETTER_MAPPING } from '../../src/ingest/dead-letter/mapping.ts';
import { createIndexLedger } from '../../src/ingest/ledger/index.ts';
import { LEDGER_MAPPING } from '../../src/ingest/ledger/mapping.ts';
import { DUPLICATE, INDEXED, REJECTED, type Claim, type Outcomes } from '../../src/ingest/ports.ts';
import { createBulkSink, type BulkOptions } from '../../src/ingest/sink/bulk.ts';
import { createBatch } from '../support/batches.ts';
import { documentsOf } from '../support/documents.ts';
import { faultProxy, type Fault, type FaultProxy } from '../support/fault-proxy.ts';
import { serverUrl, testClient, uniqueName } from '../support/servers.ts';

const never = new AbortController().signal;
const prefix = uniqueName('sink-faults');
const direct = testClient();
let proxy: FaultProxy;
let client: Client;
let index: string;

beforeAll(async () => {
  proxy = await faultProxy(serverUrl('OPENSEARCH_URL'));
  client = new Client({ node: proxy.url, maxRetries: 0 });
});
beforeEach(async () => {
  index = `${prefix}-${uniqueName('i')}`;
  const properties = { n: { type: 'long' }, when: { type: 'date' } };
  await direct.indices.create({
    index,
    body: { settings: { number_of_shards: 1 }, mappings: { dynamic: false, properties } as Record<string, unknown> },
  });
});
afterEach(() => proxy.clear());
afterAll(async () => {
  await direct.indices.delete({ index: `${prefix}-*` });
  await client.close();
  await direct.close();
  await proxy.close();
});

const quick = { backoff: { baseMs: 5, maxMs: 50 } };
/** Where answers stay away. A busy machine makes an honest one late as well: then what was stored is a duplicate. */
const HASTY = { timeoutMs: 400 };
const json = { 'content-type': 'application/json' };
const overloaded: Fault = {
  respond: { status: 429, headers: json, body: '{"error":{"type":"rejected_execution_exception","reason":"full"}}' },
};
const FAULTS: Record<string, Fault> = {
  'a reset before the cluster hears of it': { reset: 'before' },
  'a reset that loses the answer': { reset: 'after' },
  'an answer cut in the middle': { truncateAfter: 40 },
  'an answer that stalls in the middle': { stallAfter: 40 },
  'a hang': { hang: true },
  '429': overloaded,
  '503': { respond: { status: 503, headers: { 'content-type': 'text/html' }, body: '<html>' } },
  '413': { respond: { status: 413 } },
};

function tally(outcomes: readonly Outcomes[]): Record<'indexed' | 'duplicate' | 'rejected', number> {
  const all = outcomes.flatMap(({ statuses }) => [...statuses]);
  const count = (wanted: number): number => all.filter((status) => status === wanted).length;
  return { indexed: count(INDEXED), duplicate: count(DUPLICATE), rejected: count(REJECTED) };
}

/** Writes of 10 documents each, all at once: every tenth document is one the mapping refuses. */
async function writeMany(writes: number, options: BulkOptions = {}) {
  const sink = createBulkSink(client, { ...quick, maxDocuments: 40, ...options });
  const outcomes = await Promise.all(
    Array.from({ length: writes }, (_, w) => {
      const documents = Array.from({ length: 10 }, (_, d) => [`${w}-${d}`, d === 9 ? { when: 'never' } : { n: d }]);
      return sink.write(createBatch(index, Object.fromEntries(documents) as Record<string, unknown>), never);
    }),
  );
  await sink.close();
  return outcomes;
}

describe('every document is indexed once or accounted for', () => {
  test.each(Object.keys(FAULTS))('when a bulk request meets %s', async (name) => {
    proxy.add({ match: { path: /_bulk/ }, nth: [1, 3], fault: FAULTS[name] ?? {} });
    const { indexed, duplicate, rejected } = tally(await writeMany(20, /hang|stall/.test(name) ? HASTY : {}));
    expect({ stored: indexed + duplicate, rejected }).toEqual({ stored: 180, rejected: 20 });
    expect(Object.keys(await documentsOf(direct, index))).toHaveLength(180);
    if (['429', '503', '413'].includes(name)) expect(duplicate).toBe(0);
  });

  test('when all of these come at random', async () => {
    const faults = Object.values(FAULTS);
    faults.forEach((fault, i) =>
      proxy.add({ match: { path: /_bulk/ }, nth: (n) => n < 80 && (n * 7 + i * 3) % 11 === i, fault }),
    );
    const { indexed, duplicate, rejected } = tally(await writeMany(100, HASTY));
    expect({ stored: indexed + duplicate, rejected }).toEqual({ stored: 900, rejected: 100 });
    expect(Object.keys(await documentsOf(direct, index))).toHaveLength(900);
    expect(proxy.requests.filter(({ fault }) => fault !== undefined).length).toBeGreaterThan(10);
  });

  test.each([
    [429, 'rejected_execution_exception'],
    [503, 'unavailable_shards_exception'],
  ])('when some items of a request are refused with %i', async (status, type) => {
    const refused = { status, error: { type, reason: 'not now' } };
    // The cluster took these too, but says otherwise: their retry is a duplicate.
    proxy.add({
      match: { path: /_bulk/ },
      nth: 1,
      fault: {
        rewrite: (body) => {
          const { items } = JSON.parse(body.toString()) as { items: object[] };
          return JSON.stringify({ errors: true, items: items.map((item, i) => (i % 2 ? item : { create: refused })) });
        },
      },
    });
    const outcomes = await writeMany(1);
    expect([...(outcomes[0]?.statuses ?? [])]).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 2]);
  });

  test('with compressed bodies', async () => {
    expect(tally(await writeMany(20, { compress: true }))).toEqual({ indexed: 180, duplicate: 0, rejected: 20 });
  });
});

describe('an index that cannot be written to', () => {
  test.each(['write', 'read_only', 'read_only_allow_delete'])(
    'is waited for while it has the block %s',
    async (block) => {
      const reasons: string[] = [];
      await direct.indices.putSettings({ index, body: { [`index.blocks.${block}`]: true } });
      const written = writeMany(2, { onWait: ({ reason }) => reasons.push(reason) });
      while (reasons.length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
      await direct.indices.putSettings({ index, body: { [`index.blocks.${block}`]: null } });
      expect(tally(await written)).toEqual({ indexed: 18, duplicate: 0, rejected: 2 });
      expect(reasons[0]).toMatch(/^4(03|29) cluster_block_exception: .*free disk space, or remove the block/s);
    },
  );

  test('ends the run when it is closed', async () => {
    await direct.indices.close({ index });
    await expect(writeMany(1)).rejects.toMatchObject({
      code: 'CLUSTER_REFUSED',
      hint: expect.stringContaining('_open') as unknown,
    });
  });

  test('ends the run when its ingest pipeline is missing', async () => {
    await direct.indices.putSettings({ index, body: { 'index.default_pipeline': 'no-such-pipeline' } });
    await expect(writeMany(1)).rejects.toMatchObject({
      code: 'CLUSTER_REFUSED',
      hint: expect.stringContaining('index.default_pipeline') as unknown,
    });
  });
});

describe('ledger and dead letters', () => {
  test('claims, renewals and settlements survive every fault, and each row tells its end', async () => {
    const ledgerIndex = `${prefix}-ledger`;
    await direct.indices.create({ index: ledgerIndex, body: { mappings: LEDGER_MAPPING as Record<string, unknown> } });
    const faults = Object.entries(FAULTS).filter(([name]) => name !== '413');
    faults.forEach(([, fault], i) => proxy.add({ match: { method: 'POST' }, nth: (n) => n % 13 === i, fault }));
    const ledger = createIndexLedger(client, { index: ledgerIndex, worker: 'w1', ...quick, ...HASTY });
    const refs = Array.from({ length: 30 }, (_, i) => ({ bucket: 'b', key: `k${i}`, etag: 'e' }));
    const counts = { read: 1, indexed: 1, duplicate: 0, rejected: 0, skipped: 0 };
    for (let i = 0; i < refs.length; i += 5)
      await Promise.all(
        refs.slice(i, i + 5).map(async (ref) => {
          const claim = await ledger.claim(ref, { source: 's', filters: {}, force: false }, never);
          expect(claim.status).toBe('claimed');
          const held = claim as Claim & { status: 'claimed' };
          await ledger.renew(held);
          await ledger.settle(held, { state: 'done', ref, counts, bytes: 1, seconds: 1 });
        }),
      );
    const rows = await ledger.lookup(refs, never);
    expect(rows.map((row) => row?.state)).toEqual(Array(30).fill('done'));
    await ledger.close();
  });

  test('letters survive every fault, one too large for the front end is cut', async () => {
    const letterIndex = `${prefix}-letters`;
    await direct.indices.create({
      index: letterIndex,
      body: { mappings: DEAD_LETTER_MAPPING as Record<string, unknown> },
    });
    const faults = Object.entries(FAULTS).filter(([name]) => !/413|hang|stall/.test(name));
    faults.forEach(([, fault], i) => proxy.add({ match: { method: 'POST' }, nth: (n) => n % 9 === i, fault }));
    proxy.add({
      match: { path: /_bulk/, test: ({ body }) => body.length > 2 * 1024 * 1024 },
      fault: { respond: { status: 413 } },
    });
    const letters = createIndexDeadLetters(client, { index: letterIndex, ...quick });
    const common = { reason: 'no_time', message: 'm', source: 's', ref: { bucket: 'b', key: 'k' } };
    const write = (id: string, document: string) => letters.write([{ ...common, id, position: 1, document }], never);
    for (let i = 0; i < 20; i += 1) await write(`small-${i}`, '{}');
    await write('large', 'x'.repeat(3 * 1024 * 1024));
    await direct.indices.refresh({ index: letterIndex });
    const found: Record<string, number> = {};
    for await (const { id, document, truncated } of letters.list({}, never))
      if (truncated) found[id] = document.length;
      else expect(document).toBe('{}');
    expect(found).toEqual({ large: 1024 * 1024 });
    await letters.close();
  });
});
