import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@opensearch-project/opensearch';
import { generateEvents } from '../../../src/demo/generate.ts';
import { createRecordProcessor } from '../../../src/ingest/record.ts';
import { assertCount } from '../scenario.ts';

/** What a client sends in one bulk request, without the index's name. */
export interface BulkBody {
  readonly body: Buffer;
  readonly documents: number;
}

/** All of them are of October 2026. */
const END = Date.UTC(2026, 9, 31);
const BODY_BYTES = 5_000_000;
const IN_FLIGHT = 2;

/** The demo's events as the ingester would index them, in the order of their times over the `hours` before the end of October. */
export function* bulkBodies(events: number, hours: number): Generator<BulkBody> {
  const process = createRecordProcessor({ indexPrefix: 'bench-', period: 'month', now: END, filters: {} });
  let lines: string[] = [];
  let size = 0;
  const body = (): BulkBody => ({ body: Buffer.from(lines.join('')), documents: lines.length });
  for (const record of generateEvents({ seed: 'bench', end: END, hours, events })) {
    const result = process(record);
    if (result.kind !== 'document') throw new Error(`not a document: ${JSON.stringify(result)}`);
    lines.push(`{"create":{"_id":"${result.id}"}}\n${String(result.source)}\n`);
    size += result.source.length;
    if (size < BODY_BYTES) continue;
    yield body();
    lines = [];
    size = 0;
  }
  if (lines.length > 0) yield body();
}

/** Time range that `bulkBodies` fills. */
export function rangeOf(hours: number): { from: string; to: string } {
  return { from: new Date(END - hours * 3_600_000).toISOString(), to: new Date(END).toISOString() };
}

/** Indexes them all, two requests at a time, and waits until the server has nothing left to do: refresh, merges, flush. */
export async function load(client: Client, url: string, index: string, bodies: Iterable<BulkBody>): Promise<number> {
  const waiting = bodies[Symbol.iterator]();
  let documents = 0;
  const send = async (): Promise<void> => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      const answer = await fetch(`${url}/${index}/_bulk?filter_path=errors,items.*.error`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: new Uint8Array(next.value.body),
      });
      const result = (await answer.json()) as { errors?: boolean };
      if (result.errors !== false) throw new Error(`bulk: ${JSON.stringify(result).slice(0, 500)}`);
      documents += next.value.documents;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, send));
  await client.indices.refresh({ index });
  await client.indices.flush({ index, force: true, wait_if_ongoing: true });
  await mergesOver(client, index);
  await client.indices.flush({ index, force: true, wait_if_ongoing: true });
  const { body } = await client.count({ index });
  assertCount(`documents in ${index}`, body.count, documents);
  return documents;
}

/** The index merges its segments for a while after it was filled, at the cost of whoever asks meanwhile. */
export async function mergesOver(client: Client, index: string): Promise<void> {
  for (;;) {
    const { body } = await client.indices.stats({ index, metric: 'merge' });
    if ((body._all?.primaries?.merges?.current ?? 0) === 0) return;
    await sleep(100);
  }
}
