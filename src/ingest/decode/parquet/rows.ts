import { type Data, type RecordBatch, type Struct, type TimeUnit, Type, Vector } from 'apache-arrow';

/** A row as an object as JSON would give it: nulls and empty structs left out. Undefined: null. */
type Reader = (row: number) => unknown;

/** Compiles a batch's columns, once a batch, into a function that gives its rows. */
export function rowReader(batch: RecordBatch): (row: number) => Record<string, unknown> {
  const read = structReader(batch.data);
  return (row) => (read(row) ?? {}) as Record<string, unknown>;
}

function compile(data: Data): Reader {
  if (data.type.typeId === Type.Null) return () => undefined;
  const read = valueReader(data);
  const { nullBitmap, offset } = data;
  if (data.nullCount === 0 || nullBitmap.length === 0) return read;
  return (row) => {
    const bit = row + offset;
    return (nullBitmap[bit >> 3]! >> (bit & 7)) & 1 ? read(row) : undefined;
  };
}

function valueReader(data: Data): Reader {
  switch (data.type.typeId) {
    // Text without an annotation is read as binary.
    case Type.Utf8:
    case Type.Binary: {
      const values = asBuffer(data.values as Uint8Array);
      const offsets = offsetsOf(data);
      return (row) => values.toString('utf8', offsets[row], offsets[row + 1]);
    }
    case Type.Struct:
      return structReader(data as Data<Struct>);
    case Type.List: {
      const item = compile(data.children[0]!);
      const offsets = offsetsOf(data);
      return (row) => {
        const items: unknown[] = [];
        for (let i = offsets[row]!, end = offsets[row + 1]!; i < end; i += 1) items.push(item(i) ?? null);
        return items;
      };
    }
    case Type.Map:
      return mapReader(data);
    case Type.Bool: {
      const { values, offset } = data as { values: Uint8Array; offset: number };
      return (row) => ((values[(row + offset) >> 3]! >> ((row + offset) & 7)) & 1) === 1;
    }
    case Type.Int: {
      const values = data.values as Int32Array | BigInt64Array;
      return values instanceof BigInt64Array ? int64Reader(values) : (row) => Number(values[row]);
    }
    case Type.Float: {
      if (data.values instanceof Uint16Array) return generic(data);
      const values = data.values as Float64Array;
      // JSON has no NaN.
      return (row) => (Number.isFinite(values[row]) ? values[row] : undefined);
    }
    case Type.Timestamp: {
      const read = int64Reader(data.values as BigInt64Array);
      const perMs = [1e-3, 1, 1e3, 1e6][(data.type as unknown as { unit: TimeUnit }).unit]!;
      return (row) => instant(read(row) / perMs);
    }
    case Type.Date: {
      const vector = new Vector([data]);
      return (row) => instant(Number(vector.get(row)));
    }
    case Type.Decimal:
      return decimalReader(data);
    default:
      return generic(data);
  }
}

/** Without the BigInt that the array would make of each; exact up to 2^53. */
function int64Reader(values: BigInt64Array): (row: number) => number {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  return (row) => words[2 * row + 1]! * 2 ** 32 + (words[2 * row]! >>> 0);
}

function offsetsOf(data: Data): Int32Array {
  return data.valueOffsets as Int32Array;
}

function structReader(data: Data<Struct>): Reader {
  const members = data.type.children.map((field, i) => ({ name: field.name, read: compile(data.children[i]!) }));
  return (row) => {
    let found: Record<string, unknown> | undefined;
    for (const { name, read } of members) {
      const value = read(row);
      if (value !== undefined) setMember((found ??= {}), name, value);
    }
    return found;
  };
}

function mapReader(data: Data): Reader {
  const entries = data.children[0]!;
  const key = compile(entries.children[0]!);
  const value = compile(entries.children[1]!);
  const offsets = offsetsOf(data);
  return (row) => {
    const found: Record<string, unknown> = {};
    for (let i = offsets[row]!, end = offsets[row + 1]!; i < end; i += 1) {
      const member = value(i);
      if (member !== undefined) setMember(found, String(key(i)), member);
    }
    return found;
  };
}

function decimalReader(data: Data): Reader {
  const words = data.values as Uint32Array;
  const { scale, bitWidth } = data.type as unknown as { scale: number; bitWidth: number };
  const length = bitWidth / 32;
  return (row) => {
    let value = 0n;
    for (let i = length - 1; i >= 0; i -= 1) value = (value << 32n) | BigInt(words[row * length + i]!);
    return Number(BigInt.asIntN(bitWidth, value)) / 10 ** scale;
  };
}

/** The types that events hardly have: times, intervals, dictionaries, half floats, fixed binary. */
function generic(data: Data): Reader {
  const vector = new Vector([data]);
  return (row) => plain(vector.get(row));
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return asBuffer(value).toString('hex');
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (value === null || value === undefined) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

/** ISO 8601, or the number where no date has it. */
function instant(ms: number): unknown {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : ms;
}

/** `__proto__` is a name like any other. */
function setMember(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
  else target[name] = value;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
