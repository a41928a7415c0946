import { describe, expect, test } from '@jest/globals';
import { zeroCounts } from '../../../src/ingest/counts.ts';
import { ingestObject, type ObjectContext } from '../../../src/ingest/ingest-object.ts';
import { MAX_ATTEMPTS, type Lease, type ObjectRef } from '../../../src/ingest/ports.ts';
import { testLedger } from '../../support/ledger.ts';

const ref: ObjectRef = { bucket: 'b', key: 'k', etag: 'e' };
const never = new AbortController().signal;

/** What a lease of the object ends with, when its ledger says that it was tried so often, with this result. */
async function endOf(state: 'done' | 'failed', times: number): Promise<string[]> {
  const ledger = testLedger();
  for (let attempt = 0; attempt < times; attempt += 1) {
    const claim = await ledger.claim(ref, { source: 'test', force: false }, never);
    if (claim.status !== 'claimed') throw new Error(claim.status);
    const error = { code: 'OBJECT_CORRUPT', message: 'cut', permanent: true };
    const fault = state === 'failed' ? { error } : {};
    await ledger.settle(claim, { state, ref, counts: zeroCounts(), bytes: 0, seconds: 0, ...fault });
  }
  const ends: string[] = [];
  const lease: Lease = {
    ref,
    source: 'test',
    ack: async () => void ends.push('ack'),
    nack: async (cause) => void ends.push(`nack ${String(cause)}`),
  };
  const context = { ports: { ledger }, options: { force: false }, abort: never } as unknown as ObjectContext;
  expect(await ingestObject(lease, context)).toMatchObject({ state: 'settled' });
  return ends;
}

describe('an object that an earlier run settled', () => {
  test('is acknowledged when it was done', async () => {
    expect(await endOf('done', 1)).toEqual(['ack']);
  });

  test('is given back when it was given up, so that the redrive policy of its queue can take it', async () => {
    expect(await endOf('failed', MAX_ATTEMPTS)).toEqual(['nack cut']);
  });
});
