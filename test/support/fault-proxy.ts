import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * An HTTP proxy that breaks things on purpose, for S3, SQS and OpenSearch alike. It forwards every request to one target
 * as it came (signatures stay valid: the Host header is not touched), unless a rule matches.
 */
export interface FaultRule {
  readonly match?: {
    readonly method?: string;
    /** Of path and query, as sent. */
    readonly path?: string | RegExp;
    /** Header values, lower-case names; SQS operations are told apart by `x-amz-target`. */
    readonly headers?: Readonly<Record<string, RegExp>>;
    /** Of the request body, as text. */
    readonly body?: RegExp;
    readonly test?: (request: SeenRequest) => boolean;
  };
  /** Which of the matching requests, 1-based. Default: all. */
  readonly nth?: number | readonly [from: number, to: number] | ((nth: number) => boolean);
  readonly fault: Fault;
}

export interface Fault {
  /** Called when the request has come, or with `reset: 'after'` when the target has answered: to kill whoever asked. */
  readonly onHit?: (request: SeenRequest) => void;
  /** Waits before anything else. */
  readonly delayMs?: number;
  /** Answers itself; the target never hears of it. */
  readonly respond?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array | ((request: SeenRequest) => string);
  };
  /** Cuts the connection: `before` the target has heard of the request, or `after` it has answered, which is lost. */
  readonly reset?: 'before' | 'after';
  /** Never answers, holding the connection until the client or the proxy closes it. */
  readonly hang?: true;
  /** Sends this many bytes of the answer's body, then cuts the connection. */
  readonly truncateAfter?: number;
  /** Sends this many bytes of the answer's body, then nothing, holding the connection. */
  readonly stallAfter?: number;
  /** Bytes per second of the answer's body. */
  readonly bandwidth?: number;
  /** Replaces the answer's body; its length is set anew. */
  readonly rewrite?: (body: Buffer, request: SeenRequest) => Buffer | string;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface FaultProxy {
  readonly url: string;
  /** Every request so far; `fault` is the rule that applied. */
  readonly requests: (SeenRequest & { readonly fault?: Fault })[];
  /** How many requests met a fault so far. */
  readonly hits: number;
  /** Adds a rule. The first that matches applies. Gives a function that removes it. */
  add(rule: FaultRule): () => void;
  /** Forgets all rules and requests. */
  clear(): void;
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  /** Requests are kept, to be looked at. Default true; a long run would keep all that it sends. */
  readonly keep?: boolean;
}

export async function faultProxy(
  target: string,
  rules: readonly FaultRule[] = [],
  { keep = true }: FaultProxyOptions = {},
): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  let active = rules.map((rule) => ({ rule, matched: 0 }));
  let hits = 0;
  const requests: FaultProxy['requests'] = [];

  const faultFor = (seen: SeenRequest): Fault => {
    for (const entry of active) {
      if (!matches(entry.rule, seen)) continue;
      entry.matched += 1;
      if (isNth(entry.rule.nth, entry.matched)) return entry.rule.fault;
    }
    return {};
  };

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const seen = {
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      headers: incoming.headers,
      body: await bodyOf(incoming),
    };
    const fault = faultFor(seen);
    const isHit = Object.keys(fault).length > 0;
    if (isHit) hits += 1;
    if (keep) requests.push(isHit ? { ...seen, fault } : seen);
    if (fault.reset !== 'after') fault.onHit?.(seen);
    if (fault.delayMs !== undefined) await sleep(fault.delayMs);
    if (fault.hang === true) return;
    if (fault.reset === 'before') return void incoming.socket.resetAndDestroy();
    if (fault.respond !== undefined) {
      const { status, headers, body } = fault.respond;
      response.writeHead(status, headers).end(typeof body === 'function' ? body(seen) : body);
      return;
    }
    const answer = await forward(incoming, response, seen.body, hostname, Number(port));
    if (fault.reset === 'after') {
      await bodyOf(answer);
      fault.onHit?.(seen);
      incoming.socket.resetAndDestroy();
      return;
    }
    if (fault.rewrite !== undefined) {
      const body = Buffer.from(fault.rewrite(await bodyOf(answer), seen));
      const headers = { ...answer.headers, 'content-length': String(body.length) };
      delete headers['transfer-encoding'];
      response.writeHead(answer.statusCode ?? 502, headers).end(body);
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    await sendBody(answer, response, fault);
  };

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => incoming.socket.resetAndDestroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get hits() {
      return hits;
    },
    add(rule) {
      const entry = { rule, matched: 0 };
      active.push(entry);
      return () => (active = active.filter((other) => other !== entry));
    },
    clear() {
      active = [];
      hits = 0;
      requests.length = 0;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function matches({ match = {} }: FaultRule, seen: SeenRequest): boolean {
  const { method, path, headers = {}, body, test } = match;
  return (
    (method === undefined || method === seen.method) &&
    (path === undefined || (typeof path === 'string' ? seen.path.startsWith(path) : path.test(seen.path))) &&
    Object.entries(headers).every(([name, pattern]) => pattern.test(String(seen.headers[name] ?? ''))) &&
    (body === undefined || body.test(seen.body.toString('utf8'))) &&
    (test === undefined || test(seen))
  );
}

function isNth(nth: FaultRule['nth'], count: number): boolean {
  if (nth === undefined) return true;
  if (typeof nth === 'function') return nth(count);
  return typeof nth === 'number' ? count === nth : count >= nth[0] && count <= nth[1];
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  host: string,
  port: number,
): Promise<IncomingMessage> {
  const outgoing = request({ host, port, method: incoming.method, path: incoming.url, headers: incoming.headers });
  // A client that leaves takes its request to the target with it.
  response.once('close', () => outgoing.destroy());
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return answer;
}

async function sendBody(answer: IncomingMessage, response: ServerResponse, fault: Fault): Promise<void> {
  const limit = fault.truncateAfter ?? fault.stallAfter ?? Infinity;
  const closed = once(response, 'close');
  let sent = 0;
  for await (const part of answer) {
    const piece = (part as Buffer).subarray(0, limit - sent);
    sent += piece.length;
    if (piece.length > 0 && !response.write(piece)) await Promise.race([once(response, 'drain'), closed]);
    if (fault.bandwidth !== undefined) await sleep((piece.length / fault.bandwidth) * 1000);
    if (sent < limit) continue;
    if (fault.stallAfter !== undefined) return;
    // What was written has to leave before the connection goes.
    await sleep(20);
    response.socket?.destroy();
    return;
  }
  response.end();
}
