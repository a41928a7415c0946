import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { AppError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';

/** A route of the API: gets the parsed body; writes its answer itself or returns it. */
export type Route = (body: unknown, response: ServerResponse, signal: AbortSignal) => Promise<unknown>;

export interface ExploreServer {
  /** With the token: opens the page. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Inline styles are what the components' positioning needs; scripts come from this server only. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const LARGEST_BODY = 1_000_000;

/**
 * Serves the page and its API on loopback. Three doors: the Host must be this server's own (DNS rebinding), the Origin
 * too (other sites), and the cookie must hold the token of this start (other users of the machine).
 */
export async function serveExplore(options: {
  pageDir: string;
  routes: Readonly<Record<string, Route>>;
  port: number;
  logger: Logger;
}): Promise<ExploreServer> {
  const token = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => fail(response, error, options.logger));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  // Browsers send a cookie to every port of a host: two of these servers would overwrite each other's.
  const cookie = `explore-${port}`;
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    secure(response);
    const { host = '', origin } = request.headers;
    if (!hosts.has(host)) return refuse(response, 403, 'this address is not served');
    if (origin !== undefined && origin !== `http://${host}`)
      return refuse(response, 403, 'requests of other sites are refused');
    // Joined as text: a path of two slashes is not the address of another host.
    const url = new URL(`http://${host}${request.url ?? '/'}`);
    const given = url.searchParams.get('token');
    if (given !== null && same(given, token)) {
      // Lax, so that a link in a ticket or a chat opens the view it names; of other sites' requests it goes along with nothing else.
      response.setHeader('set-cookie', `${cookie}=${token}; HttpOnly; SameSite=Lax; Path=/`);
      response.writeHead(303, { location: '/' }).end();
      return;
    }
    if (!same(cookieOf(request, cookie), token))
      return refuse(response, 401, 'open the address that explore printed: it carries the token of this start');
    if (url.pathname.startsWith('/api/')) await api(url.pathname.slice(5), request, response);
    else await file(url.pathname, request, response);
  }

  async function api(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = Object.hasOwn(options.routes, name) ? options.routes[name] : undefined;
    if (route === undefined) return refuse(response, 404, 'no such route');
    // A header that a form or a link cannot set: with it, a request of another site would need a preflight, which is refused.
    if (request.headers['x-explore-page'] !== '1') return refuse(response, 403, 'requests come from the page only');
    if (request.method !== (name === 'content' ? 'GET' : 'POST')) return refuse(response, 405, 'wrong method');
    const abort = new AbortController();
    response.on('close', () => abort.abort());
    const body = request.method === 'POST' ? await readJson(request) : undefined;
    if (body === TOO_LARGE) return refuse(response, 413, 'the request is too large');
    const answer = await route(body, response, abort.signal);
    if (response.writableEnded || response.headersSent) return;
    response
      .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
      .end(JSON.stringify(answer));
  }

  async function file(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'wrong method');
    const name = fileName(path);
    const type = name === undefined ? undefined : TYPES[extname(name)];
    if (name === undefined || type === undefined) return refuse(response, 404, 'no such file');
    let content: Buffer;
    try {
      content = await readFile(join(options.pageDir, name));
    } catch {
      return refuse(response, 404, 'no such file');
    }
    // Bundled files carry a hash in their names.
    const cache = name.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store';
    response
      .writeHead(200, {
        'content-type': type,
        'cache-control': cache,
        etag: `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`,
      })
      .end(content);
  }

  return {
    url: `http://127.0.0.1:${port}/?token=${token}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function secure(response: ServerResponse): void {
  response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
}

function refuse(response: ServerResponse, status: number, error: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify({ error }));
}

function fail(response: ServerResponse, error: unknown, logger: Logger): void {
  const wrong = error instanceof AppError && error.code === 'USAGE';
  if (!wrong) logger.warn({ err: messageOf(error) }, 'explore: a request failed');
  if (response.headersSent) response.destroy();
  else refuse(response, wrong ? 400 : 502, messageOf(error));
}

/** Constant time, whatever the lengths. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function cookieOf(request: IncomingMessage, wanted: string): string {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('=', 2));
  return pairs.find(([name]) => name === wanted)?.[1] ?? '';
}

/** The file inside the page's folder that a URL's path asks for. */
function fileName(path: string): string | undefined {
  try {
    const name = normalize(path === '/' ? '/index.html' : decodeURIComponent(path));
    return name.includes('..') || name.includes('\0') ? undefined : name;
  } catch {
    return undefined;
  }
}

const TOO_LARGE = Symbol('too large');

/** What is too large is still read, and dropped: a connection closed in the middle would not carry the refusal. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  if (size > LARGEST_BODY) return TOO_LARGE;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new AppError('USAGE', 'The request is not JSON.');
  }
}
