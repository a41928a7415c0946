import { describe, expect, test } from '@jest/globals';
import { validatingSink, type Verdict } from '../../../src/ingest/validate-records.ts';
import { NOW, record } from '../../support/records.ts';

function verdicts(records: readonly unknown[], mapped = false): Verdict[] {
  const told: Verdict[] = [];
  const sink = validatingSink({ mapped, now: NOW }, (verdict) => told.push(verdict));
  for (const value of records) sink.record(value, { text: () => '' });
  sink.reject('invalid_json', 'cut', '{');
  return told;
}

const candidate = {
  class_uid: 3005,
  class_name: 'API Activity',
  category_uid: 3,
  activity_id: 2,
  type_uid: 300502,
  severity_id: 1,
  time: 1795168800000,
  metadata: { uid: 'u', version: '1.0.0-rc.2', product: { name: 'CloudTrail', vendor_name: 'AWS' } },
  cloud: { provider: 'AWS' },
  actor: { user: { uid: 'AIDAEXAMPLE', uuid: 'arn:aws:iam::123456789012:user/alice' } },
  api: { operation: 'ListBuckets', request: { uid: 'r' } },
  src_endpoint: { ip: '192.0.2.1' },
};

describe('validating records', () => {
  test('raw CloudTrail is checked as it would be indexed', () => {
    expect(verdicts([record()])[0]).toEqual({
      position: 1,
      uid: 'aaaaaaaa-bbbb-4ccc-8ddd-000000000001',
      class_uid: 6003,
      violations: [],
    });
  });

  test('OCSF is checked as it is, or as it would be indexed', () => {
    const [asIs] = verdicts([structuredClone(candidate)]);
    expect(asIs?.violations.map(({ path, rule }) => `${path} ${rule}`)).toContain('actor.user.uuid unknown');
    const [asIndexed] = verdicts([structuredClone(candidate)], true);
    expect(asIndexed?.violations).toEqual([]);
  });

  test('a long integer of an OCSF event is an integer', () => {
    const [verdict] = verdicts([{ ...structuredClone(candidate), end_time: 1795168800000000000n }]);
    expect(verdict?.violations.map(({ path }) => path)).not.toContain('end_time');
  });

  test('what is no event has a reason, and every record counts as a position', () => {
    expect(verdicts([{ hello: 'world' }, record({ eventTime: 'never' })])).toMatchObject([
      { position: 1, violations: [], rejected: { reason: 'not_an_event' } },
      { position: 2, violations: [], rejected: { reason: 'no_time' } },
      { position: 3, violations: [], rejected: { reason: 'invalid_json', message: 'cut' } },
    ]);
  });
});
