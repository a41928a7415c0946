const MAGIC = 0xfd2fb528;
const MAX_BLOCK = 128 * 1024;

/** A zstd frame whose blocks are stored as they are: valid, without a compressor. */
export function zstdFrame(content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content);
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += MAX_BLOCK) {
    const block = bytes.subarray(at, at + MAX_BLOCK);
    blocks.push(blockHeader(at + MAX_BLOCK >= bytes.length, 0, block.length), block);
  }
  return Buffer.concat([frameHeader(), ...blocks]);
}

/** A frame of `blocks` × 128 KiB of one byte, each from four bytes: the steepest expansion there is. */
export function zstdBomb(byte: number, blocks: number): Buffer {
  const parts = Array.from({ length: blocks }, (_, i) =>
    Buffer.concat([blockHeader(i === blocks - 1, 1, MAX_BLOCK), Buffer.of(byte)]),
  );
  return Buffer.concat([frameHeader(), ...parts]);
}

/** A frame that decoders pass over. */
export function skippableFrame(length: number): Buffer {
  const frame = Buffer.alloc(8 + length, 0x7b);
  frame.writeUInt32LE(0x184d2a53, 0);
  frame.writeUInt32LE(length, 4);
  return frame;
}

/** No content size, no checksum, and a window of 2^`windowLog` bytes. */
export function frameHeader(windowLog = 20): Buffer {
  const header = Buffer.alloc(6);
  header.writeUInt32LE(MAGIC, 0);
  header[5] = (windowLog - 10) << 3;
  return header;
}

function blockHeader(last: boolean, type: 0 | 1, size: number): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1) | (last ? 1 : 0), 0, 3);
  return header;
}
