import { tableFromJSON, tableToIPC, type Table } from 'apache-arrow';
import { Compression, Table as WasmTable, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm';
import { I32, I64, LIST, STRUCT, ThriftReader, ThriftWriter } from '../../src/ingest/decode/parquet/thrift.ts';

export type Codec = 'UNCOMPRESSED' | 'SNAPPY' | 'GZIP' | 'ZSTD';

export interface ParquetOptions {
  readonly codec?: Codec;
  readonly rowGroupRows?: number;
  readonly dictionary?: boolean;
}

/** A Parquet file of plain rows, or of an Arrow table. */
export function parquetOf(rows: Record<string, unknown>[] | Table, options: ParquetOptions = {}): Buffer {
  const table = Array.isArray(rows) ? tableFromJSON(rows) : rows;
  const writer = new WriterPropertiesBuilder()
    .setCompression(Compression[options.codec ?? 'ZSTD'])
    .setMaxRowGroupSize(options.rowGroupRows ?? 100_000)
    .setDictionaryEnabled(options.dictionary ?? true)
    .build();
  return Buffer.from(writeParquet(WasmTable.fromIPCStream(tableToIPC(table, 'stream')), writer));
}

type Value = number | Uint8Array | readonly Value[] | Fields;
export type Fields = Map<number, { readonly type: number; value: Value }>;

/** The same file with another footer. Values are numbers, raw bytes, lists and maps of fields. */
export function withFooter(file: Buffer, edit: (footer: Fields) => void): Buffer {
  const length = file.readUInt32LE(file.length - 8);
  const start = file.length - 8 - length;
  const fields = parse(file.subarray(start, start + length), 0);
  edit(fields);
  const footer = write(fields);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(footer.length);
  return Buffer.concat([file.subarray(0, start), footer, size, Buffer.from('PAR1')]);
}

/** A member of a footer by its field ids and list positions. */
export function at(value: Value, ...path: number[]): Value {
  return path.reduce<Value>(
    (inner, step) => (inner instanceof Map ? inner.get(step)!.value : (inner as readonly Value[])[step]!),
    value,
  );
}

export function set(fields: Value, id: number, value: Value): void {
  (fields as Fields).get(id)!.value = value;
}

/** Avro's lists: `repeated … array` right below the LIST group, with the levels and pages of required elements. */
export function twoLevelLists(file: Buffer): Buffer {
  const text = (value: Value): string => Buffer.from(value as Uint8Array).toString();
  const NAME = 4;
  return withFooter(file, (footer) => {
    const schema = at(footer, 2) as readonly Value[];
    const isList = (value: Value | undefined): boolean => value !== undefined && text(at(value, NAME)) === 'list';
    for (const [i, element] of schema.entries())
      if (isList(schema[i - 1])) {
        set(element, NAME, Buffer.from('array'));
        set(element, 3, 2);
      }
    set(
      footer,
      2,
      schema.filter((element) => !isList(element)),
    );
    footer.delete(5);
    for (const group of at(footer, 4) as readonly Value[])
      for (const column of at(group, 1) as readonly Value[]) {
        const path = (at(column, 3, 3) as readonly Uint8Array[]).filter((name) => text(name) !== 'list');
        set(
          at(column, 3),
          3,
          path.map((name) => (text(name) === 'element' ? Buffer.from('array') : name)),
        );
      }
  });
}

function parse(bytes: Buffer, start: number): Fields {
  const value = (type: number, from: number, end: number): Value => {
    if (type === I32 || type === I64) return new ThriftReader(bytes, from).int();
    if (type === STRUCT) return parse(bytes, from);
    if (type === LIST) return new ThriftReader(bytes, from).list().map((f) => value(f.type, f.start, f.end));
    // A string: behind its length.
    if (type === 8) {
      let text = from;
      while (bytes[text]! >= 0x80) text += 1;
      return bytes.subarray(text + 1, end);
    }
    return bytes.subarray(from, end);
  };
  const fields: Fields = new Map();
  for (const [id, { type, start: from, end }] of new ThriftReader(bytes, start).struct())
    fields.set(id, { type, value: value(type, from, end) });
  return fields;
}

function write(fields: Fields): Buffer {
  const writer = new ThriftWriter();
  for (const [id, { type, value }] of [...fields].sort(([a], [b]) => a - b)) {
    if (typeof value === 'number') writer.int(id, type as typeof I32, value);
    else if (type === 8) writer.raw(id, type, Buffer.concat([length(value as Uint8Array), value as Uint8Array]));
    else if (value instanceof Map) writer.raw(id, type, write(value));
    else if (value instanceof Uint8Array) writer.raw(id, type, value);
    else writer.raw(id, type, list(value));
  }
  return writer.end();
}

function list(values: readonly Value[]): Buffer {
  const [first] = values;
  const type = first instanceof Map ? STRUCT : first instanceof Uint8Array ? 8 : I32;
  const elements = values.map((value) => {
    if (value instanceof Map) return write(value);
    if (value instanceof Uint8Array) return Buffer.concat([length(value), value]);
    // The value of an integer field behind its one byte of header, before the stop byte.
    return new ThriftWriter()
      .int(1, I32, value as number)
      .end()
      .subarray(1, -1);
  });
  return new ThriftWriter()
    .structs(1, elements)
    .end()
    .subarray(1, -1)
    .map((byte, i) => (i === 0 ? (byte & 0xf0) | type : byte)) as Buffer;
}

function length(bytes: Uint8Array): Buffer {
  const parts: number[] = [];
  for (let rest = bytes.length; ; rest >>= 7) {
    if (rest < 128) return Buffer.from([...parts, rest]);
    parts.push((rest & 0x7f) | 0x80);
  }
}
