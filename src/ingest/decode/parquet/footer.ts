import { ObjectError } from '../../../errors.ts';
import { I32, I64, LIST, STRUCT, ThriftReader, ThriftWriter, type Field } from './thrift.ts';

/** `PAR1` at both ends, and the footer's length before the second. */
export const MAGIC = Buffer.from('PAR1');
export const TRAILER_BYTES = 8;
/** Bytes. The footer of a file with a thousand row groups of a hundred columns has about ten million. */
export const MAX_FOOTER_BYTES = 32 * 1024 * 1024;
/** Bytes in the file. Security Lake allows 256 MiB a row group. */
const MAX_ROW_GROUP_BYTES = 512 * 1024 * 1024;
const MAX_PAGE_BYTES = 256 * 1024 * 1024;
/** No event is written in less than a byte, so a row group that claims more rows than this has none of ours. */
const MAX_ROWS_PER_BYTE = 8;

export interface RowGroup {
  /** Where its pages stand in the file. */
  readonly start: number;
  readonly end: number;
  readonly rows: number;
  /** Bytes of all pages, uncompressed, as the footer says. */
  readonly uncompressed: number;
  readonly columns: readonly Column[];
}

interface Column {
  readonly start: number;
  readonly end: number;
  /** `ColumnMetaData`, and where it stands. */
  readonly meta: Map<number, Field>;
}

/**
 * A Parquet file's footer, read as far as is needed to take the file apart: each row group is decoded as a small file of
 * its own, so that an object is never in memory as a whole, and sizes that lie are found before memory is taken for them.
 */
export class Footer {
  readonly #bytes: Buffer;
  readonly #fields: Map<number, Field>;
  readonly #groups: readonly Field[];
  /** Where the pages end and the footer begins. */
  readonly #dataEnd: number;
  #claimed = 0;

  constructor(bytes: Buffer, dataEnd: number) {
    this.#bytes = bytes;
    this.#dataEnd = dataEnd;
    this.#fields = guarded('footer', () => new ThriftReader(bytes).struct());
    if (this.#fields.has(8)) throw corrupt('it is encrypted');
    if (this.#fields.get(2)?.type !== LIST) throw corrupt('its footer has no schema');
    this.#groups = guarded('footer', () => this.#list(this.#fields.get(4)));
  }

  get rowGroups(): number {
    return this.#groups.length;
  }

  /** What the footer says of a row group, undefined where it has no rows; throws `ObjectError` when it cannot be. */
  rowGroup(index: number): RowGroup | undefined {
    return guarded(`row group ${index + 1}`, () => {
      const fields = this.#struct(this.#groups[index]);
      const rows = this.#int(fields.get(3));
      // Its columns have no pages, so the offsets that a writer gives them point to nothing.
      if (rows === 0) return undefined;
      const columns = this.#list(fields.get(1)).map((field) => this.#column(this.#struct(field)));
      const start = Math.min(...columns.map((column) => column.start));
      const end = Math.max(...columns.map((column) => column.end));
      this.#claimed += end - start;
      if (columns.length === 0) throw new RangeError('it has no columns');
      // Groups that overlap would let a small file stand for a big one.
      if (this.#claimed > this.#dataEnd) throw new RangeError('row groups overlap');
      if (end - start > MAX_ROW_GROUP_BYTES) throw new RangeError(`it has more than ${MAX_ROW_GROUP_BYTES} bytes`);
      if (rows < 0 || rows > 1000 + MAX_ROWS_PER_BYTE * (end - start))
        throw new RangeError(`it claims ${rows} rows in ${end - start} bytes`);
      const uncompressed = columns.reduce((sum, { meta }) => sum + this.#int(meta.get(6)), 0);
      return { start, end, rows, uncompressed, columns };
    });
  }

  /** The parts of a Parquet file of this row group alone. `pages` are the file's bytes [start, end). */
  asFile(group: RowGroup, pages: Uint8Array): Uint8Array[] {
    const shift = MAGIC.length - group.start;
    const columns = group.columns.map(({ meta }) => {
      const writer = new ThriftWriter();
      // Up to the sizes; statistics and indexes would only be checked for nothing.
      for (const id of [1, 2, 3, 4, 5, 6, 7]) {
        const field = meta.get(id);
        if (field !== undefined) writer.raw(id, field.type, this.#raw(field));
      }
      writer.int(9, I64, this.#int(meta.get(9)) + shift);
      if (meta.has(11)) writer.int(11, I64, this.#int(meta.get(11)) + shift);
      return new ThriftWriter().int(2, I64, 0).raw(3, STRUCT, writer.end()).end();
    });
    const rowGroup = new ThriftWriter()
      .structs(1, columns)
      .int(2, I64, group.uncompressed)
      .int(3, I64, group.rows)
      .end();
    // Without the key-value metadata: an Arrow schema in there would change what the columns are read as.
    const footer = new ThriftWriter()
      .int(1, I32, 1)
      .raw(2, LIST, this.#raw(this.#fields.get(2)!))
      .int(3, I64, group.rows)
      .structs(4, [rowGroup])
      .end();
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    return [MAGIC, pages, footer, length, MAGIC];
  }

  #column(fields: Map<number, Field>): Column {
    if (fields.has(1)) throw new RangeError('a column is in another file');
    if (fields.has(8) || fields.has(9)) throw new RangeError('a column is encrypted');
    const meta = this.#struct(fields.get(3));
    const data = this.#int(meta.get(9));
    const dictionary = meta.has(11) ? this.#int(meta.get(11)) : 0;
    // Some writers say 0 where there is no dictionary.
    const start = dictionary > 0 && dictionary < data ? dictionary : data;
    const end = start + this.#int(meta.get(7));
    if (start < MAGIC.length || end < start || end > this.#dataEnd)
      throw new RangeError(`a column at bytes ${start} to ${end} is not inside the file`);
    return { start, end, meta };
  }

  #list(field: Field | undefined): Field[] {
    if (field === undefined) return [];
    if (field.type !== LIST) throw new RangeError('a field has the wrong type');
    return new ThriftReader(this.#bytes, field.start).list();
  }

  #struct(field: Field | undefined): Map<number, Field> {
    if (field?.type !== STRUCT) throw new RangeError('a field is missing or has the wrong type');
    return new ThriftReader(this.#bytes, field.start).struct();
  }

  #int(field: Field | undefined): number {
    if (field?.type !== I32 && field?.type !== I64) throw new RangeError('a number is missing or has the wrong type');
    return new ThriftReader(this.#bytes, field.start).int();
  }

  #raw(field: Field): Uint8Array {
    return this.#bytes.subarray(field.start, field.end);
  }
}

/** Looks at every page's header, because a decoder takes the memory that a page says it needs. */
export function checkPages(group: RowGroup, pages: Buffer): void {
  guarded('a page', () => {
    for (const column of group.columns) {
      const end = column.end - group.start;
      for (let at = column.start - group.start; at < end;) {
        const reader = new ThriftReader(pages, at);
        const header = reader.struct();
        const [uncompressed, compressed] = [2, 3].map((id) => {
          const field = header.get(id);
          if (field?.type !== I32) throw new RangeError('it does not say its size');
          return new ThriftReader(pages, field.start).int();
        }) as [number, number];
        if (compressed < 0 || reader.at + compressed > end) throw new RangeError('it is larger than its column');
        if (uncompressed < 0 || uncompressed > MAX_PAGE_BYTES)
          throw new RangeError(`it claims ${uncompressed} bytes uncompressed`);
        at = reader.at + compressed;
      }
    }
  });
}

/** The footer's length, from the last eight bytes of a file. */
export function footerLength(trailer: Buffer, fileBytes: number): number {
  if (!trailer.subarray(4).equals(MAGIC)) throw corrupt('it does not end with a footer, so it was cut or overwritten');
  const length = trailer.readUInt32LE(0);
  if (length > fileBytes - MAGIC.length - TRAILER_BYTES || length > MAX_FOOTER_BYTES)
    throw corrupt(`its footer claims ${length} bytes`);
  return length;
}

export function corrupt(why: string, cause?: unknown): ObjectError {
  return new ObjectError('OBJECT_CORRUPT', `The Parquet file is damaged: ${why}.`, { permanent: true, cause });
}

function guarded<T>(part: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError)
      throw corrupt(`its ${part} is wrong: ${error.message}`.replace('its a ', 'a '), error);
    throw error;
  }
}
