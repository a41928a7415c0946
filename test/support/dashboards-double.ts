import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Behaves as OpenSearch Dashboards 2.x and 3.x do over HTTP, as far as saved objects go; bad answers on demand. */
export interface DoubleOptions {
  readonly basePath?: string;
  readonly version?: string;
  /** Answers "not ready yet" so many times first. */
  readonly notReady?: number;
  /** The security plugin: which credentials, and whether it takes basic authentication. */
  readonly security?: { readonly username: string; readonly password: string; readonly basic: boolean };
  /** Tenants that exist beside global and private. Absent: no multi-tenancy, headers are ignored. */
  readonly tenants?: readonly string[];
  /** Data sources by id, with their titles. Absent: the feature is off. */
  readonly dataSources?: Readonly<Record<string, string>>;
  readonly workspaces?: readonly string[];
  readonly maxPayload?: number;
  /** False: the settings cannot be read over their own API. */
  readonly settingsApi?: boolean;
  /** Types that are not registered. */
  readonly unknownTypes?: readonly string[];
  /** Loses this object after it said that it took it. */
  readonly loses?: string;
  /** The access policy of an Amazon OpenSearch Service domain, which lets no request through without a user or a signature. */
  readonly domain?: boolean;
  /** Answers the import with this body instead. */
  readonly importAnswer?: { readonly status: number; readonly body: unknown };
}

interface Stored {
  type: string;
  id: string;
  attributes: Record<string, unknown>;
  references: { name: string; type: string; id: string }[];
  version: string;
  updated_at: string;
}

/** Attributes that each type's strict mapping knows; of other types anything goes. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  search: ['title', 'description', 'hits', 'columns', 'sort', 'version', 'kibanaSavedObjectMeta'],
  visualization: [
    'title',
    'description',
    'version',
    'visState',
    'uiStateJSON',
    'savedSearchRefName',
    'kibanaSavedObjectMeta',
  ],
  dashboard: [
    'title',
    'description',
    'hits',
    'version',
    'panelsJSON',
    'optionsJSON',
    'timeRestore',
    'timeFrom',
    'timeTo',
    'refreshInterval',
    'kibanaSavedObjectMeta',
  ],
  query: ['title', 'description', 'query', 'filters', 'timefilter'],
};
const MIGRATIONS: Readonly<Record<string, string>> = {
  'index-pattern': '7.6.0',
  visualization: '7.10.0',
  dashboard: '7.9.3',
  search: '7.9.3',
};
const IMPORT_KEYS = ['overwrite', 'createNewCopies', 'dataSourceId', 'dataSourceEnabled', 'workspaces'];

export interface DashboardsDouble {
  readonly url: string;
  /** Objects of a tenant, as `type:id`. */
  objects(tenant?: string): string[];
  stored(key: string, tenant?: string): Stored | undefined;
  put(object: Partial<Stored> & Pick<Stored, 'type' | 'id'>, tenant?: string): void;
  setting(name: string): unknown;
  set(name: string, value: unknown): void;
  /** Requests so far, as `METHOD path`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export async function startDashboardsDouble(options: DoubleOptions = {}): Promise<DashboardsDouble> {
  const tenants = new Map<string, Map<string, Stored>>();
  const settings = new Map<string, unknown>();
  const sessions = new Set<string>();
  const requests: string[] = [];
  let notReady = options.notReady ?? 0;
  let serial = 0;
  const storeOf = (tenant: string): Map<string, Stored> => {
    const store = tenants.get(tenant) ?? new Map<string, Stored>();
    tenants.set(tenant, store);
    return store;
  };
  const write = (store: Map<string, Stored>, object: Pick<Stored, 'type' | 'id' | 'attributes' | 'references'>) => {
    serial += 1;
    const stamp = {
      version: Buffer.from(`[${serial},1]`).toString('base64'),
      updated_at: new Date(serial).toISOString(),
    };
    store.set(`${object.type}:${object.id}`, { ...object, ...stamp });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://double');
    const body = await bytesOf(request);
    requests.push(`${request.method ?? ''} ${url.pathname}`);
    const send = (status: number, json: unknown, headers: Record<string, string> = {}): void => {
      const text = typeof json === 'string';
      response.writeHead(status, { 'content-type': text ? 'text/plain' : 'application/json', ...headers });
      response.end(text ? json : JSON.stringify(json));
    };
    const error = (status: number, message: string): void =>
      send(status, { statusCode: status, error: 'Error', message });
    if (notReady > 0) {
      notReady -= 1;
      return send(503, 'OpenSearch Dashboards server is not ready yet');
    }
    let path = url.pathname;
    const base = options.basePath ?? '';
    if (!path.startsWith(`${base}/`)) return error(404, 'Not Found');
    path = path.slice(base.length);
    const workspace = /^\/w\/([^/]+)/.exec(path);
    if (workspace !== null) {
      if (options.workspaces?.includes(workspace[1] ?? '') !== true) return error(404, 'Not Found');
      path = path.slice(workspace[0].length);
    }
    const header = (name: string): string => String(request.headers[name] ?? '');
    if (request.method !== 'GET' && header('osd-xsrf') === '' && header('osd-version') === '')
      return error(400, 'Request must contain a osd-xsrf header.');

    if (options.domain === true && header('authorization') === '') {
      const Message =
        'User: anonymous is not authorized to perform: es:ESHttpGet because no resource-based policy allows it';
      return send(403, { Message });
    }

    const { security } = options;
    if (security !== undefined) {
      if (path === '/auth/login') {
        const given = JSON.parse(body.toString()) as { username?: string; password?: string };
        if (given.username !== security.username || given.password !== security.password)
          return error(401, 'Unauthorized');
        sessions.add(`security_authentication=session${sessions.size}`);
        return send(
          200,
          { username: given.username },
          { 'set-cookie': `${[...sessions].at(-1) ?? ''}; HttpOnly; Path=/` },
        );
      }
      const basic = `Basic ${Buffer.from(`${security.username}:${security.password}`).toString('base64')}`;
      const inSession = header('cookie')
        .split('; ')
        .some((cookie) => sessions.has(cookie));
      if (!inSession && !(security.basic && header('authorization') === basic))
        return security.basic ? error(401, 'Unauthorized') : send(302, '', { location: `${base}/app/login` });
    }
    const asked = header('securitytenant') || 'global';
    const known = ['global', 'private', ...(options.tenants ?? [])];
    // An unknown tenant silently becomes the global one; without the feature, so does every tenant.
    const store = storeOf(options.tenants !== undefined && known.includes(asked) ? asked : 'global');

    if (path === '/api/status' && request.method === 'GET')
      return send(200, { version: { number: options.version ?? '3.1.0' }, status: { overall: { state: 'green' } } });
    if (path === '/api/opensearch-dashboards/settings' && options.settingsApi !== false) {
      if (request.method === 'POST') {
        const { changes } = JSON.parse(body.toString()) as { changes: Record<string, unknown> };
        for (const [name, value] of Object.entries(changes)) {
          if (value === null) settings.delete(name);
          else settings.set(name, value);
        }
      }
      const told = [...settings].map(([name, userValue]) => [name, { userValue }]);
      return send(200, { settings: Object.fromEntries(told) as unknown });
    }
    if (path === '/api/saved_objects/_find' && request.method === 'GET') {
      const found = [...store.values()].filter(({ type }) => type === url.searchParams.get('type'));
      return send(200, { page: 1, per_page: 100, total: found.length, saved_objects: found });
    }
    if (path === '/api/saved_objects/_bulk_get' && request.method === 'POST') {
      const refs = JSON.parse(body.toString()) as { type: string; id: string }[];
      const found = refs.map(({ type, id }) => {
        const object = store.get(`${type}:${id}`);
        return object ?? { type, id, error: { statusCode: 404, error: 'Not Found', message: 'not found' } };
      });
      return send(200, { saved_objects: found });
    }
    const one = /^\/api\/saved_objects\/([^/_][^/]*)\/([^/]+)$/.exec(path);
    if (one !== null && request.method === 'DELETE') {
      const key = `${decodeURIComponent(one[1] ?? '')}:${decodeURIComponent(one[2] ?? '')}`;
      return store.delete(key) ? send(200, {}) : error(404, `Saved object [${key}] not found`);
    }
    if (path === '/api/saved_objects/_import' && request.method === 'POST') {
      if (options.importAnswer !== undefined) return send(options.importAnswer.status, options.importAnswer.body);
      return importFile({ url, body, contentType: header('content-type'), store, options, write, send, error });
    }
    return error(404, 'Not Found');
  };

  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${options.basePath ?? ''}`,
    objects: (tenant = 'global') => [...storeOf(tenant).keys()].sort(),
    stored: (key, tenant = 'global') => storeOf(tenant).get(key),
    put: (object, tenant = 'global') => write(storeOf(tenant), { attributes: {}, references: [], ...object }),
    setting: (name) => settings.get(name),
    set: (name, value) => void settings.set(name, value),
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface ImportContext {
  readonly url: URL;
  readonly body: Buffer;
  readonly contentType: string;
  readonly store: Map<string, Stored>;
  readonly options: DoubleOptions;
  readonly write: (store: Map<string, Stored>, object: Stored) => void;
  readonly send: (status: number, json: unknown) => void;
  readonly error: (status: number, message: string) => void;
}

type Line = Stored & { migrationVersion?: Record<string, string> };

function importFile({ url, body, contentType, store, options, write, send, error }: ImportContext): void {
  for (const key of url.searchParams.keys())
    if (!IMPORT_KEYS.includes(key)) return error(400, `[request query.${key}]: definition for this key is missing`);
  if (body.length > (options.maxPayload ?? 26_214_400))
    return error(413, 'Payload content length greater than maximum allowed');
  const file = multipartFile(body.toString('utf8'), contentType);
  if (file === undefined) return error(400, '[request body.file]: expected value of type [Stream]');
  if (!file.name.endsWith('.ndjson')) return error(400, `Invalid file extension ${file.name}`);
  let lines: Line[];
  try {
    lines = file.text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as Line)
      .filter((line) => !('exportedCount' in line));
  } catch (cause) {
    return error(400, String(cause));
  }
  const keys = lines.map(({ type, id }) => `${type}:${id}`);
  const twice = keys.filter((key, i) => keys.indexOf(key) !== i);
  if (twice.length > 0) return error(400, `Non-unique import objects detected: [${twice.join()}]`);
  if (lines.some(({ attributes }) => attributes === undefined)) return error(500, 'An internal server error occurred.');
  for (const { type, migrationVersion = {} } of lines)
    for (const [name, version] of Object.entries(migrationVersion))
      if (version > (MIGRATIONS[type] ?? ''))
        return error(422, `Document has property "${name}" which belongs to a more recent version (${version}).`);
  const source = url.searchParams.get('dataSourceId') ?? undefined;
  if (source !== undefined && options.dataSources?.[source] === undefined)
    return error(404, `Saved object [data-source/${source}] not found`);

  const errors: object[] = [];
  const fail = ({ type, id, attributes }: Line, fault: object): void =>
    void errors.push({ type, id, title: attributes['title'], meta: { title: attributes['title'] }, error: fault });
  const known = lines.filter((line) => {
    if (options.unknownTypes?.includes(line.type) !== true) return true;
    fail(line, { type: 'unsupported_type' });
    return false;
  });
  const idOf = (id: string): string => (source === undefined ? id : `${source}_${id}`);
  const overwrite = url.searchParams.get('overwrite') === 'true';
  let nothingIsWritten = false;
  for (const line of known) {
    if (!overwrite && store.has(`${line.type}:${idOf(line.id)}`)) {
      fail(line, { type: 'conflict' });
      nothingIsWritten = true;
    }
    const missing = line.references
      .filter(({ type }) => type === 'index-pattern' || type === 'search')
      .filter(({ type, id }) => !keys.includes(`${type}:${id}`) && !store.has(`${type}:${id}`));
    if (missing.length > 0) {
      fail(line, { type: 'missing_references', references: missing.map(({ type, id }) => ({ type, id })) });
      nothingIsWritten = true;
    }
  }
  const good = known.filter(
    (line) => !errors.some((e) => (e as Line).type === line.type && (e as Line).id === line.id),
  );
  const written = good.filter((line) => {
    const odd = Object.keys(line.attributes).find((name) => ATTRIBUTES[line.type]?.includes(name) === false);
    if (odd === undefined) return true;
    const message = `mapping set to strict, dynamic introduction of [${odd}] within [${line.type}] is not allowed`;
    fail(line, { type: 'unknown', message });
    return false;
  });
  if (!nothingIsWritten)
    for (const { type, id, attributes, references } of written) {
      const title =
        source === undefined ? {} : { title: `${String(attributes['title'])}_${options.dataSources?.[source] ?? ''}` };
      const stored = { type, id: idOf(id), attributes: { ...attributes, ...title }, references } as Stored;
      if (options.loses !== id) write(store, stored);
    }
  // The counts look the same whether or not anything was written.
  send(200, {
    success: errors.length === 0,
    successCount: written.length,
    successResults: written.map(({ type, id }) => ({ type, id, meta: {} })),
    ...(errors.length === 0 ? {} : { errors }),
  });
}

function multipartFile(body: string, contentType: string): { name: string; text: string } | undefined {
  const boundary = /boundary=(.+)$/.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  for (const part of body.split(`--${boundary}`)) {
    const [head = '', ...rest] = part.split('\r\n\r\n');
    const name = /name="file"; filename="([^"]*)"/.exec(head)?.[1];
    if (name !== undefined) return { name, text: rest.join('\r\n\r\n').replace(/\r\n$/, '') };
  }
  return undefined;
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
