import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as ParquetWasm from 'parquet-wasm/esm';

/** Pages of 64 KiB that the decoder may take: 1 GiB. What claims to need more ends in an error instead of in swap. */
const MAX_PAGES = 16 * 1024;
const MEMORY_SECTION = 5;

let engine: Promise<typeof ParquetWasm> | undefined;

/** The Parquet decoder, loaded when the first file is met, with an upper bound on its memory. */
export function parquetEngine(): Promise<typeof ParquetWasm> {
  return (engine ??= load());
}

async function load(): Promise<typeof ParquetWasm> {
  const parquet = await import('parquet-wasm/esm');
  const path = createRequire(import.meta.url).resolve('parquet-wasm/esm/parquet_wasm_bg.wasm');
  parquet.initSync({ module: new WebAssembly.Module(withMaximum(readFileSync(path), MAX_PAGES)) });
  return parquet;
}

/** A WebAssembly binary whose memory has a maximum; the published one has none, so it could take 4 GiB. */
export function withMaximum(binary: Buffer, pages: number): Buffer {
  // Behind magic and version: sections of an id, a length and their content.
  for (let at = 8; at < binary.length;) {
    const [size, content] = unsigned(binary, at + 1);
    if (binary[at] === MEMORY_SECTION) {
      // One memory: flags (bit 0: has a maximum), minimum, maximum.
      const [minimum, end] = unsigned(binary, content + 2);
      if (binary[content] !== 1 || end > content + size) break;
      const section = [1, 1, ...leb(minimum), ...leb(Math.max(pages, minimum))];
      return Buffer.concat([
        binary.subarray(0, at),
        Buffer.from([MEMORY_SECTION, ...leb(section.length), ...section]),
        binary.subarray(content + size),
      ]);
    }
    at = content + size;
  }
  throw new Error('The Parquet decoder has no memory section.');
}

function unsigned(bytes: Buffer, from: number): [value: number, end: number] {
  let value = 0;
  for (let at = from, scale = 1; ; at += 1, scale *= 128) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, at + 1];
  }
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 0x80, ...leb(Math.floor(value / 128))];
}
