import { createGunzip } from 'node:zlib';
import { messageOf, ObjectError } from '../../errors.ts';

/** Measured: twice the speed of zlib's own 16 KiB. */
const OUTPUT_BYTES = 256 * 1024;
/** Bytes handed to zlib at a time. Deflate expands at most 1,032 times, so this bounds what is in memory. */
const INPUT_BYTES = 32 * 1024;

/**
 * Unpacks gzip of one or several members; zero padding behind the last is allowed. Throws `ObjectError` where the data is
 * damaged or ends early, after everything before that has been yielded.
 *
 * With an error zlib throws away what the same write had unpacked. `again`, the same input from its start, gives that back:
 * it is unpacked once more, byte by byte from the write that failed. Only damaged objects pay for it.
 */
export async function* gunzip(
  input: AsyncIterable<Uint8Array>,
  again?: () => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const inflater = new Inflater();
  let fed = 0;
  let given = 0;
  try {
    for await (const chunk of input) {
      for (let from = 0; from < chunk.length; from += INPUT_BYTES) {
        const piece = chunk.subarray(from, from + INPUT_BYTES);
        await inflater.feed(piece);
        for (const output of inflater.take()) {
          given += output.length;
          yield output;
        }
        if (inflater.fault !== undefined) {
          if (again !== undefined) yield* lost(again(), fed, given);
          throw damaged(inflater.fault);
        }
        fed += piece.length;
      }
    }
    await inflater.end();
    yield* inflater.take();
    if (inflater.fault !== undefined) throw damaged(inflater.fault);
  } finally {
    inflater.close();
  }
}

/** What is unpacked behind the first `given` bytes, up to the fault, which lies behind the first `fed` bytes of the input. */
async function* lost(input: AsyncIterable<Uint8Array>, fed: number, given: number): AsyncGenerator<Uint8Array> {
  const inflater = new Inflater();
  let read = 0;
  let seen = 0;
  try {
    for await (const chunk of input) {
      for (let from = 0; from < chunk.length;) {
        const length = read < fed ? Math.min(INPUT_BYTES, fed - read, chunk.length - from) : 1;
        await inflater.feed(chunk.subarray(from, from + length));
        if (inflater.fault !== undefined) return;
        for (const output of inflater.take()) {
          seen += output.length;
          if (seen > given) yield output.subarray(Math.max(0, output.length - (seen - given)));
        }
        from += length;
        read += length;
      }
    }
  } finally {
    inflater.close();
  }
}

/**
 * zlib's stream, driven by hand: as an async iterable it would throw away what it has unpacked when it meets damage, and reading
 * it while writing it takes two loops.
 */
class Inflater {
  readonly #stream = createGunzip({ chunkSize: OUTPUT_BYTES });
  #output: Buffer[] = [];
  #ended = false;
  #fed = 0;
  #wake = (): void => undefined;
  fault: Error | undefined;

  constructor() {
    this.#stream.on('data', (chunk: Buffer) => this.#output.push(chunk));
    this.#stream.on('error', (error) => {
      this.fault = error;
      this.#wake();
    });
    // Before the input ends, when padding begins: the write that met it is never called back.
    this.#stream.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** Resolves, never rejects, when zlib is done with the bytes or has met a fault. */
  async feed(bytes: Uint8Array): Promise<void> {
    const begin = this.#fed;
    this.#fed += bytes.length;
    if (!this.#ended && this.fault === undefined)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#stream.write(bytes, () => resolve());
      });
    // zlib leaves what it finds behind the first zero, be it in the same write.
    const rest = bytes.subarray(Math.max(0, this.#stream.bytesWritten - begin));
    if (this.#ended && rest.some((byte) => byte !== 0)) this.fault ??= new Error('junk behind its end');
  }

  /** No further input: resolves when all output is there. */
  async end(): Promise<void> {
    if (this.#ended || this.fault !== undefined) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#stream.end();
    });
  }

  /** What has been unpacked, once. */
  take(): Buffer[] {
    return this.#output.splice(0);
  }

  close(): void {
    this.#stream.destroy();
  }
}

function damaged(fault: Error): ObjectError {
  return new ObjectError('OBJECT_CORRUPT', `The gzip data is damaged: ${messageOf(fault)}.`, {
    permanent: true,
    cause: fault,
  });
}
