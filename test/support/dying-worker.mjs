// The built worker, except that some objects are its death, told by their etag.
import { setImmediate } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
// First: messages go to whoever listens when they arrive.
import '../../dist/ingest/executor/worker.js';

const DEATHS = {
  'dies-throwing': () => {
    throw new Error('a bug that nobody foresaw');
  },
  'dies-exiting': () => process.exit(7),
  'dies-rejecting': () => void Promise.reject(new Error('a promise that nobody awaits')),
  // Slowly, as a leak would: not inside one call of the engine.
  'dies-full': async () => {
    for (const kept = []; ; await setImmediate())
      for (let i = 0; i < 1000; i += 1) kept.push(Array.from({ length: 100 }, () => ({})));
  },
};

parentPort.on('message', (message) => {
  if (message.type === 'run') DEATHS[message.etag]?.();
});
