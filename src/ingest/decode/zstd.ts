import { ZSTDDecoder } from 'zstddec/stream';
import { ObjectError } from '../../errors.ts';

/** Bytes handed to the decoder at a time. */
const INPUT_BYTES = 64 * 1024;
/** The decoder's memory never shrinks: after a stream that needed more than this, the next one gets a fresh decoder. */
const KEEP_BYTES = 32 * 1024 * 1024;
/** libzstd's error codes are the last ones of a `size_t`. */
const FIRST_ERROR = 2 ** 32 - 4096;
/** Offsets in ZSTD_inBuffer and ZSTD_outBuffer: pointer, size, position. */
const SIZE = 4;
const POSITION = 8;

interface Zstd {
  readonly memory: WebAssembly.Memory;
  malloc(size: number): number;
  free(pointer: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): void;
  ZSTD_decompressStream(context: number, output: number, input: number): number;
  ZSTD_DStreamOutSize(): number;
}

let compiled: Promise<WebAssembly.Module> | undefined;
/** Decoders that are not in use. */
const idle: Zstd[] = [];

/**
 * zstddec's own streaming takes its input synchronously, never looks at error codes (a damaged frame makes it loop for ever)
 * and leaks its context when it is left early. It is the best build of libzstd at hand, so its WebAssembly is driven from here.
 */
class ModuleCatcher extends ZSTDDecoder {
  static module: WebAssembly.Module;

  override _init(result: WebAssembly.WebAssemblyInstantiatedSource): void {
    // Called without `this`.
    ModuleCatcher.module = result.module;
    ZSTDDecoder.prototype._init(result);
  }
}

async function decoder(): Promise<Zstd> {
  const free = idle.pop();
  if (free !== undefined) return free;
  compiled ??= new ModuleCatcher().init().then(() => ModuleCatcher.module);
  const env = { emscripten_notify_memory_growth: (): void => undefined };
  return (await WebAssembly.instantiate(await compiled, { env })).exports as Zstd;
}

/**
 * Unpacks zstd of one or several frames, skippable ones included. Memory is the frame's window, which libzstd refuses above 128 MiB.
 * Throws `ObjectError` where the data is damaged or ends early, after everything before that has been yielded.
 */
export async function* unzstd(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const zstd = await decoder();
  const outSize = zstd.ZSTD_DStreamOutSize();
  const context = zstd.ZSTD_createDCtx();
  const inBytes = zstd.malloc(INPUT_BYTES);
  const outBytes = zstd.malloc(outSize);
  const inBuffer = zstd.malloc(12);
  const outBuffer = zstd.malloc(12);
  let offset = 0;
  /** What the decoder still expects; 0 at the end of a frame. */
  let expected = 0;
  try {
    for await (const chunk of input) {
      for (let from = 0; from < chunk.length; from += INPUT_BYTES) {
        const piece = chunk.subarray(from, from + INPUT_BYTES);
        new Uint8Array(zstd.memory.buffer).set(piece, inBytes);
        setBuffer(zstd, inBuffer, inBytes, piece.length);
        let full = false;
        let consumed = 0;
        while (consumed < piece.length || full) {
          setBuffer(zstd, outBuffer, outBytes, outSize);
          expected = zstd.ZSTD_decompressStream(context, outBuffer, inBuffer) >>> 0;
          // The memory may have grown, which makes a new buffer of it.
          const view = new DataView(zstd.memory.buffer);
          const produced = view.getUint32(outBuffer + POSITION, true);
          consumed = view.getUint32(inBuffer + POSITION, true);
          if (produced > 0) yield new Uint8Array(zstd.memory.buffer).slice(outBytes, outBytes + produced);
          if (expected >= FIRST_ERROR) throw damaged(`it cannot be read behind byte ${offset + consumed}`);
          // At the end of a frame nothing is held back, and asking again would begin another.
          full = produced === outSize && expected !== 0;
        }
        offset += piece.length;
      }
    }
    if (expected !== 0) throw damaged(`it ends in the middle of a frame, at byte ${offset}`);
  } finally {
    zstd.ZSTD_freeDCtx(context);
    for (const pointer of [inBytes, outBytes, inBuffer, outBuffer]) zstd.free(pointer);
    if (zstd.memory.buffer.byteLength <= KEEP_BYTES) idle.push(zstd);
  }
}

function setBuffer(zstd: Zstd, at: number, pointer: number, size: number): void {
  const view = new DataView(zstd.memory.buffer);
  view.setUint32(at, pointer, true);
  view.setUint32(at + SIZE, size, true);
  view.setUint32(at + POSITION, 0, true);
}

function damaged(how: string): ObjectError {
  return new ObjectError('OBJECT_CORRUPT', `The zstd data is damaged: ${how}.`, { permanent: true });
}
