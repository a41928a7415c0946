import { describe, expect, test } from '@jest/globals';
import type { Lease } from '../../../../src/ingest/ports.ts';
import { deliveredSource } from '../../../../src/ingest/source/delivered.ts';
import { silentLogger } from '../../../../src/logger.ts';

const never = new AbortController().signal;

/** A notice of S3 that names these keys. */
const notice = (...keys: string[]): string =>
  JSON.stringify({
    Records: keys.map((key) => ({
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name: 'b' }, object: { key, size: 7, eTag: 'e' } },
    })),
  });

function sourceOf(...bodies: string[]) {
  const messages = bodies.map((body, i) => ({ id: `m${i}`, body }));
  return deliveredSource(messages, { name: 'queue', filters: {}, logger: silentLogger });
}

async function leased(source: ReturnType<typeof sourceOf>, signal = never): Promise<Lease[]> {
  const leases: Lease[] = [];
  for await (const lease of source.leases(signal)) leases.push(lease);
  return leases;
}

describe('messages that were received elsewhere', () => {
  test('are settled when every object that they name is, in whatever order', async () => {
    const source = sourceOf(notice('a', 'b'), notice('c'));
    expect(source.unsettled()).toEqual(['m0', 'm1']);
    const [a, b, c] = await leased(source);
    expect(a).toMatchObject({ source: 'queue', ref: { bucket: 'b', key: 'a', size: 7, etag: 'e' } });
    await c?.ack();
    await b?.ack();
    expect(source.unsettled()).toEqual(['m0']);
    await a?.ack();
    expect(source.unsettled()).toEqual([]);
  });

  test('come again whole when one object that they name is given back, first or last', async () => {
    const source = sourceOf(notice('a', 'b'), notice('c', 'd'));
    const [a, b, c, d] = await leased(source);
    await a?.nack('no');
    await b?.ack();
    await c?.ack();
    await d?.nack('no');
    expect(source.unsettled()).toEqual(['m0', 'm1']);
  });

  test('that name nothing to read are settled at once, and counted', async () => {
    const removal = notice('gone').replace('ObjectCreated:Put', 'ObjectRemoved:Delete');
    const source = sourceOf('{"Event":"s3:TestEvent"}', removal, notice('AWSLogs/'));
    expect(await leased(source)).toEqual([]);
    expect(source.unsettled()).toEqual([]);
    expect(source.skipped()).toEqual({ notification: 2, folder: 1 });
  });

  test('that are no notification are left in the queue and keep no other from being read', async () => {
    const source = sourceOf('hello', notice('a'));
    const leases = await leased(source);
    await leases[0]?.ack();
    expect([leases.length, source.unsettled()]).toEqual([1, ['m0']]);
    expect(source.skipped()).toEqual({ 'unknown-message': 1 });
  });

  test('of which nothing was begun when time ran out come again', async () => {
    const stop = new AbortController();
    const source = sourceOf(notice('a', 'b'), notice('c'));
    for await (const lease of source.leases(stop.signal)) {
      await lease.ack();
      stop.abort();
    }
    expect(source.unsettled()).toEqual(['m0', 'm1']);
  });
});
