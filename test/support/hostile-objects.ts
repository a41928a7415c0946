import { deflateRawSync, deflateSync, gzipSync, brotliCompressSync } from 'node:zlib';
import { Dictionary, Int32, makeData, makeVector, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { at, parquetOf, set, withFooter, type Fields } from './parquet.ts';
import { record } from './records.ts';
import { frameHeader, skippableFrame, zstdBomb, zstdFrame } from './zstd.ts';

/** An object that somebody could have put there, and what must come of it. */
export interface HostileObject {
  readonly name: string;
  readonly bytes: () => Buffer;
  /**
   * `2 documents, 1 invalid_json, OBJECT_CORRUPT`: documents, rejections by reason in alphabetical order, and the error that
   * ends it; without one, its format where there is no event in it. The events `first` and `last` are in it, where there are any.
   */
  readonly outcome: string;
}

const MIB = 1024 * 1024;
const event = (eventID: string, changes: Record<string, unknown> = {}): string =>
  JSON.stringify(record({ eventID, ...changes }));
const first = event('first');
const last = event('last');
/** Lines, between two good ones. */
const between = (...lines: readonly string[]): string => [first, ...lines, last, ''].join('\n');
/** An event with a member that `JSON.stringify` would not write. */
const withMember = (eventID: string, member: string): string => `${event(eventID).slice(0, -1)},${member}}`;
const many = (count: number, each: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => each(i)).join('');
const trail = (...records: readonly string[]): string => `{"Records":[${records.join(',')}]}`;
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();
const utf32 = (text: string): Buffer =>
  Buffer.concat([...text].map((char) => Buffer.of(char.codePointAt(0)!, 0, 0, 0)));
const replaceAt = (bytes: Buffer, index: number, ...values: number[]): Buffer => {
  const copy = Buffer.from(bytes);
  Buffer.from(values).copy(copy, index);
  return copy;
};
const middle = (bytes: Buffer, share = 0.5): Buffer => bytes.subarray(0, Math.floor(bytes.length * share));

type Row = readonly [name: string, content: () => Uint8Array | string, outcome: string];

const EMPTY: readonly Row[] = [
  ['nothing at all', () => '', 'empty'],
  ['white space', () => ' \r\n\t\n'.repeat(1000), 'empty'],
  ['a byte order mark alone', () => '\ufeff', 'empty'],
  ['gzip of nothing', () => gzipSync(''), 'empty'],
  ['zstd of nothing', () => zstdFrame(''), 'empty'],
  ['a skippable frame of zstd and nothing behind it', () => skippableFrame(100), 'empty'],
  ['gzip of gzip of nothing', () => gzipSync(gzipSync('')), 'empty'],
  ['an empty array', () => '[]', 'empty'],
  ['an empty trail', () => '{"Records":[]}', 'cloudtrail-json'],
  ['a thousand empty arrays', () => '[]\n'.repeat(1000), 'empty'],
  ['Parquet without rows', () => parquetOf([{ eventID: 'x' }]).subarray(0, 0), 'empty'],
];

const ENCODINGS: readonly Row[] = [
  ['UTF-16 with a mark, little endian', () => utf16(`\ufeff${between()}`), 'OBJECT_UNKNOWN'],
  ['UTF-16 with a mark, big endian', () => swapped(utf16(`\ufeff${between()}`)), 'OBJECT_UNKNOWN'],
  ['UTF-16 without a mark, little endian', () => utf16(between()), 'OBJECT_UNKNOWN'],
  ['UTF-16 without a mark, big endian', () => swapped(utf16(between())), 'OBJECT_UNKNOWN'],
  ['UTF-32', () => utf32(between()), 'OBJECT_UNKNOWN'],
  ['a byte order mark before a trail', () => `\ufeff${trail(first, last)}`, '2 documents'],
  ['a byte order mark before every line', () => `\ufeff${first}\n\ufeff${last}\n`, '2 documents'],
  ['ISO 8859-1', () => latin1(between(event('x', { userAgent: 'Zürich' }))), '3 documents'],
  [
    'bytes that are no UTF-8',
    () =>
      Buffer.concat([
        Buffer.from(`${first}\n${event('x').slice(0, -1)},"`),
        Buffer.of(0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf5),
        Buffer.from(`":1}\n${last}`),
      ]),
    '3 documents',
  ],
  [
    'a UTF-8 character cut at the end of the object',
    () => Buffer.concat([Buffer.from(`${first}\n${last}\n{"a":"`), Buffer.of(0xe6, 0x97)]),
    '2 documents, 1 invalid_json',
  ],
  [
    'lone surrogates in names and values',
    () => between(withMember('x', '"\\ud800":"\\udfff","requestParameters":{"\\udc00\\ud800":"\\ud83d"}')),
    '3 documents',
  ],
  ['NUL in names and values', () => between(withMember('x', '"\\u0000":"a\\u0000b"')), '3 documents'],
  [
    'raw control characters in a string',
    () => between(withMember('x', '"a":"b\u0001c"')),
    '2 documents, 1 invalid_json',
  ],
  [
    'line separators of Unicode in strings',
    () => between(event('x', { userAgent: 'a\u2028b\u2029c\u0085d' })),
    '3 documents',
  ],
  ['lines that end in CR LF', () => `${first}\r\n${last}\r\n`, '2 documents'],
  ['lines that end in CR', () => `${first}\r${last}\r`, '2 documents'],
  ['record separators of JSON text sequences', () => `\u001e${first}\n\u001e${last}\n`, 'OBJECT_UNKNOWN'],
];

const FOREIGN: readonly Row[] = [
  ['CSV', () => 'eventTime,eventName\n2026-11-20T10:00:00Z,CreateUser\n'.repeat(1000), 'OBJECT_UNKNOWN'],
  ['XML', () => '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>', 'OBJECT_UNKNOWN'],
  ['HTML', () => '<!DOCTYPE html><html><body>{"not":"json"}</body></html>', 'OBJECT_UNKNOWN'],
  ['YAML', () => 'eventName: CreateUser\neventTime: 2026-11-20\n', 'OBJECT_UNKNOWN'],
  ['lines of a syslog', () => 'Nov 20 10:00:00 host sshd[1]: Failed password\n'.repeat(5000), 'OBJECT_UNKNOWN'],
  [
    'access logs of S3',
    () => '79a5 bucket [20/Nov/2026:10:00:00 +0000] 192.0.2.1 - REST.GET.OBJECT\n'.repeat(100),
    'OBJECT_UNKNOWN',
  ],
  [
    'a ZIP archive',
    () => Buffer.concat([latin1('PK\x03\x04\x14\0\0\0\x08\0'), deflateRawSync(between())]),
    'OBJECT_UNKNOWN',
  ],
  ['bzip2', () => latin1('BZh91AY&SY\x12\x34'), 'OBJECT_UNKNOWN'],
  ['xz', () => latin1('\xfd7zXZ\0\0\x04'), 'OBJECT_UNKNOWN'],
  ['zlib without gzip', () => deflateSync(between()), 'OBJECT_UNKNOWN'],
  ['brotli', () => brotliCompressSync(between()), 'OBJECT_UNKNOWN'],
  ['Avro', () => latin1('Obj\x01\x04\x14avro.codec'), 'OBJECT_UNKNOWN'],
  ['ORC', () => latin1('ORC\x08\x03'), 'OBJECT_UNKNOWN'],
  ['a PNG', () => latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), 'OBJECT_UNKNOWN'],
  ['a PDF', () => '%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n', 'OBJECT_UNKNOWN'],
  ['a megabyte of random bytes', () => noise(MIB), 'OBJECT_UNKNOWN'],
  ['a megabyte of zeros', () => Buffer.alloc(MIB), 'OBJECT_UNKNOWN'],
  ['gzip of XML', () => gzipSync('<?xml version="1.0"?><Error/>'), 'OBJECT_UNKNOWN'],
  ['gzip of a ZIP archive', () => gzipSync('PK\x03\x04'), 'OBJECT_UNKNOWN'],
  [
    'a digest of CloudTrail',
    () => '{"awsAccountId":"123456789012","digestStartTime":"x","digestS3Bucket":"b"}',
    'digest',
  ],
];

const SYNTAX: readonly Row[] = [
  ['comments', () => between('// a comment', '/* another', '*/'), '2 documents, 3 invalid_json'],
  ['a comment in a record', () => between(`${event('x').slice(0, -1)} /* why */}`), '2 documents, 1 invalid_json'],
  ['a trailing comma in a record', () => between(`${event('x').slice(0, -1)},}`), '2 documents, 1 invalid_json'],
  ['a trailing comma in an array', () => `[${first},${last},]`, '2 documents'],
  ['commas between lines', () => `${first},\n${last},\n`, '2 documents'],
  ['single quotes', () => between("{'eventID':'x'}"), '2 documents, 1 invalid_json'],
  ['names without quotes', () => between('{eventID:"x"}'), '2 documents, 1 invalid_json'],
  [
    'NaN and Infinity',
    () => between(withMember('x', '"a":NaN'), withMember('y', '"a":-Infinity')),
    '2 documents, 2 invalid_json',
  ],
  [
    'numbers that JSON does not know',
    () => between(...['0x1F', '01', '+1', '.5', '1.', '1e', '--1', '1_000'].map((n) => withMember('x', `"a":${n}`))),
    '2 documents, 8 invalid_json',
  ],
  ['undefined', () => between(withMember('x', '"a":undefined')), '2 documents, 1 invalid_json'],
  ['an unclosed string', () => between(`${event('x').slice(0, -2)}`), '2 documents, 1 invalid_json'],
  ['an unclosed record', () => between(event('x').slice(0, -1)), '2 documents, 1 invalid_json'],
  ['a record closed twice', () => between(`${event('x')}}`), '3 documents, 1 invalid_json'],
  ['a broken escape', () => between(withMember('x', '"a":"\\x41\\u12"')), '2 documents, 1 invalid_json'],
  ['records without anything between', () => `${first}${event('x')}${last}`, '3 documents'],
  ['records in text of their own', () => between(JSON.stringify(event('x'))), '3 documents'],
  [
    'lines with a time stamp before the record',
    () => between(`2026-11-20T10:00:00Z INFO ${event('x')}`),
    '2 documents, 1 invalid_json',
  ],
  ['5,000 bad lines', () => between('{"a":{"b":1\n'.repeat(5000)), '2 documents, 5000 invalid_json'],
  ['5,000 lines of nonsense', () => between('nonsense\n'.repeat(5000)), '2 documents, 5000 invalid_json'],
  ['a megabyte of closing brackets', () => between('}'.repeat(MIB)), '2 documents, 1 invalid_json'],
  ['a megabyte of quotes', () => between('"'.repeat(MIB + 1)), '2 documents, 1 invalid_json'],
  [
    'a megabyte of backslashes in a string',
    () => between(withMember('x', `"a":"${'\\'.repeat(MIB)}`)),
    '2 documents, 1 invalid_json',
  ],
];

const STRUCTURE: readonly Row[] = [
  ['scalars on lines of their own', () => between('null', 'true', '42', '"text"'), '2 documents, 4 not_an_event'],
  ['an array of scalars', () => '[1,"x",null,true,[],{}]', '6 not_an_event'],
  ['an array with events among scalars', () => `[${first},1,null,"x",[],${last}]`, '2 documents, 4 not_an_event'],
  ['arrays of arrays', () => `[[${first}],[[${last}]]]`, '2 not_an_event'],
  ['Records that is an object', () => `{"Records":${event('x')}}`, '1 not_an_event'],
  ['Records that is text', () => '{"Records":"none"}', '1 not_an_event'],
  ['Records that is null', () => '{"Records":null}', '1 not_an_event'],
  ['Records that is a number', () => '{"Records":5}', '1 not_an_event'],
  ['Records in Records', () => trail(first, trail(event('x')), last), '2 documents, 1 not_an_event'],
  ['Records twice', () => `{"Records":[${first}],"Records":[${last}]}`, '2 documents'],
  [
    'Records behind a megabyte of something else',
    () => `{"filler":"${'x'.repeat(MIB)}","Records":[${first},${last}]}`,
    '2 documents',
  ],
  ['Records behind another member', () => `{"version":1,"Records":[${first},${last}],"more":{}}`, '2 documents'],
  [
    'scalars among the records of a trail',
    () => trail(first, '1', 'null', '"x"', '[]', '{}', last),
    '2 documents, 5 not_an_event',
  ],
  ['a trail, then lines, then an array', () => `${trail(first)}\n${event('x')}\n[${last}]`, '3 documents'],
  ['two trails one after the other', () => trail(first) + trail(last), '2 documents'],
  ['a trail with nonsense behind it', () => `${trail(first, last)} nonsense`, '2 documents, 1 invalid_json'],
  ['a trail cut before its end', () => trail(first, last, event('x')).slice(0, -20), '2 documents, OBJECT_CORRUPT'],
  ['a trail cut behind a record', () => `{"Records":[${first},${last}`, '2 documents, OBJECT_CORRUPT'],
  ['a trail cut behind its first bracket', () => '{"Records":[', 'OBJECT_CORRUPT'],
  ['a trail cut in its first key', () => '{"Reco', '1 invalid_json'],
  ['a trail whose bracket is never closed', () => `{"Records":[${first},${last}}`, '2 documents, OBJECT_CORRUPT'],
  ['an array cut in a string', () => `[${first},${last},{"eventID":"x`, '2 documents, OBJECT_CORRUPT'],
  ['a record that lacks its comma', () => trail(`${first}${event('x')}`, last), '3 documents'],
  [
    'a damaged record in a trail',
    () => trail(first, `${event('x').slice(0, 200)}${event('y')}`, last),
    '3 documents, 1 invalid_json',
  ],
  [
    'half a record, then the rest of another',
    () => between(event('x').slice(0, 40), event('y').slice(45)),
    '2 documents, 1 invalid_json',
  ],
];

const DEPTH = 10_000;
const SIZES: readonly Row[] = [
  [
    'nesting of 10,000 arrays',
    () => between(withMember('x', `"deep":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`)),
    '3 documents',
  ],
  [
    'nesting of 10,000 objects',
    () => between(withMember('x', `"deep":${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`)),
    '3 documents',
  ],
  [
    'nesting of 10,000 in the request',
    () => between(withMember('x', `"requestParameters":${'{"a":['.repeat(DEPTH)}1${']}'.repeat(DEPTH)}`)),
    '3 documents',
  ],
  [
    'nesting of 100,000 in the identity',
    () => between(withMember('x', `"userIdentity":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)),
    '3 documents',
  ],
  [
    'nesting of 10,000 in a record without a time',
    () => between(withMember('x', `"eventTime":0,"deep":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`)),
    '2 documents, 1 time_out_of_range',
  ],
  [
    'nesting of 10,000 in a trail that is parsed whole',
    () => `{"v":1,"Records":[${first},{"a":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}},${last}]}`,
    '2 documents, 1 not_an_event',
  ],
  ['a million brackets that are never closed', () => `${first}\n${'['.repeat(MIB)}`, '1 document, OBJECT_CORRUPT'],
  [
    'a hundred thousand objects that are never closed',
    () => between('{"a":'.repeat(100_000)),
    '2 documents, 1 invalid_json',
  ],
  ['a line of 100 MB', () => between(`{"a":"${'x'.repeat(100 * MIB)}"}`), '2 documents, 1 too_large'],
  ['a line of 100 MB that is no JSON', () => between('x'.repeat(100 * MIB)), '2 documents, 1 invalid_json'],
  [
    'a record of 30 MB in a trail',
    () => trail(first, event('x', { userAgent: 'x'.repeat(30 * MIB) }), last),
    '2 documents, 1 too_large',
  ],
  ['a record of 14 MB', () => between(event('x', { userAgent: 'x'.repeat(14 * MIB) })), '2 documents, 1 too_large'],
  ['text of 9 MB in a record', () => between(event('x', { errorMessage: 'x'.repeat(9 * MIB) })), '3 documents'],
  [
    'text of 9 MB that JSON writes six times as long',
    () => between(event('x', { errorMessage: '\u0001'.repeat(2 * MIB) })),
    '2 documents, 1 too_large',
  ],
  ['12 MB of empty objects', () => between(`{"a":[${'{},'.repeat(4 * MIB)}{}]}`), '2 documents, 1 too_large'],
  ['a name of 10 MB', () => between(withMember('x', `"${'n'.repeat(10 * MIB)}":1`)), '3 documents'],
  [
    'a hundred thousand members',
    () =>
      between(
        withMember(
          'x',
          many(100_000, (i) => `${i === 0 ? '' : ','}"k${i}":${i}`),
        ),
      ),
    '3 documents',
  ],
  [
    'a request of a hundred thousand members',
    () =>
      between(withMember('x', `"requestParameters":{${many(100_000, (i) => `${i === 0 ? '' : ','}"k${i}":${i}`)}}`)),
    '3 documents',
  ],
  [
    'an array of 200,000 numbers',
    () => between(withMember('x', `"requestParameters":{"a":[${'1,'.repeat(200_000)}1]}`)),
    '3 documents',
  ],
  ['an id of a megabyte', () => between(event('x'.repeat(MIB))), '3 documents'],
  ['10,000 scalars in an array', () => `[${'1,'.repeat(9999)}1]`, '10000 not_an_event'],
];

const VALUES: readonly Row[] = [
  [
    'the same name twice',
    () => between(withMember('x', '"eventID":"y","eventTime":"2026-11-19T10:00:00Z"')),
    '3 documents',
  ],
  [
    'names of the prototype',
    () =>
      between(
        withMember(
          'x',
          '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"requestParameters":{"__proto__":{"polluted":1}},"userIdentity":{"__proto__":{"type":"Root"}}',
        ),
      ),
    '3 documents',
  ],
  [
    'an array as prototype',
    () => between(withMember('x', '"__proto__":[1,2,3],"hasOwnProperty":1,"toString":null')),
    '3 documents',
  ],
  [
    'huge and tiny numbers',
    () => between(withMember('x', '"a":1e400,"b":-1e400,"c":123456789012345678901234567890,"d":1e-400,"e":-0')),
    '3 documents',
  ],
  [
    'numbers that no long holds',
    () => between(withMember('x', `"requestParameters":{"n":${'9'.repeat(1000)}}`)),
    '3 documents',
  ],
  [
    'times that are none',
    () =>
      between(
        ...['null', '""', '{}', '[]', 'true', '"yesterday"', '"..."', '"2026-13-45T99:99:99Z"'].map((time) =>
          withMember('x', `"eventTime":${time}`),
        ),
      ),
    '2 documents, 8 no_time',
  ],
  [
    'times far away',
    () =>
      between(
        ...[
          '0',
          '"1969-07-20T20:17:00Z"',
          '"2012-12-31T23:59:59Z"',
          '"2999-01-01T00:00:00Z"',
          '"+275760-09-13T00:00:00Z"',
          '1e18',
        ].map((time) => withMember('x', `"eventTime":${time}`)),
      ),
    '2 documents, 1 no_time, 5 time_out_of_range',
  ],
  ['events without a time', () => between(event('x', { eventTime: undefined })), '2 documents, 1 no_time'],
  [
    'ids that are none',
    () => between(...['null', '""', '{"a":1}', '[1]', '5', 'true'].map((id) => withMember('x', `"eventID":${id}`))),
    '8 documents',
  ],
  [
    'addresses that are none',
    () =>
      between(
        ...['253.252.51.07', '::gggg', '<script>', '192.0.2.1, 198.51.100.1', 'AWS Internal', ''].map((ip) =>
          event(`ip ${ip}`, { sourceIPAddress: ip }),
        ),
      ),
    '8 documents',
  ],
  [
    'scalars for objects',
    () =>
      between(
        event('x', {
          userIdentity: 'root',
          requestParameters: 5,
          responseElements: 'x',
          resources: 'arn',
          tlsDetails: true,
        }),
      ),
    '3 documents',
  ],
  [
    'objects for scalars',
    () =>
      between(
        event('x', {
          awsRegion: {},
          userAgent: [[]],
          errorCode: { x: null },
          readOnly: 'maybe',
          recipientAccountId: 5,
        }),
      ),
    '3 documents',
  ],
  [
    'an object for the name of an operation',
    () => between(event('x', { eventName: { a: 1 } })),
    '2 documents, 1 not_an_event',
  ],
  [
    'markup and commands in values',
    () =>
      between(
        event('x', {
          userAgent: '<img src=x onerror=alert(1)>',
          errorMessage: '${jndi:ldap://x}',
          requestParameters: { bucketName: '"; DROP TABLE' },
        }),
      ),
    '3 documents',
  ],
  [
    'paths in ids',
    () => between(event('../../_cluster/settings'), event('a/b?c=d#e'), event('%2e%2e%2f')),
    '5 documents',
  ],
  [
    'an id that would end the line of a bulk request',
    () => between(event('x"}}\n{"delete":{"_index":"*","_id":"y"}}')),
    '3 documents',
  ],
  [
    'OCSF of wrong kinds throughout',
    () =>
      between(
        '{"class_uid":"6003","time":"2026-11-20T10:00:00Z","metadata":"x","actor":[1],"cloud":5,"api":null,"unmapped":[1,[2]],"observables":{"a":1}}',
        '{"class_uid":{},"time":1795168800000}',
        '{"class_uid":1e308,"time":1795168800000,"metadata":[]}',
      ),
    '5 documents',
  ],
  [
    'OCSF whose unmapped is deep, long and odd',
    () =>
      between(
        `{"class_uid":6003,"time":1795168800000,"metadata":{"product":{"name":"CloudTrail"}},"unmapped":{"a":${'{"b":'.repeat(5000)}1${'}'.repeat(5000)},"":"x","c":"${'x'.repeat(100_000)}"}}`,
      ),
    '3 documents',
  ],
  [
    'OCSF without class, or without anything',
    () => between('{"metadata":{},"time":1795168800000}', '{"class_uid":6003}', '{"class_uid":null,"time":5}'),
    '3 documents, 1 no_time, 1 not_an_event',
  ],
  [
    'EventBridge around nothing',
    () =>
      between(
        '{"detail-type":"AWS API Call via CloudTrail","detail":null}',
        '{"detail-type":"AWS API Call via CloudTrail","detail":[1]}',
      ),
    '2 documents, 2 not_an_event',
  ],
];

const packed = gzipSync(many(2000, (i) => `${event(`id-${i}`)}\n`));
const ARCHIVES: readonly Row[] = [
  ['gzip that expands a thousand times, to white space', () => gzipSync(' '.repeat(100 * MIB)), 'empty'],
  [
    'gzip that expands a thousand times, to one event again and again',
    () => gzipSync(`${first}\n`.repeat(100_000)),
    '100000 documents',
  ],
  [
    'gzip that expands a thousand times, to one line',
    () => gzipSync(between('x'.repeat(100 * MIB))),
    '2 documents, 1 invalid_json',
  ],
  [
    'gzip in gzip that expands a million times',
    () => gzipSync(gzipSync(Buffer.alloc(200 * MIB, 0x20))),
    'OBJECT_CORRUPT',
  ],
  ['zstd that expands thirty thousand times', () => zstdBomb(0x20, 40_000), 'OBJECT_CORRUPT'],
  ['gzip of gzip of gzip', () => gzipSync(gzipSync(gzipSync(between()))), '2 documents'],
  ['gzip of gzip of gzip of gzip', () => gzipSync(gzipSync(gzipSync(gzipSync(between())))), 'OBJECT_CORRUPT'],
  ['gzip of zstd of gzip', () => gzipSync(zstdFrame(gzipSync(between()))), '2 documents'],
  [
    'a thousand members of gzip, one event each',
    () => Buffer.concat(Array.from({ length: 1000 }, (_, i) => gzipSync(`${event(`id-${i}`)}\n`))),
    '1000 documents',
  ],
  ['the first two bytes of gzip', () => packed.subarray(0, 2), 'OBJECT_CORRUPT'],
  ['the header of gzip', () => packed.subarray(0, 10), 'OBJECT_CORRUPT'],
  ['gzip with zeros behind it', () => Buffer.concat([gzipSync(between()), Buffer.alloc(1000)]), '2 documents'],
  [
    'gzip with junk behind it',
    () => Buffer.concat([gzipSync(between()), latin1('junk')]),
    '2 documents, OBJECT_CORRUPT',
  ],
  ['gzip without its checksum', () => gzipSync(between()).subarray(0, -8), '2 documents, OBJECT_CORRUPT'],
  [
    'gzip with a wrong checksum',
    () => replaceAt(gzipSync(between()), gzipSync(between()).length - 8, 1, 2, 3, 4),
    '2 documents, OBJECT_CORRUPT',
  ],
  [
    'gzip with a wrong size',
    () => replaceAt(gzipSync(between()), gzipSync(between()).length - 4, 1, 2, 3, 4),
    '2 documents, OBJECT_CORRUPT',
  ],
  ['gzip with a method nobody knows', () => replaceAt(packed, 2, 99), 'OBJECT_CORRUPT'],
  [
    'a good member of gzip and a damaged one',
    () => Buffer.concat([gzipSync(between()), middle(packed, 0.01)]),
    '2 documents, OBJECT_CORRUPT',
  ],
  ['half a frame of zstd', () => middle(zstdFrame(between())), 'OBJECT_CORRUPT'],
  ['zstd with a window of two gigabytes', () => Buffer.concat([frameHeader(31), Buffer.of(1, 0, 0)]), 'OBJECT_CORRUPT'],
  [
    'zstd with a block type that is reserved',
    () => Buffer.concat([frameHeader(), Buffer.of(0xff, 0xff, 0xff)]),
    'OBJECT_CORRUPT',
  ],
  [
    'zstd with junk behind it',
    () => Buffer.concat([zstdFrame(between()), latin1('junk')]),
    '2 documents, OBJECT_CORRUPT',
  ],
];

const rows = Array.from({ length: 30 }, (_, i) =>
  record({
    eventID: i === 0 ? 'first' : i === 29 ? 'last' : `row-${i}`,
    userIdentity: undefined,
    requestParameters: undefined,
    responseElements: undefined,
  }),
);
const table = (): Buffer => parquetOf(rows, { codec: 'UNCOMPRESSED', rowGroupRows: 10 });
const group = (footer: Fields, i: number): Fields => at(footer, 4, i) as Fields;
const column = (footer: Fields, i: number, j: number): Fields => at(footer, 4, i, 1, j, 3) as Fields;
const edited = (edit: (footer: Fields) => void): Buffer => withFooter(table(), edit);
const claimed = (length: number): Buffer => {
  const file = table();
  file.writeUInt32LE(length, file.length - 8);
  return file;
};
const PARQUET: readonly Row[] = [
  ['Parquet of events', table, '30 documents'],
  ['Parquet in gzip', () => gzipSync(table()), '30 documents'],
  ['Parquet of something else', () => parquetOf([{ a: 1 }, { a: 2 }]), '2 not_an_event'],
  ['only the magic of Parquet', () => 'PAR1', 'OBJECT_CORRUPT'],
  ['the magic of Parquet twice', () => 'PAR1PAR1', 'OBJECT_CORRUPT'],
  ['the magic of Parquet and JSON', () => `PAR1${between()}`, 'OBJECT_CORRUPT'],
  ['half a Parquet file', () => middle(table()), 'OBJECT_CORRUPT'],
  ['Parquet whose footer claims to be longer than the file', () => claimed(2 ** 31), 'OBJECT_CORRUPT'],
  ['Parquet whose footer claims to be empty', () => claimed(0), 'OBJECT_CORRUPT'],
  [
    'Parquet with a corrupt footer',
    () => Buffer.concat([table().subarray(0, -200), noise(192), table().subarray(-8)]),
    'OBJECT_CORRUPT',
  ],
  [
    'Parquet that claims a trillion rows',
    () => edited((f) => set(group(f, 1), 3, 2 ** 40)),
    '10 documents, OBJECT_CORRUPT',
  ],
  [
    'Parquet that claims fewer than no rows',
    () => edited((f) => set(group(f, 1), 3, -1)),
    '10 documents, OBJECT_CORRUPT',
  ],
  [
    'Parquet with a column larger than the file',
    () => edited((f) => set(column(f, 2, 1), 7, 2 ** 40)),
    '20 documents, OBJECT_CORRUPT',
  ],
  [
    'Parquet with a column that is elsewhere',
    () => edited((f) => [9, 11].forEach((id) => column(f, 1, 0).has(id) && set(column(f, 1, 0), id, 2 ** 50))),
    '10 documents, OBJECT_CORRUPT',
  ],
  [
    'Parquet with a thousand row groups that are one',
    () => edited((f) => set(f, 4, Array<Fields>(1000).fill(group(f, 0)))),
    '50 documents, OBJECT_CORRUPT',
  ],
  ['Parquet without a schema', () => edited((f) => f.delete(2)), 'OBJECT_CORRUPT'],
  [
    'Parquet with an encrypted footer',
    () => Buffer.concat([latin1('PARE'), table().subarray(4, -4), latin1('PARE')]),
    'OBJECT_UNKNOWN',
  ],
  [
    'Parquet of a megabyte that stands for two gigabytes',
    () => dictionaryBomb(2000, 'x'.repeat(MIB)),
    'OBJECT_CORRUPT',
  ],
  ['Parquet cut inside gzip', () => middle(gzipSync(table())), 'OBJECT_CORRUPT'],
  [
    'Parquet with columns of events in wrong types',
    () => parquetOf([{ class_uid: 'x', time: 'yesterday', metadata: 5 }]),
    '1 no_time',
  ],
];

/** One text in the dictionary, and rows that all point to it. */
function dictionaryBomb(rows: number, text: string): Buffer {
  const type = new Dictionary(new Utf8(), new Int32());
  const dictionary = vectorFromArray([text], new Utf8());
  const data = makeData({ type, data: new Int32Array(rows), dictionary, length: rows });
  return parquetOf(new Table({ eventID: makeVector(data) }), { codec: 'UNCOMPRESSED' });
}

/** Bytes that look random and are the same each time. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0, state = 2463534242; i < length; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state & 0xff;
  }
  return bytes;
}

export const HOSTILE_OBJECTS: readonly HostileObject[] = [
  ...EMPTY,
  ...ENCODINGS,
  ...FOREIGN,
  ...SYNTAX,
  ...STRUCTURE,
  ...SIZES,
  ...VALUES,
  ...ARCHIVES,
  ...PARQUET,
].map(([name, content, outcome]) => ({ name, outcome, bytes: () => Buffer.from(content()) }));
