import { record } from './records.ts';

const nested = (depth: number): unknown => {
  let value: unknown = 'deep';
  for (let i = 0; i < depth; i += 1) value = { level: value };
  return value;
};
const arrays = (depth: number): unknown => {
  let value: unknown = 'deep';
  for (let i = 0; i < depth; i += 1) value = [value];
  return value;
};
const keys = (count: number, value: unknown = 'x'): Record<string, unknown> =>
  Object.fromEntries([...Array(count).keys()].map((i) => [`unknown_key_${i}`, value]));
const MEGABYTE = 'x'.repeat(1_048_576);

/** A whole OCSF event, for changing one thing of. */
const ocsf = (changes: Record<string, unknown>): Record<string, unknown> => ({
  activity_id: 2,
  category_uid: 6,
  class_uid: 6003,
  type_uid: 600302,
  severity_id: 1,
  time: Date.parse('2026-11-20T10:00:00Z'),
  metadata: { version: '1.1.0', product: { name: 'CloudTrail', vendor_name: 'AWS' } },
  cloud: { provider: 'AWS', region: 'eu-west-1' },
  api: { operation: 'DescribeInstances', service: { name: 'ec2.amazonaws.com' } },
  ...changes,
});

/** Bad values for a field of each kind. */
const JUNK: Readonly<Record<string, unknown>> = {
  'an object': { a: { b: 1 } },
  'an empty object': {},
  'an array': ['a', 1, true, null],
  'an array of objects': [{ a: 1 }, { b: 'x' }],
  'an array of arrays': [[['x']]],
  'an empty array': [],
  'a word': 'nonsense',
  'an empty string': '',
  NaN: 'NaN',
  'a huge number': 1e308,
  'a fraction': 1.5,
  'a negative number': -1,
  'a boolean': true,
  'a null': null,
  'a megabyte': MEGABYTE,
  'a lone surrogate': '\ud800',
};

/** One field of each kind, and each object of the mapping that holds some. */
const TARGETS = [
  ['keyword', (value: unknown) => ({ status: value })],
  ['deep keyword', (value: unknown) => ({ actor: { user: { account: { uid: value } } } })],
  ['text', (value: unknown) => ({ api: { request: { data: value } } })],
  ['integer', (value: unknown) => ({ status_id: value })],
  ['long', (value: unknown) => ({ type_uid: value })],
  ['boolean', (value: unknown) => ({ is_mfa: value })],
  ['date', (value: unknown) => ({ start_time_dt: value })],
  ['ip', (value: unknown) => ({ src_endpoint: { ip: value } })],
  ['object', (value: unknown) => ({ cloud: value })],
  ['object below an object', (value: unknown) => ({ actor: { user: value } })],
  ['list of objects', (value: unknown) => ({ resources: value })],
  ['unmapped', (value: unknown) => ({ unmapped: value })],
  ['value of unmapped', (value: unknown) => ({ unmapped: { key: value } })],
  ['unknown attribute', (value: unknown) => ({ something_else: value })],
] as const;

const ODD: Readonly<Record<string, Record<string, unknown>>> = {
  'objects nested 500 deep': ocsf({ something_else: nested(500), unmapped: { a: nested(500) } }),
  'arrays nested 500 deep': ocsf({ something_else: arrays(500), status: arrays(50), unmapped: { a: arrays(500) } }),
  '1,000 unknown keys': ocsf({ ...keys(1000), cloud: keys(1000), unmapped: keys(1000) }),
  '1,000 unknown keys with objects': ocsf({ ...keys(1000, { a: 1 }), actor: { user: keys(1000, { a: 1 }) } }),
  'keys that the server refuses': ocsf({
    '': 1,
    '.': 1,
    'a..b': 1,
    '.a': 1,
    'a.': 1,
    ' ': 1,
    _id: 'x',
    _source: {},
    _routing: 'x',
    _doc_count: 'x',
    _field_names: ['x'],
    __proto__x: 1,
    'status.text': 'x',
    'cloud.region': { a: 1 },
    cloud: { '': 1, 'a..b': 1, 'region.name': 1 },
  }),
  'keys of unmapped that the server refuses': ocsf({
    unmapped: { '': 'x', '.': 'x', 'a..b': 'x', 'a.b': { 'c.d': 'x' }, ['k'.repeat(60_000)]: 'x', _id: 'x' },
  }),
  'unicode in names and values': ocsf({
    unmapped: { 'ключ-鍵-🔑': '값 \u0000 \u2028 \ufffe' },
    status: 'é\u0301'.repeat(9000),
  }),
  'dates that are none': ocsf({
    time_dt: 'yesterday',
    start_time_dt: '2026-13-45T99:99:99Z',
    end_time_dt: '99999-01-01',
    metadata: { logged_time_dt: 1e30, processed_time_dt: {} },
  }),
  'addresses that are none': ocsf({ src_endpoint: { ip: '253.252.51.07' }, dst_endpoint: { ip: 'fe80::1%eth0' } }),
  'raw: parameters nested 500 deep': record({ requestParameters: nested(500), responseElements: nested(500) }),
  'raw: 1,000 parameters': record({ requestParameters: keys(1000), additionalEventData: keys(1000) }),
  'raw: strings of a megabyte': record({
    userAgent: MEGABYTE,
    errorMessage: MEGABYTE,
    requestParameters: { a: MEGABYTE },
  }),
  'raw: scalars for objects': record({ userIdentity: 'root', requestParameters: 'x', tlsDetails: 1, resources: 'arn' }),
  'raw: objects for scalars': record({
    apiVersion: { a: 1 },
    awsRegion: ['x'],
    sourceIPAddress: {},
    readOnly: 'maybe',
  }),
  'raw: bad address, number for a name': record({ sourceIPAddress: '300.1.2.3', userAgent: 42, requestID: 7 }),
};

/** Events that tempt a mapping to reject them or to grow, by what is wrong with them. Each has a readable time. */
export const HOSTILE_EVENTS: readonly (readonly [string, Record<string, unknown>])[] = [
  ...TARGETS.flatMap(([target, at]) =>
    Object.entries(JUNK).map(([junk, value]) => [`${target}: ${junk}`, ocsf(at(value))] as const),
  ),
  ...Object.entries(ODD),
];
