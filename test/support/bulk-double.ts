import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface Operation {
  readonly action: string;
  readonly index: string;
  readonly id: string;
}
export interface ScriptedItem {
  readonly status: number;
  readonly error?: { readonly type: string; readonly reason: string };
}
/** What the double does with one `_bulk` request. */
export type Reply =
  | { readonly items: readonly ScriptedItem[] }
  | { readonly status: number; readonly body: string; readonly type?: string }
  /** Closes the socket: before answering, or in the middle of the answer. */
  | { readonly reset: 'before' | 'middle' }
  /** Never answers, or stops in the middle of the answer. */
  | { readonly hang: 'before' | 'middle' };

export interface BulkDouble {
  readonly url: string;
  readonly requests: {
    readonly operations: readonly Operation[];
    readonly headers: IncomingMessage['headers'];
    readonly bytes: number;
  }[];
  close(): Promise<void>;
}

export const CREATED: ScriptedItem = { status: 201 };

/** A loopback server that answers `_bulk` as told, for what a healthy cluster cannot be made to say. */
export async function startBulkDouble(
  reply: (operations: readonly Operation[], request: number) => Reply,
): Promise<BulkDouble> {
  const requests: BulkDouble['requests'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      const operations = operationsOf(body.toString('utf8'));
      requests.push({ operations, headers: request.headers, bytes: raw.length });
      answer(response, operations, reply(operations, requests.length));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, operations: readonly Operation[], reply: Reply): void {
  if ('hang' in reply) {
    if (reply.hang === 'middle') response.writeHead(200, { 'content-type': 'application/json' }).write('{"errors":');
  } else if ('reset' in reply) {
    if (reply.reset !== 'middle') return void response.socket?.destroy();
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .write('{"errors":', () => response.socket?.destroy());
  } else if ('items' in reply) {
    const items = reply.items.map((item, ordinal) => ({ [operations[ordinal]?.action ?? 'create']: item }));
    const errors = reply.items.some(({ error }) => error !== undefined);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ errors, items }));
  } else {
    response.writeHead(reply.status, { 'content-type': reply.type ?? 'application/json' }).end(reply.body);
  }
}

function operationsOf(body: string): Operation[] {
  const operations: Operation[] = [];
  const lines = body.split('\n');
  for (let i = 0; i < lines.length - 1; i += 1) {
    const [[action, target] = ['', {}]] = Object.entries(
      JSON.parse(lines[i] ?? '{}') as Record<string, { _index?: string; _id?: string }>,
    );
    operations.push({ action, index: target._index ?? '', id: target._id ?? '' });
    if (action !== 'delete') i += 1;
  }
  return operations;
}
