import fc from 'fast-check';
import { record } from './records.ts';

const NAMES = [
  ...Object.keys(record()),
  ...['type', 'arn', 'userName', 'sessionContext', 'attributes', 'mfaAuthenticated', 'onBehalfOf', 'ARN', 'resources'],
  ...[
    'metadata',
    'product',
    'name',
    'version',
    'uid',
    'uuid',
    'class_uid',
    'activity_id',
    'status',
    'status_id',
    'time',
  ],
  ...['time_dt', 'actor', 'user', 'session', 'cloud', 'account', 'account_uid', 'region', 'api', 'request', 'response'],
  ...[
    'data',
    'operation',
    'src_endpoint',
    'ip',
    'domain',
    'unmapped',
    'observables',
    'policy',
    'insightDetails',
    'mfa',
  ],
  ...['array', 'element', 'key', 'value', '', '.', 'a..b', '_id', '__proto__', 'constructor', 'toString'],
];
const leaf = fc.oneof(
  fc.constantFrom(
    'CloudTrail',
    '1.0.0-rc.2',
    '1.1.0',
    'ConsoleLogin',
    'CreateUser',
    'AssumeRole',
    'Success',
    'true',
    '',
  ),
  fc.constantFrom<unknown>(
    6003,
    3001,
    3002,
    3005,
    1795168800000,
    1,
    null,
    true,
    NaN,
    1e300,
    10n,
    new Date(0),
    '\ud800',
  ),
  fc.string(),
  fc.double(),
);
const { value } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, leaf, tie('object'), fc.array(tie('value'), { maxLength: 3 })),
  object: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 8, noNullPrototype: true }),
}));
const changes = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 6, noNullPrototype: true });
const base = fc.constantFrom(
  {},
  record(),
  record({ eventName: 'ConsoleLogin' }),
  record({ eventName: 'CreateUser' }),
  ...[3001, 3002, 6003].map((class_uid) => ({
    class_uid,
    time: 1795168800000,
    metadata: { version: '1.0.0-rc.2', product: { name: 'CloudTrail' } },
  })),
);
/** Records as nobody should write them: true names with values of any kind, in raw and OCSF events and alone. */
export const anything = fc.oneof(
  value,
  fc.tuple(base, changes).map(([record, changed]) => ({ ...structuredClone(record), ...changed })),
);
