import { describe, expect, test } from '@jest/globals';
import { cloudTrailId, indexNamer, ocsfId } from '../../../src/ingest/document.ts';

function ocsf(
  uid: unknown,
  product: Record<string, unknown> = { name: 'CloudTrail', vendor_name: 'AWS' },
): Record<string, unknown> {
  return { class_uid: 6003, time: 1, metadata: { uid, product } };
}

describe('document ids', () => {
  test('a CloudTrail event has its eventID, whatever form it comes in', () => {
    expect(cloudTrailId({ eventID: 'e-1' })).toBe('e-1');
    expect(cloudTrailId({ eventType: 'AwsAggregatedEvent', eventId: 'e-2' })).toBe('e-2');
    expect(ocsfId(ocsf('e-1'))).toBe('e-1');
  });

  test('the same uid of two products, vendors or classes gives two ids', () => {
    const ids = [
      ocsfId(ocsf('1')),
      ocsfId(ocsf('1', { name: 'Amazon EKS', vendor_name: 'AWS' })),
      ocsfId(ocsf('1', { name: 'Amazon EKS', vendor_name: 'Example' })),
      ocsfId({ ...ocsf('1', { name: 'Amazon EKS', vendor_name: 'AWS' }), class_uid: 3002 }),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  test('a number class and the bigint that Parquet gives are one class', () => {
    const event = ocsf('1', { name: 'Amazon EKS' });
    expect(ocsfId({ ...event, class_uid: 6003n })).toBe(ocsfId(event));
  });

  test('a class that is an object, whatever its members are called, is no reason to fail', () => {
    const event = { class_uid: { toString: '' }, metadata: { uid: 'x' } };
    expect(ocsfId(event)).toMatch(/^[\w-]{43}$/);
    expect(ocsfId(event)).toBe(ocsfId(structuredClone(event)));
  });

  test.each([[undefined], [null], [''], [42], ['x'.repeat(513)], ['é'.repeat(257)], ['\ud800']])(
    'without a usable uid (%p) the id is a hash of the record, not of its key order',
    (uid) => {
      const id = cloudTrailId({ eventID: uid, eventName: 'A', nested: { a: 1, b: 2 } });
      expect(id).toMatch(/^[\w-]{43}$/);
      expect(cloudTrailId({ nested: { b: 2, a: 1 }, eventName: 'A', eventID: uid })).toBe(id);
      expect(cloudTrailId({ nested: { b: 2, a: 2 }, eventName: 'A', eventID: uid })).not.toBe(id);
      expect(ocsfId(ocsf(uid))).toMatch(/^[\w-]{43}$/);
    },
  );

  test('a uid of 512 bytes is an id', () => {
    expect(cloudTrailId({ eventID: 'é'.repeat(256) })).toBe('é'.repeat(256));
  });

  test('the id of an event does not depend on what the mapper adds', () => {
    const event = ocsf(undefined);
    expect(ocsfId(structuredClone(event))).toBe(ocsfId(event));
  });
});

describe('index names', () => {
  test('follow the time of the event, not the order of asking', () => {
    const month = indexNamer('p-', 'month');
    const day = indexNamer('p-', 'day');
    const end = Date.UTC(2026, 10, 30, 23, 59, 59, 999);
    expect([end, end + 1, end].map(month)).toEqual(['p-2026.11', 'p-2026.12', 'p-2026.11']);
    expect([end, end + 1, end].map(day)).toEqual(['p-2026.11.30', 'p-2026.12.01', 'p-2026.11.30']);
    expect(indexNamer('p-', 'year')(end)).toBe('p-2026');
  });
});
