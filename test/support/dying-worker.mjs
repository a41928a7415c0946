// The built worker, except that one object is its death.
import { parentPort } from 'node:worker_threads';
// First: messages go to whoever listens when they arrive.
import '../../dist/ingest/executor/worker.js';

parentPort.on('message', (message) => {
  if (message.type === 'run' && message.etag === 'deadly') throw new Error('no memory left');
});
