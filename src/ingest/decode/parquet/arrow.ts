/** A constructor of typed arrays. */
interface Values<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (memory: ArrayBuffer, byteOffset: number, length: number): T;
}

/**
 * A column in the decoder's memory, by Arrow's C data interface as a 32-bit program lays it out
 * (https://arrow.apache.org/docs/format/CDataInterface.html). Valid until the decoder is called again or gives it up.
 */
export class Column {
  readonly name: string;
  /** Its type: `u`, `l`, `+s` and so on. */
  readonly format: string;
  readonly length: number;
  /** Rows before the first one. Bitmaps and the members of a struct begin with those, all that is given here does not. */
  readonly offset: number;
  readonly children: readonly Column[];
  readonly #memory: ArrayBuffer;
  readonly #buffers: readonly number[];

  /** `schema` and `array` are the addresses of an `ArrowSchema` and an `ArrowArray`. */
  constructor(memory: ArrayBuffer, schema: number, array: number) {
    const view = new DataView(memory);
    const pointer = (at: number): number => view.getUint32(at, true);
    const number = (at: number): number => Number(view.getBigInt64(at, true));
    const pointers = (at: number, count: number): number[] =>
      Array.from({ length: count }, (_, i) => pointer(pointer(at) + 4 * i));
    this.#memory = memory;
    this.format = textAt(memory, pointer(schema));
    this.name = textAt(memory, pointer(schema + 4));
    this.length = number(array);
    this.offset = number(array + 16);
    this.#buffers = pointers(array + 40, number(array + 24));
    const arrays = pointers(array + 44, number(array + 32));
    this.children = pointers(schema + 32, number(schema + 24)).map((child, i) => new Column(memory, child, arrays[i]!));
  }

  /** A bit for each row that is not null, the first one's at `offset`. Undefined: no row is null. */
  validity(): Uint8Array | undefined {
    return this.#buffers[0] === 0 ? undefined : this.#bits(0);
  }

  /** A bit for each row, the first one's at `offset`. */
  bits(): Uint8Array {
    return this.#bits(1);
  }

  /** The rows' values, `perRow` elements each. */
  values<T>(type: Values<T>, perRow = 1): T {
    const at = this.#buffers[1]! + this.offset * perRow * type.BYTES_PER_ELEMENT;
    return new type(this.#memory, at, this.length * perRow);
  }

  /** Where each row's text or items begin, and where those of the last row end. */
  offsets(): Int32Array {
    return new Int32Array(this.#memory, this.#buffers[1]! + this.offset * 4, this.length + 1);
  }

  /** The bytes of all texts. */
  text(): Buffer {
    return Buffer.from(this.#memory, this.#buffers[2], this.offsets()[this.length]);
  }

  #bits(buffer: number): Uint8Array {
    return new Uint8Array(this.#memory, this.#buffers[buffer], (this.offset + this.length + 7) >> 3);
  }
}

/** Text that a zero byte ends. */
function textAt(memory: ArrayBuffer, at: number): string {
  const bytes = Buffer.from(memory, at);
  return bytes.toString('utf8', 0, bytes.indexOf(0));
}
