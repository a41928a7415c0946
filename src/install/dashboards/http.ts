import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { DashboardsConfig } from '../../config/config.ts';
import { besidesPublic } from '../../config/pem.ts';
import { AppError, messageOf } from '../../errors.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

export interface Call {
  readonly query?: Readonly<Record<string, string>>;
  /** JSON body. */
  readonly json?: unknown;
  /** Body of another kind, with its content type. */
  readonly body?: { readonly type: string; readonly bytes: Buffer };
  /** Another tenant than the configured one. */
  readonly tenant?: string;
}

export type Http = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, call?: Call) => Promise<Answer>;

const TIMEOUT_MS = 120_000;

/**
 * Requests to one OpenSearch Dashboards: base path and workspace, the header that it asks of every write, the tenant,
 * and the credentials, sent as basic authentication first and through its login page where it does not take that.
 * Throws DASHBOARDS_UNREACHABLE and DASHBOARDS_AUTH; any other status is the caller's.
 */
export function createHttp(config: DashboardsConfig): Http {
  const base = config.url.replace(/\/+$/, '');
  const prefix = config.workspace === undefined ? base : `${base}/w/${encodeURIComponent(config.workspace)}`;
  const tls = tlsOptions(config);
  let cookies = '';

  const send = async (method: string, url: string, call: Call, headers: Record<string, string>): Promise<Answer> => {
    const target = new URL(url);
    for (const [name, value] of Object.entries(call.query ?? {})) target.searchParams.set(name, value);
    const body = call.body?.bytes ?? (call.json === undefined ? undefined : Buffer.from(JSON.stringify(call.json)));
    const tenant = call.tenant ?? config.tenant;
    return new Promise((resolve, reject) => {
      const make = target.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = make(target, {
        method,
        timeout: TIMEOUT_MS,
        ...(target.protocol === 'https:' ? tls : {}),
        headers: {
          accept: 'application/json',
          // Any value will do; without it no write is accepted.
          'osd-xsrf': 'ocsf-cloudtrail',
          ...(tenant === undefined ? {} : { securitytenant: tenant }),
          ...(body === undefined
            ? {}
            : { 'content-type': call.body?.type ?? 'application/json', 'content-length': body.length }),
          ...headers,
        },
      });
      request.on('response', (response) => {
        read(response).then((answer) => {
          const fresh = (response.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '');
          if (fresh.length > 0) cookies = mergeCookies(cookies, fresh);
          resolve(answer);
        }, reject);
      });
      request.on('timeout', () => request.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)));
      request.on('error', reject);
      request.end(body);
    });
  };
  const basic = (): Record<string, string> =>
    config.username === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(`${config.username}:${config.password ?? ''}`).toString('base64')}` };
  let loggedIn = false;
  const login = async (): Promise<void> => {
    const credentials = { username: config.username, password: config.password ?? '' };
    const answer = await send('POST', `${base}/auth/login`, { json: credentials }, {});
    if (answer.status !== 200)
      throw authError(
        config,
        answer.status === 401 ? 'it refuses the user or the password' : `its login answers ${answer.status}`,
      );
    loggedIn = true;
  };

  return async (method, path, call = {}) => {
    const once = (): Promise<Answer> => send(method, prefix + path, call, loggedIn ? { cookie: cookies } : basic());
    try {
      const answer = await once();
      if (!isLoginAsked(answer)) return answer;
      if (config.username === undefined) throw authError(config, 'it asks for a user');
      if (loggedIn) throw authError(config, `it answers ${answer.status} after the login`);
      await login();
      const again = await once();
      if (isLoginAsked(again)) throw authError(config, `it answers ${again.status} after the login`);
      return again;
    } catch (error) {
      throw error instanceof AppError ? error : unreachable(config, error);
    }
  };
}

/** 401, or the redirect to the login page that an API call gets without a session. */
function isLoginAsked({ status }: Answer): boolean {
  return status === 401 || status === 302 || status === 303;
}

async function read(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.statusCode ?? 0, text, json };
}

function mergeCookies(held: string, fresh: readonly string[]): string {
  const all = new Map([...held.split('; '), ...fresh].filter(Boolean).map((pair) => [pair.split('=')[0], pair]));
  return [...all.values()].join('; ');
}

function tlsOptions(config: DashboardsConfig): object {
  // The authority is the cluster's, whose Dashboards may be public.
  return { rejectUnauthorized: !config.insecure, ...(config.ca === undefined ? {} : { ca: besidesPublic(config.ca) }) };
}

function authError({ url }: DashboardsConfig, why: string): AppError {
  return new AppError('DASHBOARDS_AUTH', `OpenSearch Dashboards at ${url} refuses the credentials: ${why}.`, {
    hint: 'Set DASHBOARDS_USERNAME and DASHBOARDS_PASSWORD, or --dashboards-username and --dashboards-password; by default those of the cluster are used.',
  });
}

function unreachable({ url }: DashboardsConfig, cause: unknown): AppError {
  const why = messageOf(cause) || String((cause as { code?: string }).code);
  const tls = /certificate|altnames|self[- ]signed/i.test(why);
  return new AppError('DASHBOARDS_UNREACHABLE', `OpenSearch Dashboards at ${url} does not answer (${why}).`, {
    cause,
    hint: tls ? 'Name the certificate authority with --ca FILE (PEM).' : 'Check --dashboards-url (DASHBOARDS_URL).',
  });
}
