import { AppError, messageOf, ObjectError } from '../../errors.ts';
import { decode } from '../decode/decode.ts';
import type { Batch, ObjectBytes, ObjectFormat } from '../ports.ts';
import { BatchBuilder, type BuilderOptions, type RecordProcessor } from './batch-builder.ts';

/**
 * Decodes one object and makes its records into batches: what every executor runs, wherever it runs. Errors of the reader and
 * of the signal come through as they are; a fault of ours that nobody foresaw is the object's, so that it costs no other.
 */
export async function* encodeObject(
  object: ObjectBytes,
  process: RecordProcessor,
  options: BuilderOptions,
  signal: AbortSignal,
): AsyncGenerator<Batch, ObjectFormat> {
  const builder = new BatchBuilder(process, options);
  const outside: unknown[] = [];
  const steps = decode(counted(object, builder, outside), builder, signal);
  let format: ObjectFormat;
  try {
    for (;;) {
      const step = await steps.next();
      yield* builder.take();
      if (step.done === true) {
        format = step.value;
        break;
      }
    }
  } catch (error) {
    // What came before the damage counts.
    yield* builder.finish();
    if (error instanceof AppError || signal.aborted || outside.includes(error)) throw error;
    const what = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
    throw new ObjectError('OBJECT_READ', `Decoding failed unexpectedly: ${what}`, { permanent: true, cause: error });
  } finally {
    await steps.return('unknown');
  }
  yield* builder.finish();
  return format;
}

/** Tells the builder of every byte read, so that each batch knows its share, and keeps the reader's errors. */
function counted(object: ObjectBytes, builder: BatchBuilder, errors: unknown[]): ObjectBytes {
  const count = <T extends Uint8Array>(bytes: T): T => {
    builder.consumed(bytes.length);
    return bytes;
  };
  const noted = (error: unknown): never => {
    errors.push(error);
    throw error;
  };
  return {
    etag: object.etag,
    size: object.size,
    async *chunks() {
      try {
        for await (const chunk of object.chunks()) yield count(chunk);
      } catch (error) {
        noted(error);
      }
    },
    range: async (start, end) => count(await object.range(start, end).catch(noted)),
    close: () => object.close(),
  };
}
