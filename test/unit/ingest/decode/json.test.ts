import { describe, expect, test } from '@jest/globals';
import { record } from '../../../support/records.ts';
import { decode } from '../../../../src/ingest/decode/decode.ts';
import { decoded } from '../../../support/decoded.ts';
import { objectOf } from '../../../support/objects.ts';

const A = record({ eventID: 'a' });
const B = record({ eventID: 'b', requestParameters: { text: 'quote " brace } bracket ] \\ \u00e9 \u{1f600}' } });
const C = record({ eventID: 'c' });
const OCSF = { class_uid: 6003, time: 1, metadata: { uid: 'x', version: '1.1.0' } };
const compact = (value: unknown): string => JSON.stringify(value);
const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

describe('every shape of JSON gives its records in order', () => {
  const shapes: Record<string, string> = {
    'a wrapper': compact({ Records: [A, B, C] }),
    'a wrapper, pretty-printed': pretty({ Records: [A, B, C] }),
    'a wrapper with other keys before and after': compact({ Owner: { x: ['Records'] }, Records: [A, B, C], Next: '}' }),
    'a wrapper whose records are in two arrays': `{"Records":[${compact(A)}],"Records":[${compact(B)},${compact(C)}]}`,
    'wrappers, one a line': `${compact({ Records: [A] })}\n${compact({ x: 1, Records: [B, C] })}\n`,
    'an array': compact([A, B, C]),
    'an array, pretty-printed': pretty([A, B, C]),
    'an array of one record a line': `[\n${compact(A)},\n${compact(B)},\n${compact(C)}\n]\n`,
    'one record a line': [A, B, C].map(compact).join('\n'),
    'one record a line, with line ends of Windows and empty lines': `\r\n${[A, B, C].map(compact).join('\r\n\r\n')}\r\n`,
    'records one after another': [A, B, C].map(compact).join(''),
    'records one after another, some on one line': `${compact(A)} ${compact(B)}\n${compact(C)}`,
    'records one after another, pretty-printed': [A, B, C].map(pretty).join('\n'),
    'pretty-printed records without indentation': [A, B, C].map((r) => pretty(r).replaceAll('\n  ', '\n')).join('\n'),
    'a mixture': `${compact(A)}\n${pretty(B)}[${compact(C)}]`,
    'a byte order mark before': `\ufeff${compact(A)}\n\ufeff${compact(B)}\n${compact(C)}`,
    'events looked up by the AWS command line': pretty({
      Events: [A, B, C].map((r) => ({ EventId: r['eventID'], CloudTrailEvent: compact(r) })),
    }),
    'events looked up, without their wrapper': compact(
      [A, B, C].map((r) => ({ EventId: r['eventID'], CloudTrailEvent: compact(r) })),
    ),
    'events looked up, one a line': [A, B, C]
      .map((r) => compact({ EventId: 'x', CloudTrailEvent: compact(r) }))
      .join('\n'),
    'records as text': pretty([A, B, C].map(compact)),
    'rows of CloudTrail Lake': compact({
      QueryResultRows: [A, B, C].map((r) => [{ eventID: 'x' }, { eventJson: compact(r) }]),
    }),
    'rows of CloudTrail Lake, as the AWS command line prints them': pretty({
      QueryStatus: 'FINISHED',
      QueryResultRows: [A, B, C].map((r) => [{ eventJson: compact(r) }]),
    }),
    'wrappers in an array': compact([{ Records: [A] }, { Records: [B, C] }]),
    'wrappers in an array, pretty-printed': pretty([{ Records: [A, B] }, { x: 1, Records: [C] }]),
    'lines that CloudWatch Logs exported': [A, B, C].map((r) => `2026-01-02T03:04:05.000Z ${compact(r)}`).join('\n'),
    'a subscription of CloudWatch Logs': compact({
      messageType: 'DATA_MESSAGE',
      logEvents: [A, B, C].map((r, id) => ({ id, timestamp: 1, message: compact(r) })),
    }),
  };
  test.each(Object.entries(shapes))('%s', async (_name, text) => {
    expect(await decoded(text)).toMatchObject({ items: [A, B, C], format: 'cloudtrail-json' });
  });

  test.each(Object.entries(shapes))('%s, cut into single bytes', async (_name, text) => {
    expect(await decoded(objectOf(text, 1))).toMatchObject({ items: [A, B, C], format: 'cloudtrail-json' });
  });

  test.each([
    ['a single record', compact(A), [A], 'cloudtrail-json'],
    ['a single OCSF event, pretty-printed', pretty(OCSF), [OCSF], 'ocsf-json'],
    ['a wrapper without records', '{"Records":[]}', [], 'cloudtrail-json'],
    ['an array without elements', '[]', [], 'empty'],
    ['white space', ' \n\t\r\n', [], 'empty'],
    ['nothing', '', [], 'empty'],
    ['a byte order mark alone', '\ufeff', [], 'empty'],
    ['JSON of something else', '{"hello":"world"}', [{ hello: 'world' }], 'unknown'],
    ['an array of scalars', '[1,"two",null,[3]]', [1, 'two', null, [3]], 'unknown'],
  ])('%s', async (_name, text, items, format) => {
    expect(await decoded(text)).toMatchObject({ items, format });
  });

  test('a control message of CloudWatch Logs is no record', async () => {
    const control = (message: string): unknown => ({
      messageType: 'CONTROL_MESSAGE',
      logEvents: [{ id: '', timestamp: 1, message }],
    });
    const text = compact(control('CWL CONTROL MESSAGE: Checking health of destination Firehose.'));
    expect((await decoded(text)).items).toEqual([]);
    expect((await decoded(`${text}${compact({ logEvents: [{ message: compact(A) }] })}`)).items).toEqual([A]);
    expect((await decoded(compact({ logEvents: [{ message: 'hello' }] }))).items).toMatchObject([
      { rejected: 'invalid_json' },
    ]);
  });

  test('what could be a row of several events is none', async () => {
    const text = compact([[{ eventJson: compact(A) }, { eventJson: compact(B) }]]);
    expect((await decoded(text)).items).toEqual(JSON.parse(text));
  });

  test('a digest file of CloudTrail is not read', async () => {
    const digest = { awsAccountId: '123456789012', digestStartTime: 'x', digestS3Bucket: 'b', logFiles: [] };
    expect(await decoded(pretty(digest))).toMatchObject({ items: [], format: 'digest' });
    expect(await decoded(compact([digest, A]))).toMatchObject({ items: [digest, A] });
  });

  test.each([
    ['a record', '{"eventID":"a","requestParameters":{"id":12345678901234567}}'],
    ['a wrapper', '{"Records":[{"eventID":"a","requestParameters":{"id":12345678901234567}}]}'],
    [
      'a record carried as text',
      '{"Events":[{"CloudTrailEvent":"{\\"eventID\\":\\"a\\",\\"requestParameters\\":{\\"id\\":12345678901234567}}"}]}',
    ],
  ])('integers of %s are not rounded', async (_name, text) => {
    expect((await decoded(text)).items).toEqual([{ eventID: 'a', requestParameters: { id: 12345678901234567n } }]);
  });

  test('a rejected record is shown as it was read', async () => {
    const text = `[ {"a" : 1},\n {"b":2}]`;
    expect((await decoded(text)).texts).toEqual(['{"a" : 1}', '{"b":2}']);
  });
});

describe('a damaged record costs itself and not its neighbours', () => {
  const a = compact(A);
  const b = compact(B);
  const c = compact(C);
  const bad = (text: string): unknown => ({ rejected: 'invalid_json', text });
  const cut = b.slice(0, 200);
  const cutInString = b.slice(0, b.indexOf('aws-cli') + 3);
  const lines = (...parts: string[]): string => `${parts.join('\n')}\n`;

  test.each<[string, string, unknown[]]>([
    ['a line that is no JSON', lines(a, 'oops', c), [A, bad('oops'), C]],
    ['a first line that is no JSON', lines('# exported', a, c), [bad('# exported'), A, C]],
    ['a cut line', lines(a, cut, c), [A, bad(cut), C]],
    ['a line cut inside a string', lines(a, cutInString, c), [A, bad(cutInString), C]],
    ['a first line that is cut', lines(cut, a, c), [bad(cut), A, C]],
    ['two cut lines', lines(cut, cutInString, c), [bad(cut), bad(cutInString), C]],
    ['a line cut behind a colon', lines(a, '{"x":', c), [A, bad('{"x":'), C]],
    ['a line cut behind a comma', lines(a, '{"x":1,', c), [A, bad('{"x":1,'), C]],
    ['a last line that is cut', lines(a, c, cut).trimEnd(), [A, C, bad(cut)]],
    ['a bad literal', lines(a, '{"x":nulL}', c), [A, bad('{"x":nulL}'), C]],
    ['a bracket too many', lines(a, '{"x":1}}', c), [A, { x: 1 }, bad('}'), C]],
    ['records one after another, one of them cut', `${a}${cut}${c}`, [A, bad(cut), C]],
    [
      'an exported line that is cut',
      lines(`2026-01-02T03:04:05.000Z ${a}`, `2026-01-02T03:04:05.000Z ${cut}`, `2026-01-02T03:04:05.000Z ${c}`),
      [A, bad(`${cut}\n2026-01-02T03:04:05.000Z`), C],
    ],
    ['a record as text', `["{",${compact(c)}]`, [bad('"{"'), C]],
    ['an element of an array', `[${a},{"eventVersion":nulL},${c}]`, [A, bad('{"eventVersion":nulL}'), C]],
    [
      'an element that is cut behind a value',
      `[${a},${b.slice(0, b.indexOf(',"accountId'))},${c}]`,
      [A, bad(b.slice(0, b.indexOf(',"accountId'))), C],
    ],
    ['an element that is cut', `{"Records":[${a},${cut},${c}]}`, [A, bad(cut), C]],
    ['an element cut inside a string', `{"Records":[${a},${cutInString},${c}]}`, [A, bad(cutInString), C]],
    ['a first element that is cut', `{"Records":[${cut},${a},${c}]}`, [bad(cut), A, C]],
    ['an element cut at a line end', `[\n${a},\n${cut}\n${c}\n]`, [A, bad(cut), C]],
    [
      'an embedded record',
      `{"Events":[{"CloudTrailEvent":"{"},{"CloudTrailEvent":"{}"}]}`,
      [bad('{"CloudTrailEvent":"{"}'), {}],
    ],
  ])('%s', async (_name, text, items) => {
    const whole = await decoded(text);
    expect(whole.error).toBeUndefined();
    expect(whole.items).toEqual(items);
    expect((await decoded(objectOf(text, 7))).items).toEqual(items);
  });

  test.each<[string, string, unknown[], RegExp]>([
    ['an array that ends in the middle of a record', `[${a},${cut}`, [A], /damaged at byte \d+/],
    ['an array that ends behind a record', `[${a}`, [A], /ends in the middle/],
    ['a wrapper without its end', `{"Records":[${a}]`, [A], /ends in the middle/],
    ['a last element that is cut', `{"Records":[${a},${cut}]}`, [A], /damaged at byte \d+/],
  ])('%s gives what comes before, then an error', async (_name, text, items, message) => {
    for (const object of [objectOf(text), objectOf(text, 3)]) {
      const { items: found, error } = await decoded(object);
      expect(found).toEqual(items);
      expect(error).toMatchObject({ code: 'OBJECT_CORRUPT', permanent: true });
      expect(error?.message).toMatch(message);
    }
  });

  test('the error names the byte where the damage begins', async () => {
    const { error } = await decoded(`[${a},${cut}`);
    expect(error?.message).toContain(`byte ${a.length + 2}:`);
  });
});

test('a fault in a record held as text is told at the byte of what holds it', async () => {
  const messages: string[] = [];
  const sink = { record: () => undefined, reject: (_reason: string, message: string) => void messages.push(message) };
  const steps = decode(objectOf('[{}, {"CloudTrailEvent":"{x"}]'), sink, new AbortController().signal);
  for await (const _ of steps);
  expect(messages).toEqual([expect.stringMatching(/^in the text that holds the record: .* \(byte 5\)$/)]);
});

describe('what is not JSON is said so', () => {
  test.each([
    ['plain text', 'version account-id interface-id srcaddr'],
    ['XML', '<?xml version="1.0"?><Error/>'],
    ['a scalar', '42'],
    ['a ZIP archive', 'PK\x03\x04rest'],
    ['UTF-16 with a byte order mark', Buffer.from('\ufeff{"Records":[]}', 'utf16le')],
    ['UTF-16 without one', Buffer.from('{"Records":[]}', 'utf16le')],
    ['UTF-16, big-endian', Buffer.from('\ufeff{}', 'utf16le').swap16()],
    ['a page of zeros', Buffer.alloc(4096)],
  ])('%s', async (_name, bytes) => {
    const { items, error } = await decoded(bytes);
    expect(items).toEqual([]);
    expect(error).toMatchObject({ code: 'OBJECT_UNKNOWN', permanent: true });
  });
});
