import type { Column } from './arrow.ts';

/** A row as an object as JSON would give it: nulls and empty structs left out. Undefined: null. */
type Reader = (row: number) => unknown;

/** Bytes and rows of texts that are made in one piece: a call into the runtime costs more than most texts. */
const PIECE_BYTES = 32 * 1024;
const PIECE_ROWS = 256;
const DAY = 86_400_000;

/** Compiles a batch's columns, once a batch, into a function that gives its rows. Throws for a type that Parquet does not have. */
export function rowReader(batch: Column): (row: number) => Record<string, unknown> {
  const read = structReader(batch);
  return (row) => (read(row) ?? {}) as Record<string, unknown>;
}

function compile(column: Column): Reader {
  if (column.format === 'n') return () => undefined;
  const read = valueReader(column);
  const validity = column.validity();
  if (validity === undefined) return read;
  const { offset } = column;
  return (row) => {
    const bit = row + offset;
    return (validity[bit >> 3]! >> (bit & 7)) & 1 ? read(row) : undefined;
  };
}

/** Types by their names in the C data interface, up to a colon. */
function valueReader(column: Column): Reader {
  const [kind, parameter = ''] = column.format.split(/:(.*)/s);
  switch (kind) {
    // Text without an annotation is read as binary.
    case 'u':
    case 'z':
      return textReader(column);
    case '+s':
      return structReader(column);
    case '+l':
      return listReader(column);
    case '+m':
      return mapReader(column);
    case 'b': {
      const bits = column.bits();
      const { offset } = column;
      return (row) => ((bits[(row + offset) >> 3]! >> ((row + offset) & 7)) & 1) === 1;
    }
    case 'c':
      return numberReader(column.values(Int8Array));
    case 'C':
      return numberReader(column.values(Uint8Array));
    case 's':
      return numberReader(column.values(Int16Array));
    case 'S':
      return numberReader(column.values(Uint16Array));
    case 'i':
    case 'ttm':
      return numberReader(column.values(Int32Array));
    case 'I':
      return numberReader(column.values(Uint32Array));
    case 'l':
    case 'ttu':
    case 'ttn':
      return int64Reader(column);
    case 'L':
      return numberReader(column.values(BigUint64Array));
    case 'e':
      return halfReader(column.values(Uint16Array));
    case 'f':
      return floatReader(column.values(Float32Array));
    case 'g':
      return floatReader(column.values(Float64Array));
    case 'tss':
      return instantReader(int64Reader(column), 1e-3);
    case 'tsm':
      return instantReader(int64Reader(column), 1);
    case 'tsu':
      return instantReader(int64Reader(column), 1e3);
    case 'tsn':
      return instantReader(int64Reader(column), 1e6);
    case 'tdD':
      return instantReader(numberReader(column.values(Int32Array)), 1 / DAY);
    case 'tiD': {
      // Days and milliseconds.
      const pairs = column.values(Int32Array, 2);
      return (row) => JSON.stringify(pairs.subarray(2 * row, 2 * row + 2));
    }
    case 'd':
      return decimalReader(column, parameter);
    case 'w':
      return hexReader(column, Number(parameter));
    default:
      throw new Error(`the column "${column.name}" is of the Arrow type "${column.format}"`);
  }
}

function textReader(column: Column): Reader {
  const bytes = column.text();
  const offsets = column.offsets();
  let piece = '';
  let from = 0;
  let to = 0;
  let start = 0;
  let plain = true;
  return (row) => {
    if (row < from || row >= to) {
      from = to = row;
      start = offsets[row]!;
      const limit = Math.min(row + PIECE_ROWS, column.length);
      do to += 1;
      while (to < limit && offsets[to + 1]! - start <= PIECE_BYTES);
      piece = bytes.toString('utf8', start, offsets[to]);
      // As many characters as bytes: each is one byte.
      plain = piece.length === offsets[to]! - start;
    }
    return plain
      ? piece.substring(offsets[row]! - start, offsets[row + 1]! - start)
      : bytes.toString('utf8', offsets[row], offsets[row + 1]);
  };
}

function numberReader(values: ArrayLike<number | bigint>): (row: number) => number {
  return (row) => Number(values[row]);
}

/** JSON has no NaN. */
function floatReader(values: ArrayLike<number>): Reader {
  return (row) => (Number.isFinite(values[row]) ? values[row] : undefined);
}

/** Floats of 16 bits: a sign, five of exponent, ten of fraction. */
function halfReader(values: Uint16Array): Reader {
  return (row) => {
    const bits = values[row]!;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = (bits & 0x3ff) / 1024;
    if (exponent === 0x1f) return undefined;
    const size = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
    return bits & 0x8000 ? -size : size;
  };
}

/** Without the BigInt that the array would make of each; exact up to 2^53. */
function int64Reader(column: Column): (row: number) => number {
  const words = column.values(Int32Array, 2);
  return (row) => words[2 * row + 1]! * 2 ** 32 + (words[2 * row]! >>> 0);
}

/** ISO 8601, or the number where no date has it. */
function instantReader(read: (row: number) => number, perMs: number): Reader {
  return (row) => {
    const ms = read(row) / perMs;
    return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : ms;
  };
}

function structReader(column: Column): Reader {
  const { offset } = column;
  const members = column.children.map((child) => ({ name: child.name, read: compile(child) }));
  return (row) => {
    let found: Record<string, unknown> | undefined;
    for (const { name, read } of members) {
      const value = read(row + offset);
      if (value !== undefined) setMember((found ??= {}), name, value);
    }
    return found;
  };
}

function listReader(column: Column): Reader {
  const item = compile(column.children[0]!);
  const offsets = column.offsets();
  return (row) => {
    const items: unknown[] = [];
    for (let i = offsets[row]!, end = offsets[row + 1]!; i < end; i += 1) items.push(item(i) ?? null);
    return items;
  };
}

function mapReader(column: Column): Reader {
  const entries = column.children[0]!;
  const key = compile(entries.children[0]!);
  const value = compile(entries.children[1]!);
  const offsets = column.offsets();
  return (row) => {
    const found: Record<string, unknown> = {};
    for (let i = offsets[row]! + entries.offset, end = offsets[row + 1]! + entries.offset; i < end; i += 1) {
      const member = value(i);
      if (member !== undefined) setMember(found, String(key(i)), member);
    }
    return found;
  };
}

/** `precision,scale`, and bits where they are not 128. */
function decimalReader(column: Column, parameter: string): Reader {
  const [, scale = 0, bitWidth = 128] = parameter.split(',').map(Number);
  const length = bitWidth / 32;
  const words = column.values(Uint32Array, length);
  return (row) => {
    let value = 0n;
    for (let i = length - 1; i >= 0; i -= 1) value = (value << 32n) | BigInt(words[row * length + i]!);
    return Number(BigInt.asIntN(bitWidth, value)) / 10 ** scale;
  };
}

function hexReader(column: Column, width: number): Reader {
  const { buffer, byteOffset, length } = column.values(Uint8Array, width);
  const bytes = Buffer.from(buffer, byteOffset, length);
  return (row) => bytes.toString('hex', row * width, (row + 1) * width);
}

/** `__proto__` is a name like any other. */
function setMember(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
  else target[name] = value;
}
