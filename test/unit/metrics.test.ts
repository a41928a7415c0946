import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createMetrics, serveMetrics, type Metrics, type MetricsServer } from '../../src/metrics.ts';
import type { ObjectSource } from '../../src/ingest/ports.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const counts = { read: 5, indexed: 2, duplicate: 1, rejected: 1, skipped: 1 };
const source = { name: 'trail', backlog: () => ({ objects: 7, bytes: 700, oldestAgeMs: 9000 }) };
const report = {
  ref: { bucket: 'b', key: 'k', lastModified: '2026-11-21T11:59:00Z' },
  source: 'trail',
  state: 'done',
  counts,
  bytes: 10,
  seconds: 1,
} as const;

let metrics: Metrics;
let server: MetricsServer;
let time = NOW;
beforeEach(async () => {
  time = NOW;
  metrics = createMetrics(() => time);
  server = await serveMetrics(metrics, { host: '127.0.0.1', port: 0 });
});
afterEach(async () => server.close());

async function get(path: string, method = 'GET'): Promise<{ status: number; text: string }> {
  const answer = await fetch(server.url + path, { method });
  return { status: answer.status, text: await answer.text() };
}

describe('the metrics of a run', () => {
  test('count events, objects and bytes, and know lag and backlog', async () => {
    metrics.observer.start([source as unknown as ObjectSource]);
    metrics.observer.batch(counts, 10);
    metrics.observer.batch(counts, 5);
    metrics.observer.object(report);
    metrics.observer.object({ ...report, state: 'failed' });
    metrics.observer.waiting('busy', 1000);
    const lines = (await get('/metrics')).text.split('\n');
    for (const line of [
      'ocsf_cloudtrail_events_total{outcome="indexed"} 4',
      'ocsf_cloudtrail_events_total{outcome="rejected"} 2',
      'ocsf_cloudtrail_objects_total{source="trail",state="done"} 1',
      'ocsf_cloudtrail_objects_total{source="trail",state="failed"} 1',
      'ocsf_cloudtrail_read_bytes_total 15',
      'ocsf_cloudtrail_cluster_waits_total 1',
      'ocsf_cloudtrail_lag_seconds{source="trail"} 60',
      'ocsf_cloudtrail_backlog_objects{source="trail"} 7',
      'ocsf_cloudtrail_backlog_oldest_seconds{source="trail"} 9',
    ])
      expect(lines).toContain(line);
  });

  test('the process is healthy from the start, and ready when events can be taken', async () => {
    expect(await get('/health')).toEqual({ status: 200, text: 'ok\n' });
    expect((await get('/ready')).status).toBe(503);
    metrics.observer.start([]);
    expect((await get('/ready')).status).toBe(200);
    metrics.observer.waiting('the disk is full', 60_000);
    expect(await get('/ready')).toEqual({ status: 503, text: 'the disk is full\n' });
    metrics.observer.batch(counts, 1);
    expect((await get('/ready')).status).toBe(200);
  });

  test('a wait that nobody repeats is over, also where no event comes to prove it', async () => {
    metrics.observer.start([]);
    metrics.observer.waiting('the ledger does not answer', 5000);
    time = NOW + 20_000;
    expect((await get('/ready')).status).toBe(503);
    time = NOW + 36_000;
    expect((await get('/ready')).status).toBe(200);
  });

  test('nothing else is served, and nothing can be sent', async () => {
    expect((await get('/')).status).toBe(404);
    expect((await get('/metrics', 'POST')).status).toBe(405);
    expect(await get('/health', 'HEAD')).toEqual({ status: 200, text: '' });
  });

  test('an address that is none is refused, and the process goes on', async () => {
    const { hostname, port } = new URL(server.url);
    const statusOf = async (path: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const ask = request({ hostname, port, path }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        ask.on('error', reject).end();
      });
    expect(await statusOf('//')).toBe(404);
    expect(await statusOf('//health')).toBe(404);
    expect(await statusOf(':port')).toBe(400);
    expect((await get('/health')).status).toBe(200);
  });

  test('a port that is taken is a fault of the configuration', async () => {
    const port = Number(new URL(server.url).port);
    await expect(serveMetrics(metrics, { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'CONFIG' });
  });
});
