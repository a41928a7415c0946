import { ObjectError } from '../../errors.ts';
import type { ObjectBytes } from '../ports.ts';

const PARQUET_MAGIC = Buffer.from('PAR1');

/**
 * A pipe as an object. JSON and its compressed forms stream through; Parquet, which is read from its end, is taken into memory.
 */
export async function openStdin(stream: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<ObjectBytes> {
  const source = stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  const pull = async (): Promise<void> => {
    signal.throwIfAborted();
    const step = await source.next();
    if (step.done === true) ended = true;
    else {
      first.push(step.value);
      size += step.value.length;
    }
  };
  while (!ended && size < PARQUET_MAGIC.length) await pull();
  const parquet = Buffer.concat(first).subarray(0, PARQUET_MAGIC.length).equals(PARQUET_MAGIC);
  while (parquet && !ended) await pull();
  const whole = parquet ? Buffer.concat(first) : undefined;
  return {
    etag: 'stdin',
    size: whole?.length ?? 0,
    async *chunks() {
      yield* first;
      while (!ended) {
        first.length = 0;
        await pull();
        yield* first;
      }
    },
    range: async (start, end) => {
      if (whole === undefined)
        throw new ObjectError('OBJECT_READ', 'A pipe cannot be read from its middle.', { permanent: true });
      return whole.subarray(start, end);
    },
    close: async () => void (await source.return?.()),
  };
}
