import { afterAll, describe } from '@jest/globals';
import { createIndexLedger } from '../../src/ingest/ledger/index.ts';
import { LEDGER_MAPPING } from '../../src/ingest/ledger/mapping.ts';
import { createMemoryLedger, type LedgerRows } from '../../src/ingest/ledger/memory.ts';
import { testClient, uniqueName } from '../support/servers.ts';
import { ledgerContract } from './ledger.contract.ts';

const START = Date.parse('2026-11-21T08:00:00Z');
const leaseMs = 60_000;

describe('the ledger in memory', () => {
  ledgerContract(async () => {
    const clock = { now: START };
    const rows: LedgerRows = new Map();
    return { clock, leaseMs, open: (worker) => createMemoryLedger({ worker, leaseMs, now: () => clock.now }, rows) };
  });
});

describe('the ledger in an index', () => {
  const client = testClient();
  const prefix = uniqueName('ledger-contract');
  afterAll(async () => {
    await client.indices.delete({ index: `${prefix}*` });
    await client.close();
  });

  ledgerContract(async () => {
    const index = uniqueName(prefix);
    await client.indices.create({ index, body: { mappings: LEDGER_MAPPING as Record<string, unknown> } });
    const clock = { now: START };
    return {
      clock,
      leaseMs,
      open: (worker) => createIndexLedger(client, { index, worker, leaseMs, now: () => clock.now }),
    };
  });
});
