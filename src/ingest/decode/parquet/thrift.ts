/** Wire types of Thrift's compact protocol, in which Parquet writes its metadata. */
export const TRUE = 1;
export const FALSE = 2;
export const I32 = 5;
export const I64 = 6;
export const LIST = 9;
export const STRUCT = 12;

/** Metadata nests five levels; text that nests deeper is no metadata. */
const MAX_DEPTH = 16;

export interface Field {
  readonly type: number;
  /** Where the field's value stands. */
  readonly start: number;
  readonly end: number;
}

/** Reads Thrift structures out of a buffer. Throws a `RangeError` where they cannot be. */
export class ThriftReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** The fields of the struct that begins here, by id; values are looked at when asked for. */
  struct(depth = 0): Map<number, Field> {
    const fields = new Map<number, Field>();
    for (let id = 0; ;) {
      const header = this.#byte();
      if (header === 0) return fields;
      const type = header & 0x0f;
      id = header >> 4 === 0 ? this.int() : id + (header >> 4);
      const start = this.at;
      if (type !== TRUE && type !== FALSE) this.#skip(type, depth);
      fields.set(id, { type, start, end: this.at });
    }
  }

  /** Where the elements of the list that begins here stand. */
  list(depth = 0): Field[] {
    const { type, size } = this.#listHeader();
    return Array.from({ length: size }, () => {
      const start = this.at;
      this.#skip(type, depth);
      return { type, start, end: this.at };
    });
  }

  /** A zigzag varint. What does not fit a number exactly is no size or offset of anything. */
  int(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new RangeError('it ends too early');
    this.at += 1;
    return byte;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('it names a number that cannot be');
      if (byte < 0x80) return value;
      if (scale > 2 ** 63) throw new RangeError('it names a number that cannot be');
    }
  }

  #listHeader(): { type: number; size: number } {
    const header = this.#byte();
    const size = header >> 4 === 15 ? this.#varint() : header >> 4;
    // Every element takes a byte at least.
    if (size > this.bytes.length - this.at) throw new RangeError('it names more elements than it has bytes');
    return { type: header & 0x0f, size };
  }

  #skip(type: number, depth: number): void {
    if (depth > MAX_DEPTH) throw new RangeError('it nests too deep');
    switch (type) {
      case TRUE:
      case FALSE:
      case 3:
        return this.#advance(1);
      case 4:
      case I32:
      case I64:
        while (this.#byte() >= 0x80);
        return;
      case 7:
        return this.#advance(8);
      case 8:
        return this.#advance(this.#varint());
      case LIST:
      case 10: {
        const { type: element, size } = this.#listHeader();
        for (let i = 0; i < size; i += 1) this.#skip(element, depth + 1);
        return;
      }
      case STRUCT:
        this.struct(depth + 1);
        return;
      default:
        throw new RangeError(`it has a field of the unknown type ${type}`);
    }
  }

  #advance(length: number): void {
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError('it ends too early');
  }
}

/** Writes one Thrift struct; fields in ascending order of their ids. */
export class ThriftWriter {
  readonly #parts: Buffer[] = [];
  #id = 0;

  /** A field whose value is already written. */
  raw(id: number, type: number, value: Uint8Array): this {
    const delta = id - this.#id;
    this.#id = id;
    this.#parts.push(delta < 16 ? Buffer.of((delta << 4) | type) : Buffer.of(type, ...zigzag(id)), Buffer.from(value));
    return this;
  }

  int(id: number, type: typeof I32 | typeof I64, value: number): this {
    return this.raw(id, type, Buffer.from(zigzag(value)));
  }

  structs(id: number, elements: readonly Uint8Array[]): this {
    const size = elements.length;
    const header = size < 15 ? [(size << 4) | STRUCT] : [0xf0 | STRUCT, ...varint(size)];
    return this.raw(id, LIST, Buffer.concat([Buffer.from(header), ...elements]));
  }

  end(): Buffer {
    return Buffer.concat([...this.#parts, Buffer.of(0)]);
  }
}

function zigzag(value: number): number[] {
  return varint(value >= 0 ? value * 2 : -value * 2 - 1);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}
