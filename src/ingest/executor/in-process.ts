import { createLineReader } from '../fast/pass-through.ts';
import { createRecordProcessor } from '../record.ts';
import type { EncodeOptions, Executor } from '../ports.ts';
import type { RecordProcessor } from './batch-builder.ts';
import { encodeObject } from './encode-object.ts';
import { Spares } from './spares.ts';

/** Runs decode → map → encode on the calling thread: for tests, `map`, and machines with one core. */
export function inProcessExecutor(createProcessor?: (options: EncodeOptions) => RecordProcessor): Executor {
  const spares = new Spares();
  return {
    run: (object, options, signal) => {
      const { batchBytes } = options;
      return createProcessor === undefined
        ? encodeObject(
            object,
            createRecordProcessor(options),
            { batchBytes, spares, readLine: createLineReader(options) },
            signal,
          )
        : encodeObject(object, createProcessor(options), { batchBytes, spares }, signal);
    },
    close: async () => undefined,
  };
}
