// Reads one object of `megabytes` MB of NDJSON in many members of gzip, made while it is read, and prints what came of it. Runs the build.
import { gzipSync } from 'node:zlib';
import { inProcessExecutor } from '../../dist/ingest/executor/in-process.js';

const megabytes = Number(process.argv[2]);
const executor = inProcessExecutor();
const event = {
  eventVersion: '1.11',
  eventTime: '2026-11-20T10:00:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'GetObject',
  eventID: 'ID',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '192.0.2.1',
  recipientAccountId: '123456789012',
  requestParameters: { key: 'k'.repeat(2000) },
};
const [before, after] = JSON.stringify(event).split('"ID"');
let made = 0;

async function* chunks() {
  for (let bytes = 0; bytes < megabytes * 1e6;) {
    const lines = Array.from({ length: 100 }, () => `${before}"id-${(made += 1)}"${after}\n`).join('');
    bytes += lines.length;
    yield gzipSync(lines, { level: 1 });
  }
}

const object = { etag: '', size: 1e12, chunks, range: async () => Buffer.alloc(0), close: async () => undefined };
const options = { indexPrefix: 'x-', period: 'month', now: Date.UTC(2026, 10, 21), filters: {} };
let documents = 0;
let peak = 0;
for await (const batch of executor.run(object, options, new AbortController().signal)) {
  documents += batch.positions.length;
  peak = Math.max(peak, process.memoryUsage().rss);
}
await executor.close();
process.stdout.write(JSON.stringify({ made, documents, peakMegabytes: Math.round(peak / 1e6) }));
