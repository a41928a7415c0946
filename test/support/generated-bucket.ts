import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GeneratedObject {
  /** Bytes. */
  readonly size: number;
  /** Bytes from here on, in pieces. */
  readonly from: (start: number) => Iterable<Uint8Array>;
}

const PIECE_LINES = 64;

/** `count` lines, all of one length, so that any byte is found without making those before it. */
export function equalLines(count: number, lineOf: (index: number) => string): GeneratedObject {
  const length = Buffer.byteLength(lineOf(0));
  return {
    size: count * length,
    *from(start) {
      for (let line = Math.floor(start / length); line < count; line += PIECE_LINES) {
        const lines = Array.from({ length: Math.min(PIECE_LINES, count - line) }, (_, i) => lineOf(line + i)).join('');
        yield Buffer.from(lines).subarray(Math.max(0, start - line * length));
      }
    },
  };
}

/**
 * An S3 endpoint on loopback whose objects are made while they are read: for bodies that no emulator should hold. It lists
 * and gets, with ranges, and believes every signature.
 */
export async function generatedBucket(
  objects: Readonly<Record<string, GeneratedObject>>,
): Promise<{ url: string; bucket: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    answer(objects, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket: 'generated',
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  objects: Readonly<Record<string, GeneratedObject>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (searchParams.has('list-type')) {
    const prefix = searchParams.get('prefix') ?? '';
    response.setHeader('content-type', 'application/xml').end(listing(objects, prefix));
    return;
  }
  const object = objects[decodeURIComponent(pathname.split('/').slice(2).join('/'))];
  if (object === undefined) {
    response.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code></Error>');
    return;
  }
  const [, range] = /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
  const start = Number(range ?? 0);
  response.writeHead(range === undefined ? 200 : 206, {
    'content-length': object.size - start,
    etag: '"generated"',
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${object.size - 1}/${object.size}` }),
  });
  for (const piece of object.from(start)) if (!response.write(piece)) await once(response, 'drain');
  response.end();
}

function listing(objects: Readonly<Record<string, GeneratedObject>>, prefix: string): string {
  const contents = Object.entries(objects)
    .filter(([key]) => key.startsWith(prefix))
    .map(
      ([key, { size }]) =>
        `<Contents><Key>${key}</Key><LastModified>2026-11-21T10:00:00.000Z</LastModified><ETag>"generated"</ETag><Size>${size}</Size></Contents>`,
    );
  return `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`;
}
