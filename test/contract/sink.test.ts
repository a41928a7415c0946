import { afterAll, describe } from '@jest/globals';
import { createBulkSink } from '../../src/ingest/sink/bulk.ts';
import { createMemorySink } from '../../src/ingest/sink/memory.ts';
import { documentsOf } from '../support/documents.ts';
import { testClient, uniqueName } from '../support/servers.ts';
import { sinkContract } from './sink.contract.ts';

describe('the sink in memory', () => {
  sinkContract(async () => {
    const sink = createMemorySink();
    const documents = async (): Promise<Record<string, unknown>> =>
      Object.fromEntries(
        [...(sink.indices.get('events') ?? [])].map(([id, source]) => [id, JSON.parse(source) as unknown]),
      );
    return { sink, index: 'events', documents };
  });
});

describe('the sink of a cluster', () => {
  const client = testClient();
  const prefix = uniqueName('sink-contract');
  afterAll(async () => {
    await client.indices.delete({ index: `${prefix}*` });
    await client.close();
  });

  sinkContract(async () => {
    const index = uniqueName(prefix);
    return { sink: createBulkSink(client), index, documents: () => documentsOf(client, index) };
  });
});
