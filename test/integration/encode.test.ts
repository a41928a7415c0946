import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { shipped } from '../../src/content/root.ts';
import { createRecordProcessor } from '../../src/ingest/record.ts';
import { anything } from '../support/hostile.ts';
import { encodeOptions, record } from '../support/records.ts';
import { testClient } from '../support/servers.ts';

const client = testClient();
const index = `encode-test-${process.pid}-${Date.now()}`;
const toResult = createRecordProcessor(encodeOptions());
const mapping = JSON.parse(readFileSync(shipped('mappings', 'generated', 'event-mapping.json'), 'utf8')) as object;

const LONG = 'x'.repeat(40_000);
const MEGABYTE = 'wörd '.repeat(200_000);
const nested = (open: string, close: string, depth: number): unknown =>
  JSON.parse(open.repeat(depth) + '1' + close.repeat(depth));
const ocsf = (changes: Record<string, unknown>): Record<string, unknown> => ({
  class_uid: 6003,
  time: 1795168800000,
  metadata: { version: '1.1.0', product: { name: 'CloudTrail' } },
  ...changes,
});

const hostile: [name: string, event: Record<string, unknown>][] = [
  ['objects nested 10,000 deep in the request', record({ requestParameters: nested('{"a":', '}', 10_000) })],
  ['arrays nested 10,000 deep in the request', record({ requestParameters: nested('[', ']', 10_000) })],
  ['objects nested 10,000 deep in an unknown field', record({ somethingNew: nested('{"a":', '}', 10_000) })],
  ['objects nested 10,000 deep in an unknown attribute', ocsf({ extra: nested('{"a":', '}', 10_000) })],
  ['arrays nested 10,000 deep in an unknown attribute', ocsf({ extra: nested('[', ']', 10_000) })],
  ['arrays nested 30 deep where a text is mapped', ocsf({ api: { operation: nested('[', ']', 30) } })],
  ['5,000 unknown fields', record(Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`field${at}`, at])))],
  ['5,000 unknown attributes', ocsf(Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`a${at}`, { at }])))],
  [
    '40 KB in every text',
    record({ userAgent: LONG, errorCode: LONG, errorMessage: LONG, eventName: LONG, awsRegion: LONG }),
  ],
  ['40 KB in unmapped', record({ note: LONG, list: [LONG, LONG] })],
  ['1 MB texts', record({ requestParameters: { text: MEGABYTE }, errorMessage: MEGABYTE, note: MEGABYTE })],
  ['a name of 60,000 characters', record({ [LONG + LONG]: 1, additionalEventData: { [LONG + LONG]: LONG } })],
  ['a name of 60,000 characters in OCSF', ocsf({ [LONG + LONG]: 1, extra: { [LONG + LONG]: 1 } })],
  ['names that are dots', ocsf({ '': 1, '.': 2, '..': 3, 'a..b': 4, '.a': 5, 'a.': 6, ' ': 7, 'a. .b': 8 })],
  ['dots in names below', ocsf({ cloud: { '': 1, '.': 2, 'account.uid': 3 }, extra: { '': 1, '.': 2, 'a..b': 3 } })],
  ['dotted names through mapped paths', ocsf({ 'api.request': 'x', 'time.x': 1, 'unmapped.a': 'b', 'status.y': 2 })],
  ['metadata fields of the server', ocsf({ _id: 'x', _source: 1, _index: 2, _routing: 3, _doc_count: 0, _ignored: 4 })],
  ['dots in names of unmapped', ocsf({ unmapped: { '': 'a', '.': 'b', 'a..b': 'c', '.a': 'd', a: 'e', 'a.b': 'f' } })],
  ['scalars for objects', ocsf({ actor: 1, cloud: 'x', api: true, src_endpoint: 'y', user: 'z', http_request: 5 })],
  ['scalars for objects of objects', ocsf({ actor: { user: 'x', session: 1 }, api: { request: 'y', response: 2 } })],
  ['lists for objects', ocsf({ actor: ['x', { user: [{ name: ['a'] }, 1] }], cloud: [[{ region: 'a' }], 2] })],
  ['objects for texts', ocsf({ status: { a: 1 }, activity_name: { b: [] }, cloud: { region: {} }, message: { c: 1 } })],
  ['objects for numbers', ocsf({ activity_id: { a: 1 }, severity_id: [{}], type_uid: 'many', count: { a: 1 } })],
  ['objects for dates', ocsf({ start_time_dt: { a: 1 }, end_time_dt: 'tomorrow', time_dt: [] })],
  ['words for booleans', ocsf({ is_mfa: 'yes', is_remote: 1, actor: { session: { is_mfa: {} } } })],
  ['no addresses', ocsf({ src_endpoint: { ip: '999.1.1.1' }, dst_endpoint: { ip: '' }, device: { ip: { a: 1 } } })],
  ['an unmapped that is a text', ocsf({ unmapped: 'x' })],
  ['an unmapped that is a list', ocsf({ unmapped: ['x', { a: 1 }, [2]] })],
  ['resources that are texts', ocsf({ resources: ['arn:aws:s3:::x', { uid: { a: 1 } }], observables: 'x' })],
  ['numbers out of range', ocsf({ activity_id: 1e300, type_uid: 1e30, src_endpoint: { port: -1e99 }, count: NaN })],
  ['half surrogate pairs', record({ '\ud800': '\udc00', userAgent: '\ud800', extra: { 'a\udfff': 1 } })],
  ['half surrogate pairs in OCSF', ocsf({ extra: { '\ud800': 1 }, unmapped: { '\udc00': '\ud800' } })],
  ['NUL and control characters', record({ userAgent: '\u0000', note: '\u0001', '\u0000': 'x', eventID: 'a\u0000b' })],
  [
    'names of the prototype',
    JSON.parse(
      '{"eventName":"A","eventSource":"b","eventTime":"2026-11-20T10:00:00Z","__proto__":{"a":1},"constructor":"x"}',
    ) as Record<string, unknown>,
  ],
  ['a longest id', record({ eventID: 'é'.repeat(256) })],
];

async function send(documents: readonly { id: string; source: string }[]): Promise<string[]> {
  const lines = documents.flatMap(({ id, source }) => [JSON.stringify({ index: { _id: id } }), source]);
  const { body } = await client.bulk({ index, body: `${lines.join('\n')}\n` as never });
  return (body.items as { index: { error?: unknown } }[]).map(({ index }) => JSON.stringify(index.error ?? ''));
}

describe('what the encoder lets through', () => {
  beforeAll(async () => {
    await client.indices.create({ index, body: { settings: { number_of_replicas: 0 }, mappings: mapping } });
  });

  afterAll(async () => {
    await client.indices.delete({ index });
    await client.close();
  });

  test.each(hostile)('is indexed: %s', async (_, event) => {
    const result = toResult(event);
    expect(result).toMatchObject({ kind: 'document' });
    if (result.kind === 'document') expect(await send([result])).toEqual(['""']);
  });

  test('is indexed, of a thousand random hostile events', async () => {
    const documents = fc
      .sample(anything, { numRuns: 6000, seed: 42 })
      .map(toResult)
      .filter((result) => result.kind === 'document');
    expect(documents.length).toBeGreaterThan(1000);
    for (let at = 0; at < documents.length; at += 500) {
      const batch = documents.slice(at, at + 500);
      const errors = await send(batch);
      expect(errors.filter((error) => error !== '""')).toEqual([]);
    }
  });

  test('leaves the mapping as it was installed', async () => {
    const { body } = await client.indices.getMapping({ index });
    const fields = (of: object): number => JSON.stringify(of).match(/"type":/g)?.length ?? 0;
    expect(fields(body)).toBe(fields(mapping));
  });
});
