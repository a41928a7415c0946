import { describe, expect, test } from '@jest/globals';
import { createValidator, type Violation } from '../../../src/ingest/validate.ts';
import { createRecordProcessor } from '../../../src/ingest/record.ts';
import { encodeOptions, record } from '../../support/records.ts';

const validate = createValidator();

function event(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const result = createRecordProcessor(encodeOptions())(record());
  if (result.kind !== 'document') throw new Error(result.kind);
  return { ...(JSON.parse(result.source) as Record<string, unknown>), ...changes };
}

function rules(changes: Record<string, unknown>): [path: string, rule: string][] {
  return validate(event(changes)).map(({ path, rule }: Violation) => [path, rule]);
}

describe('validation against OCSF 1.1.0', () => {
  test('what the mapper makes of a plain record is valid', () => {
    expect(validate(event())).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, [string, string]]>([
    ['a missing attribute that is required', { metadata: { version: '1.1.0' } }, ['metadata.product', 'required']],
    ['an attribute that 1.1.0 does not have', { is_alert: true }, ['is_alert', 'unknown']],
    ['an attribute of another class', { user: { name: 'x' } }, ['user', 'unknown']],
    ['a value of the wrong type', { time: '2026-11-20T10:00:00Z' }, ['time', 'type']],
    ['a number outside of its list', { severity_id: 7 }, ['severity_id', 'enum']],
    ['a type that is not of its class', { type_uid: 300201 }, ['type_uid', 'enum']],
    ['an instant in the wrong form', { time_dt: 'yesterday' }, ['time_dt', 'format']],
    ['an address that is none', { src_endpoint: { ip: 'AWS Internal' } }, ['src_endpoint.ip', 'format']],
    ['an endpoint that names nothing', { src_endpoint: { domain: 'x' } }, ['src_endpoint', 'at_least_one']],
    ['a text that is too long', { message: 'x'.repeat(65_536) }, ['message', 'length']],
    ['a port out of range', { src_endpoint: { ip: '192.0.2.1', port: 70_000 } }, ['src_endpoint.port', 'range']],
    ['a fault inside of a list', { resources: [{ uid: 'a' }, { uid: 5 }] }, ['resources[1].uid', 'type']],
    ['an object for a list', { observables: {} }, ['observables', 'type']],
  ])('%s is named by path and rule', (_, changes, expected) => {
    expect(rules(changes)).toEqual([expected]);
  });

  test('every fault of an event is listed, with the value found', () => {
    const found = validate(event({ severity_id: 7, extra: 'x'.repeat(500) }));
    expect(found).toHaveLength(2);
    expect(found).toContainEqual({
      path: 'severity_id',
      rule: 'enum',
      message: 'must be one of 0, 1, 2, 3, 4, 5, 6, 99',
      value: '7',
    });
    expect(found.find(({ rule }) => rule === 'unknown')?.value).toHaveLength(201);
  });

  test('of other classes the common part is checked and the rest is taken as it is', () => {
    const finding = {
      class_uid: 2004,
      category_uid: 2,
      activity_id: 1,
      type_uid: 200401,
      severity_id: 4,
      time: 1795168800000,
      metadata: { version: '1.1.0', product: { name: 'Security Hub', vendor_name: 'AWS' } },
      cloud: { provider: 'AWS' },
      finding_info: { title: 'x' },
    };
    expect(validate(finding)).toEqual([]);
    expect(validate({ ...finding, metadata: {}, time: 'x' }).map(({ path, rule }) => `${path} ${rule}`)).toEqual(
      expect.arrayContaining(['metadata.product required', 'metadata.version required', 'time type']),
    );
  });
});
