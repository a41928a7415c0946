import { ObjectError } from '../../errors.ts';

export type Container = 'gzip' | 'zstd' | 'parquet' | 'json' | 'empty';

/** Bytes that `sniff` wants to see, where the object has as many. */
export const SNIFFED_BYTES = 16;

/** Formats that are often met beside CloudTrail's and cannot be read: saying their name helps more than "not JSON". */
const UNREADABLE: readonly (readonly [magic: string, name: string])[] = [
  ['PARE', 'Parquet with an encrypted footer'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['BZh', 'bzip2-compressed'],
  ['\xfd7zXZ\0', 'xz-compressed'],
  ['\x04\x22\x4d\x18', 'lz4-compressed'],
  ['\xff\x06\0\0sNaPpY', 'snappy-compressed'],
  ['Obj\x01', 'Avro'],
  ['ORC', 'ORC'],
  ['\xff\xfe', 'UTF-16 text; JSON is expected in UTF-8'],
  ['\xfe\xff', 'UTF-16 text; JSON is expected in UTF-8'],
  ['\0\0\xfe\xff', 'UTF-32 text; JSON is expected in UTF-8'],
];

/** What the first bytes of an object say it is. Throws `ObjectError` for what is known and cannot be read. */
export function sniff(head: Uint8Array): Container {
  if (head.length === 0) return 'empty';
  const magic = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  if (magic.startsWith('\x1f\x8b')) return 'gzip';
  // A zstd frame, or one of the skippable frames that may come before it.
  const skippable = (head[0]! & 0xf0) === 0x50 && magic.startsWith('*M\x18', 1);
  if (skippable || magic.startsWith('(\xb5/\xfd')) return 'zstd';
  if (magic.startsWith('PAR1')) return 'parquet';
  const known = UNREADABLE.find(([bytes]) => magic.startsWith(bytes));
  if (known !== undefined) throw unknown(known[1]);
  // Without a byte order mark, every other byte of an English text is zero.
  if (magic.slice(0, 2).includes('\0')) throw unknown('UTF-16 or binary; JSON is expected in UTF-8');
  return 'json';
}

function unknown(what: string): ObjectError {
  return new ObjectError('OBJECT_UNKNOWN', `The object is neither JSON nor Parquet: it is ${what}.`, {
    permanent: true,
  });
}
