import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRecordProcessor } from '../../../src/ingest/record.ts';
import { encodeOptions, record } from '../../support/records.ts';

const process = createRecordProcessor(encodeOptions());
/** Fixed, so that a failure is a change of the code; FUZZ_SEED tries another. */
const runs = { numRuns: 3000, seed: Number(globalThis.process.env['FUZZ_SEED'] ?? 20261121) };
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
const anything = fc.oneof(
  value,
  fc.tuple(base, changes).map(([record, changed]) => ({ ...structuredClone(record), ...changed })),
);

describe('the record processor, given anything', () => {
  test('has an outcome with a reason it foresaw, and never throws', () => {
    fc.assert(
      fc.property(anything, (input) => {
        const result = process(input);
        if (result.kind === 'rejected')
          expect(['not_an_event', 'no_time', 'time_out_of_range', 'too_large']).toContain(result.reason);
      }),
      runs,
    );
  });

  test('maps a mapped document to itself', () => {
    fc.assert(
      fc.property(anything, (input) => {
        const once = process(input);
        if (once.kind !== 'document') return;
        const twice = process(JSON.parse(once.source));
        if (twice.kind !== 'document') throw new Error(JSON.stringify(twice));
        expect(JSON.parse(twice.source)).toEqual(JSON.parse(once.source));
      }),
      runs,
    );
  });
});
