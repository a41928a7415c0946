import type { ServerResponse } from 'node:http';
import type { Client } from '@opensearch-project/opensearch';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Bundle } from '../content/bundle.ts';
import { DqlFieldError, DqlSyntaxError } from '../content/dql/dql.ts';
import { Refusal } from '../content/compile/request.ts';
import type { Answer } from '../content/compile/response.ts';
import type { IndexPattern } from '../content/index-pattern.ts';
import { AppError } from '../errors.ts';
import { clusterError } from '../opensearch/errors.ts';
import { readablePatterns } from '../verify/load.ts';
import { askPanels, type Msearch } from './ask.ts';
import { readAround } from './around.ts';
import { contentOf } from './content.ts';
import { lineOf } from './lines.ts';
import type { SparseLists } from './newest.ts';
import { MOST_EVENTS, type AroundRequest, type SearchRequest, type ValuesRequest, type View } from './protocol.ts';
import { checkFilters } from './safe-filter.ts';
import type { Route } from './server.ts';
import { readValues } from './values.ts';

const text = { type: 'string', maxLength: 20_000 } as const;
const view = {
  type: 'object',
  additionalProperties: false,
  required: ['from', 'to', 'query', 'filters'],
  properties: {
    from: text,
    to: text,
    query: text,
    filters: { type: 'array', maxItems: 200, items: { type: 'object', required: ['meta'] } },
  },
} as const;
const object = (required: readonly string[], properties: object): object => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

const SCHEMAS = {
  search: object(['dashboard', 'view', 'timeZone'], {
    dashboard: text,
    view,
    timeZone: text,
    panels: { type: 'array', items: text },
    rows: { type: 'integer', minimum: 1, maximum: MOST_EVENTS },
  }),
  around: object(['time', 'field', 'value'], { time: text, field: text, value: text }),
  values: object(['field', 'prefix', 'indices', 'view', 'timeZone'], {
    field: text,
    prefix: text,
    indices: { type: 'array', items: text },
    view,
    timeZone: text,
  }),
};

export interface RouteOptions {
  readonly bundles: readonly Bundle[];
  /** Index pattern of the events. */
  readonly events: IndexPattern;
  /** Index expressions that may be searched. */
  readonly allowed: ReadonlySet<string>;
  /** Those of them that are events. */
  readonly eventIndices: ReadonlySet<string>;
  readonly client: Client;
  /** Of the cluster, for messages. */
  readonly url: string;
}

/** The four routes. */
export function exploreRoutes({
  bundles,
  events,
  allowed,
  eventIndices,
  client,
  url,
}: RouteOptions): Record<string, Route> {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false });
  const checks = {
    search: ajv.compile(SCHEMAS.search),
    around: ajv.compile(SCHEMAS.around),
    values: ajv.compile(SCHEMAS.values),
  };
  const checked = <T>(name: keyof typeof checks, body: unknown): T => {
    if (!checks[name](body))
      throw new AppError('USAGE', `The request does not fit: ${ajv.errorsText(checks[name].errors)}.`);
    checkFilters((body as { view?: View }).view?.filters ?? []);
    return body as T;
  };
  const msearch: Msearch = async (lines, signal) => {
    if (signal.aborted) throw new AppError('USAGE', 'cancelled');
    const request = client.msearch({ body: lines as never });
    // In braces: what a listener returns is awaited by the event target, and a request that was cancelled rejects.
    const cancel = (): void => {
      request.abort();
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return (await request).body.responses as readonly unknown[] as readonly Answer[];
    } catch (error) {
      if (signal.aborted) throw new AppError('USAGE', 'cancelled');
      throw clusterError(error, { action: 'run the panels', url });
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
  const sparse: SparseLists = new Set();
  const others = bundles.flatMap(readablePatterns).filter(({ title }) => title !== events.title && allowed.has(title));
  const content = contentOf(bundles, events, others);
  const options = (signal: AbortSignal) => ({ pattern: events, others, now: Date.now(), msearch, signal });
  return {
    content: async () => content,
    search: async (body, response, signal) => {
      const request = checked<SearchRequest>('search', body);
      const bundle = bundles.find((one) => one.ids('dashboard').includes(request.dashboard));
      if (bundle === undefined) throw new AppError('USAGE', 'There is no such dashboard.');
      response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' });
      await answering(response, () =>
        askPanels(
          bundle,
          request,
          { allowed, events: eventIndices, now: Date.now(), sparse, msearch, signal },
          (answer) => response.write(`${lineOf(answer)}\n`),
        ),
      );
      response.end();
      return undefined;
    },
    around: async (body, _response, signal) =>
      understandable(() => readAround(checked<AroundRequest>('around', body), options(signal))),
    values: async (body, _response, signal) =>
      understandable(() => readValues(checked<ValuesRequest>('values', body), options(signal))),
  };
}

/** What is wrong with the whole view (its query, its times) is said in every panel. */
async function answering(response: ServerResponse, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    response.write(`${JSON.stringify({ panel: '*', status: 'error', reason })}\n`);
  }
}

async function understandable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal || error instanceof DqlSyntaxError || error instanceof DqlFieldError)
      throw new AppError('USAGE', error.message);
    throw error;
  }
}
