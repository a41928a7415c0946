import type { ObjectBytes } from '../../src/ingest/ports.ts';

/** An object in memory, read in chunks of the given size. */
export function objectOf(content: Uint8Array | string, chunkBytes = 64 * 1024): ObjectBytes {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    etag: `${bytes.length}`,
    size: bytes.length,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes);
    },
    range: async (start, end) => bytes.slice(start, end),
    close: async () => undefined,
  };
}
