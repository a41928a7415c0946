import { decode } from '../decode/decode.ts';
import type { Batch, ObjectBytes, ObjectFormat } from '../ports.ts';
import { BatchBuilder, type RecordProcessor } from './batch-builder.ts';

/** Decodes one object and makes its records into batches: what every executor runs, wherever it runs. */
export async function* encodeObject(
  object: ObjectBytes,
  process: RecordProcessor,
  batchBytes: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<Batch, ObjectFormat> {
  const builder = new BatchBuilder(process, batchBytes);
  const steps = decode(counted(object, builder), builder, signal);
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
    throw error;
  } finally {
    await steps.return('unknown');
  }
  yield* builder.finish();
  return format;
}

/** Tells the builder of every byte read, so that each batch knows its share. */
function counted(object: ObjectBytes, builder: BatchBuilder): ObjectBytes {
  const count = <T extends Uint8Array>(bytes: T): T => {
    builder.consumed(bytes.length);
    return bytes;
  };
  return {
    etag: object.etag,
    size: object.size,
    async *chunks() {
      for await (const chunk of object.chunks()) yield count(chunk);
    },
    range: async (start, end) => count(await object.range(start, end)),
    close: () => object.close(),
  };
}
