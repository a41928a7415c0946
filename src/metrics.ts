import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { AppError } from './errors.ts';
import type { ObjectSource } from './ingest/ports.ts';
import type { RunObserver } from './ingest/run.ts';

const OUTCOMES = ['indexed', 'duplicate', 'rejected', 'skipped'] as const;

export interface Metrics {
  readonly registry: Registry;
  /** Feeds the metrics from a run. */
  readonly observer: Required<RunObserver>;
  /** Why no events can be taken now; undefined when all is well. */
  notReady(): string | undefined;
}

/** Prometheus metrics of one run. `now` is epoch ms. */
export function createMetrics(now: () => number = Date.now): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const make = (name: string, help: string, labelNames: readonly string[] = []) => ({
    name: `ocsf_cloudtrail_${name}`,
    help,
    labelNames,
    registers,
  });
  const events = new Counter(make('events_total', 'Events read, by what became of them.', ['outcome']));
  const objects = new Counter(make('objects_total', 'Objects settled, by source and state.', ['source', 'state']));
  const bytes = new Counter(make('read_bytes_total', 'Bytes of objects read, as stored.'));
  const waits = new Counter(make('cluster_waits_total', 'Times the cluster could not take documents.'));
  const lag = new Gauge(
    make('lag_seconds', 'From the time of the object settled last to its settlement, by source.', ['source']),
  );
  const settled = new Gauge(
    make('last_done_timestamp_seconds', 'When an object was last done (Unix time), by source.', ['source']),
  );
  const failures = new Counter(make('source_failures_total', 'Times a source failed and was tried again.', ['source']));
  let sources: readonly ObjectSource[] | undefined;
  let blocked: { readonly reason: string; readonly until: number } | undefined;
  const backlog = (name: string, help: string, of: (known: Backlog) => number | undefined): void => {
    const gauge = new Gauge({
      ...make(name, help, ['source']),
      collect() {
        for (const source of sources ?? []) {
          const value = of(source.backlog?.() ?? {});
          if (value !== undefined) gauge.set({ source: source.name }, value);
        }
      },
    });
  };
  backlog('backlog_objects', 'Objects known and not settled, by source.', (known) => known.objects);
  backlog('backlog_bytes', 'Their bytes, as stored.', (known) => known.bytes);
  backlog('backlog_oldest_seconds', 'Age of the oldest of them.', ({ oldestAgeMs }) =>
    oldestAgeMs === undefined ? undefined : oldestAgeMs / 1000,
  );
  for (const outcome of OUTCOMES) events.inc({ outcome }, 0);

  return {
    registry,
    observer: {
      start: (opened) => void (sources = opened),
      batch: (counts, read) => {
        blocked = undefined;
        for (const outcome of OUTCOMES) events.inc({ outcome }, counts[outcome]);
        bytes.inc(read);
      },
      object: ({ source, state, ref }) => {
        objects.inc({ source, state });
        if (state !== 'done') return;
        settled.set({ source }, now() / 1000);
        const time = Date.parse(ref.lastModified ?? '');
        if (!Number.isNaN(time)) lag.set({ source }, Math.max(0, (now() - time) / 1000));
      },
      waiting: (reason, delayMs) => {
        blocked = { reason, until: now() + delayMs + TRY_MS };
        waits.inc();
      },
      sourceFailed: (source) => failures.inc({ source }),
    },
    notReady: () => {
      if (sources === undefined) return 'starting';
      return blocked !== undefined && now() < blocked.until ? blocked.reason : undefined;
    },
  };
}

/** For the next try itself: a refused one says so in that time, and a source without new events has no other sign of success. */
const TRY_MS = 30_000;

type Backlog = ReturnType<NonNullable<ObjectSource['backlog']>>;

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `/metrics`, `/health` (the process answers) and `/ready` (events can be taken). Port 0 takes any. Throws CONFIG. */
export async function serveMetrics(
  metrics: Metrics,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const send = (status: number, text: string, type = 'text/plain; charset=utf-8'): void =>
      void response.writeHead(status, { 'content-type': type }).end(request.method === 'HEAD' ? '' : text);
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'GET only\n');
    // Joined as text: a path of two slashes is not the address of another host.
    const url = `http://metrics${request.url ?? '/'}`;
    if (!URL.canParse(url)) return send(400, 'This address cannot be read\n');
    switch (new URL(url).pathname) {
      case '/metrics':
        metrics.registry.metrics().then(
          (text) => send(200, text, metrics.registry.contentType),
          (error: unknown) => send(500, `${String(error)}\n`),
        );
        return;
      case '/health':
        return send(200, 'ok\n');
      case '/ready': {
        const reason = metrics.notReady();
        return reason === undefined ? send(200, 'ready\n') : send(503, `${reason}\n`);
      }
      default:
        return send(404, 'Try /metrics, /health or /ready\n');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new AppError('CONFIG', `Metrics cannot be served at ${host}:${port}: ${cause.message}`, {
          cause,
          hint: 'Give another port with --metrics PORT.',
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
