import { setTimeout as sleep } from 'node:timers/promises';
import type { DashboardsConfig } from '../../config/config.ts';
import type { Reference } from '../../content/compile/saved-object.ts';
import { AppError } from '../../errors.ts';
import { createHttp, type Answer } from './http.ts';

export interface ObjectRef {
  readonly type: string;
  readonly id: string;
}

/** A saved object as OpenSearch Dashboards keeps it. */
export interface StoredObject extends ObjectRef {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
  /** Both change with every write. */
  readonly version?: string;
  readonly updated_at?: string;
}

/** The calls that an install needs, by their meaning. */
export interface Dashboards {
  /** Version number; waits while the server starts. */
  version(): Promise<string>;
  /** Of the objects asked for, those that exist. `tenant` asks another tenant than the configured one. */
  get(refs: readonly ObjectRef[], tenant?: string): Promise<readonly StoredObject[]>;
  /** Sends one ndjson file; the answer as it came, for `judgeImport`. */
  import(ndjson: string): Promise<Answer>;
  /** False when it was not there. */
  delete(ref: ObjectRef): Promise<boolean>;
  /** Id of the default index pattern; undefined: none is set; null: it cannot be known. */
  defaultPattern(): Promise<string | undefined | null>;
  /** `undefined` takes it back. */
  setDefaultPattern(id: string | undefined): Promise<void>;
}

const BOUNDARY = 'ocsf-cloudtrail-saved-objects';
const PAGE = 500;

export function createDashboards(config: DashboardsConfig, options: { readyMs?: number } = {}): Dashboards {
  const http = createHttp(config);
  const expectOk = (answer: Answer, action: string): unknown => {
    if (answer.status === 200 && answer.json !== undefined) return answer.json;
    throw refused(config, action, answer);
  };
  return {
    async version() {
      const patienceMs = options.readyMs ?? 60_000;
      const limit = Date.now() + patienceMs;
      for (;;) {
        const answer = await http('GET', '/api/status');
        const number = (answer.json as { version?: { number?: string } } | undefined)?.version?.number;
        if (answer.status === 200 && number !== undefined) return number;
        // Of the front end of a domain, or of a proxy; it has its own reason.
        if (answer.status === 403) throw refused(config, 'say its version', answer);
        // "server is not ready yet": it starts, or waits for its cluster.
        if (answer.status !== 503 || Date.now() > limit) throw notDashboards(config, answer);
        await sleep(Math.min(2000, patienceMs / 10));
      }
    },
    async get(refs, tenant) {
      const found: StoredObject[] = [];
      for (let at = 0; at < refs.length; at += PAGE) {
        const page = refs.slice(at, at + PAGE).map(({ type, id }) => ({ type, id }));
        const call = { json: page, ...(tenant === undefined ? {} : { tenant }) };
        const body = expectOk(await http('POST', '/api/saved_objects/_bulk_get', call), 'read the saved objects back');
        const objects =
          (body as { saved_objects?: readonly (StoredObject & { error?: object })[] }).saved_objects ?? [];
        found.push(...objects.filter(({ error }) => error === undefined));
      }
      return found;
    },
    async import(ndjson) {
      const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="ocsf-cloudtrail.ndjson"\r\nContent-Type: application/ndjson\r\n\r\n`;
      const bytes = Buffer.from(`${head}${ndjson}\r\n--${BOUNDARY}--\r\n`);
      const source = config.dataSource;
      return http('POST', '/api/saved_objects/_import', {
        query: {
          overwrite: 'true',
          ...(source === undefined ? {} : { dataSourceId: source, dataSourceEnabled: 'true' }),
        },
        body: { type: `multipart/form-data; boundary=${BOUNDARY}`, bytes },
      });
    },
    async delete({ type, id }) {
      const path = `/api/saved_objects/${encodeURIComponent(type)}/${encodeURIComponent(id)}`;
      const answer = await http('DELETE', path);
      if (answer.status === 404) return false;
      if (answer.status !== 200) throw refused(config, `delete the ${type} ${id}`, answer);
      return true;
    },
    async defaultPattern() {
      const answer = await http('GET', '/api/opensearch-dashboards/settings');
      if (answer.status === 200) {
        const { settings } = (answer.json ?? {}) as { settings?: { defaultIndex?: { userValue?: unknown } } };
        return idOrNone(settings?.defaultIndex?.userValue);
      }
      // The settings are a saved object, too, one for each version of the server.
      const query = { type: 'config', per_page: '100' };
      const found = await http('GET', '/api/saved_objects/_find', { query });
      if (found.status !== 200) return null;
      const { saved_objects: configs = [] } = (found.json ?? {}) as { saved_objects?: readonly StoredObject[] };
      return configs.map(({ attributes }) => idOrNone(attributes['defaultIndex'])).find((id) => id !== undefined);
    },
    async setDefaultPattern(id) {
      const changes = { defaultIndex: id ?? null };
      const answer = await http('POST', '/api/opensearch-dashboards/settings', { json: { changes } });
      expectOk(answer, 'set the default index pattern');
    },
  };
}

function idOrNone(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function refused({ url, workspace }: DashboardsConfig, action: string, answer: Answer): AppError {
  // With a capital letter it is of the front end of Amazon OpenSearch Service.
  const body = answer.json as { message?: string; Message?: string; error?: string } | undefined;
  const why = body?.message ?? body?.Message ?? body?.error ?? answer.text.trim().slice(0, 300);
  const hints: Readonly<Record<number, string>> = {
    403: /anonymous/.test(why)
      ? 'Requests to OpenSearch Dashboards are not signed: give it a user of the domain (--dashboards-username), or import by hand.'
      : 'Give the user write access to the tenant and to saved objects.',
    404: `Check the URL's base path (Amazon: /_dashboards)${workspace === undefined ? '' : `, and that the workspace ${workspace} exists`}.`,
    413: 'Raise savedObjects.maxImportPayloadBytes in opensearch_dashboards.yml.',
    422: 'This OpenSearch Dashboards is too old for the objects: use 2.x or 3.x.',
  };
  const hint = hints[answer.status];
  return new AppError(
    'DASHBOARDS_REFUSED',
    `OpenSearch Dashboards at ${url} did not ${action}: HTTP ${answer.status}${why === '' ? '' : `, ${why}`}`,
    hint === undefined ? {} : { hint },
  );
}

function notDashboards({ url }: DashboardsConfig, answer: Answer): AppError {
  const starting = answer.status === 503;
  return new AppError(
    'DASHBOARDS_UNREACHABLE',
    starting
      ? `OpenSearch Dashboards at ${url} is not ready: ${answer.text.trim().slice(0, 200)}`
      : `${url} does not answer like OpenSearch Dashboards (HTTP ${answer.status}).`,
    { hint: starting ? 'Try again when it has started.' : 'Does the URL need a base path, such as /_dashboards?' },
  );
}
