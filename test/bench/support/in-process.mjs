// The ingester's chain from a folder to a sink that counts, all in this process. Arguments: folder, threads.
import { performance } from 'node:perf_hooks';
import { createMemoryDeadLetters } from '../../../dist/ingest/dead-letter/memory.js';
import { workerPoolExecutor } from '../../../dist/ingest/executor/worker-pool.js';
import { ingest } from '../../../dist/ingest/ingest.js';
import { createMemoryLedger } from '../../../dist/ingest/ledger/memory.js';
import { fileReader } from '../../../dist/ingest/read/file.js';
import { folderSource } from '../../../dist/ingest/source/folder.js';
import { silentLogger } from '../../../dist/logger.js';

const [path, threads] = process.argv.slice(2);
const ledger = createMemoryLedger({ worker: 'bench' });
const executor = workerPoolExecutor({ threads: Number(threads) });
let documents = 0;
const sink = {
  async write(batch) {
    documents += batch.offsets.length - 1;
    return { statuses: new Uint8Array(batch.offsets.length - 1), rejections: [] };
  },
  async close() {},
};
const batchBytes = 5 * 1024 * 1024;
const options = {
  encode: { indexPrefix: 'logs-cloudtrail-ocsf-', period: 'month', now: Date.now(), filters: {}, batchBytes },
  maxInFlight: 64,
  windowBytes: 6 * batchBytes,
  force: false,
  waitForHeld: false,
  renewMs: 20_000,
  logger: silentLogger,
};
const never = new AbortController().signal;
const started = performance.now();
const source = folderSource({ name: 'bench', path, ledger, force: false, filters: {}, logger: silentLogger });
const ports = { source, reader: fileReader(), executor, sink, ledger, deadLetters: createMemoryDeadLetters() };
let read = 0;
for await (const report of ingest(ports, options, { drain: never, abort: never })) read += report.counts.read;
const seconds = (performance.now() - started) / 1000;
await executor.close();
process.stdout.write(JSON.stringify({ read, documents, seconds }));
