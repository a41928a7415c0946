import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BigBucket {
  readonly endpoint: string;
  /** Requests so far. */
  readonly requests: { list: number; get: number };
  close(): Promise<void>;
}

const PAGE = 1000;

/**
 * A bucket of `keys` log files of one account and region, spread over the days before `lastDay`, too big for an emulator:
 * it keeps nothing and makes each page when it is asked for. Answers ListObjectsV2, by prefix, delimiter and StartAfter.
 */
export async function bigBucket(keys: number, perDay: number, lastDay: string): Promise<BigBucket> {
  const requests = { list: 0, get: 0 };
  const days = Math.ceil(keys / perDay);
  const last = Date.parse(lastDay);
  /** Ascending, as a listing is. */
  const keyAt = (index: number): string => {
    const day = new Date(last - (days - 1 - Math.floor(index / perDay)) * 86_400_000).toISOString().slice(0, 10);
    const serial = String(index % perDay).padStart(7, '0');
    return `AWSLogs/123456789012/CloudTrail/eu-west-1/${day.replaceAll('-', '/')}/123456789012_CloudTrail_eu-west-1_${day.replaceAll('-', '')}T0000Z_${serial}.json.gz`;
  };
  /** The first index whose key is not below. */
  const indexOf = (key: string): number => {
    let low = 0;
    let high = keys;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (keyAt(middle) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const list = (query: URLSearchParams): string => {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const max = Math.min(PAGE, Number(query.get('max-keys') ?? PAGE));
    const parts: string[] = [];
    let index = indexOf(after > prefix ? `${after}\0` : prefix);
    let token = '';
    while (index < keys && parts.length < max) {
      const key = keyAt(index);
      if (!key.startsWith(prefix)) break;
      const slash = query.has('delimiter') ? key.indexOf('/', prefix.length) : -1;
      if (slash === -1) {
        parts.push(
          `<Contents><Key>${key}</Key><LastModified>2026-11-21T00:00:00.000Z</LastModified><ETag>&quot;e${index}&quot;</ETag><Size>2048</Size></Contents>`,
        );
        token = key;
        index += 1;
      } else {
        const folder = key.slice(0, slash + 1);
        parts.push(`<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`);
        token = `${folder}\uffff`;
        index = indexOf(token);
      }
    }
    const more = index < keys && keyAt(index).startsWith(prefix);
    return (
      `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${parts.join('')}` +
      `${more ? `<NextContinuationToken>${token}</NextContinuationToken>` : ''}</ListBucketResult>`
    );
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://bucket');
    const listing = url.searchParams.get('list-type') === '2';
    requests[listing ? 'list' : 'get'] += 1;
    if (!listing) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/xml' }).end(list(url.searchParams));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
