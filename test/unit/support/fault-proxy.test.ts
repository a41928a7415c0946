import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { faultProxy, type FaultProxy } from '../../support/fault-proxy.ts';

let target: Server;
let proxy: FaultProxy;
let heard: string[] = [];

beforeAll(async () => {
  target = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    response.setHeader('x-target', 'yes');
    request.pipe(response);
    if (request.method === 'GET') response.end('a'.repeat(1000));
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
  proxy = await faultProxy(`http://127.0.0.1:${(target.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await proxy.close();
  target.close();
  target.closeAllConnections();
});
beforeEach(() => {
  proxy.clear();
  heard = [];
});

const get = (path: string): Promise<string> => fetch(proxy.url + path).then((response) => response.text());

describe('fault proxy', () => {
  test('forwards what no rule matches, body and headers included', async () => {
    const response = await fetch(`${proxy.url}/a?b=1`, { method: 'POST', body: 'hello' });
    expect(await response.text()).toBe('hello');
    expect(response.headers.get('x-target')).toBe('yes');
    expect(heard).toEqual(['POST /a?b=1']);
    expect(proxy.requests).toMatchObject([{ method: 'POST', path: '/a?b=1', body: Buffer.from('hello') }]);
  });

  test('answers itself only for the nth matching request', async () => {
    proxy.add({ match: { path: '/a' }, nth: 2, fault: { respond: { status: 503, body: 'SlowDown' } } });
    expect(await get('/b')).toHaveLength(1000);
    expect(await get('/a')).toHaveLength(1000);
    expect(await get('/a')).toBe('SlowDown');
    expect(await get('/a')).toHaveLength(1000);
    expect(heard).toHaveLength(3);
  });

  test('cuts the body after the given bytes', async () => {
    proxy.add({ fault: { truncateAfter: 10 } });
    await expect(get('/a')).rejects.toThrow('terminated');
  });

  test('a reset before keeps the request from the target, a reset after loses only the answer', async () => {
    proxy.add({ match: { path: '/before' }, fault: { reset: 'before' } });
    proxy.add({ match: { path: '/after' }, fault: { reset: 'after' } });
    await expect(get('/before')).rejects.toThrow('fetch failed');
    await expect(get('/after')).rejects.toThrow('fetch failed');
    expect(heard).toEqual(['GET /after']);
  });

  test('a hanging or stalled answer ends with the client, not before', async () => {
    proxy.add({ match: { path: '/hang' }, fault: { hang: true } });
    proxy.add({ match: { path: '/stall' }, fault: { stallAfter: 5 } });
    for (const path of ['/hang', '/stall'])
      await expect(
        fetch(proxy.url + path, { signal: AbortSignal.timeout(200) }).then((response) => response.text()),
      ).rejects.toThrow('timeout');
  });

  test('rewrites an answer with its length', async () => {
    proxy.add({ match: { body: /x+/ }, fault: { rewrite: (body) => `${body.toString()}!` } });
    const response = await fetch(`${proxy.url}/a`, { method: 'POST', body: 'xx' });
    expect(await response.text()).toBe('xx!');
  });

  test('a removed rule no longer applies', async () => {
    const remove = proxy.add({ fault: { respond: { status: 500, body: 'no' } } });
    expect(await get('/a')).toBe('no');
    remove();
    expect(await get('/a')).toHaveLength(1000);
  });
});
