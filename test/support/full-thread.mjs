// A thread that fills its heap: what becomes of its object and of the next one, and of this process. Runs the build.
import { workerPoolExecutor } from '../../dist/ingest/executor/worker-pool.js';

const executor = workerPoolExecutor({ threads: 1, url: new URL('dying-worker.mjs', import.meta.url) });
const options = { indexPrefix: 'x-', period: 'month', now: Date.UTC(2026, 10, 21), filters: {} };
const line = `${JSON.stringify({ eventTime: '2026-11-20T10:00:00Z', eventSource: 's3.amazonaws.com', eventName: 'GetObject', eventVersion: '1.11', eventID: 'a' })}\n`;

async function outcome(etag) {
  const object = {
    etag,
    size: etag === 'good' ? line.length : 2 * line.length,
    async *chunks() {
      yield Buffer.from(line);
      // The rest never comes.
      if (etag !== 'good') await new Promise(() => undefined);
    },
  };
  let read = 0;
  try {
    for await (const batch of executor.run(object, options, new AbortController().signal)) read += batch.read;
    return { read };
  } catch ({ code, message, permanent }) {
    return { read, code, message, permanent };
  }
}

const full = await outcome('dies-full');
const next = await outcome('good');
await executor.close();
const handles = process.getActiveResourcesInfo();
process.stdout.write(JSON.stringify({ full, next, handles }));
