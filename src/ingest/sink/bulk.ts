import type { Client } from '@opensearch-project/opensearch';
import { request } from '../../opensearch/request.ts';
import { ITEM_FIELDS } from './answer.ts';
import { BulkWriter, type BulkTransport, type WriterOptions } from './writer.ts';

export interface BulkOptions extends WriterOptions {
  /** gzip the bodies. Default false. */
  readonly compress?: boolean;
  /** Silence after which a request counts as lost. Default 60 s, because the cluster itself waits 30 s for a missing shard. */
  readonly timeoutMs?: number;
}

/** `Sink` over a cluster's `_bulk`. Retries are its own: give it a client without. */
export function createBulkSink(client: Client, options: BulkOptions = {}): BulkWriter {
  return new BulkWriter(bulkTransport(client, options), options);
}

/** `fields` adds to what is read of each item, such as `_seq_no`. */
export function bulkTransport(
  client: Client,
  { compress = false, timeoutMs = 60_000 }: BulkOptions,
  fields: readonly string[] = [],
): BulkTransport {
  const query = {
    filter_path: [ITEM_FIELDS, ...fields.map((field) => `items.*.${field}`)].join(','),
    timeout: '30s',
  };
  const contentType = 'application/x-ndjson';
  return async (body) =>
    request(client, { method: 'POST', path: '/_bulk', query, body, contentType, compress, timeoutMs });
}
