import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Client, Connection } from '@opensearch-project/opensearch';
import { quietConnection } from '../../../src/opensearch/connection.ts';

let server: Server;
let url: string;
let printed: jest.Spied<typeof console.log>;

beforeEach(async () => {
  // Answers before it has read the body, and then cuts the connection, as servers do that refuse a large one.
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write('HTTP/1.1 413 Too Large\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
      setTimeout(() => socket.resetAndDestroy(), 20);
    });
    socket.once('data', () => socket.pause());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  printed = jest.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
  printed.mockRestore();
  server.close();
});

async function send(base: typeof Connection): Promise<number | undefined> {
  const client = new Client({ node: url, maxRetries: 0, Connection: base });
  const pending = client.transport.request({ method: 'POST', path: '/_bulk', body: 'x'.repeat(20_000_000) });
  const status = await pending.then(
    () => 200,
    (error: { statusCode?: number }) => error.statusCode,
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  await client.close();
  return status;
}

describe('the connection to the cluster', () => {
  test('prints nothing to stdout when a request fails after its answer has begun', async () => {
    expect(await send(quietConnection())).toBe(413);
    expect(printed).not.toHaveBeenCalled();
  });

  test('which the one of the client would', async () => {
    expect(await send(Connection)).toBe(413);
    expect(printed).toHaveBeenCalledWith('ignoring error after response', expect.anything());
  });
});
