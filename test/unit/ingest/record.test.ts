import { describe, expect, test } from '@jest/globals';
import { createRecordProcessor, MAX_DOCUMENT_BYTES, type RecordResult } from '../../../src/ingest/record.ts';
import type { EncodeOptions } from '../../../src/ingest/ports.ts';
import { encodeOptions, record } from '../../support/records.ts';

function process(value: unknown, options: Partial<EncodeOptions> = {}): RecordResult {
  return createRecordProcessor(encodeOptions(options))(value);
}

function document(value: unknown): { id: string; index: string; event: Record<string, unknown> } {
  const result = process(value);
  if (result.kind !== 'document') throw new Error(`not a document: ${JSON.stringify(result)}`);
  return { ...result, event: JSON.parse(result.source) as Record<string, unknown> };
}

describe('the record processor', () => {
  test('a CloudTrail record becomes a document under its eventID, in the index of its time', () => {
    const { id, index, event } = document(record());
    expect(id).toBe('aaaaaaaa-bbbb-4ccc-8ddd-000000000001');
    expect(index).toBe('logs-cloudtrail-ocsf-2026.11');
    expect(event['class_uid']).toBe(6003);
  });

  test('an event that EventBridge wrapped is the event itself', () => {
    const wrapped = { version: '0', 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.ec2', detail: record() };
    expect(document(wrapped)).toEqual(document(record()));
  });

  test('long integers of a request, an answer and an unknown field keep their digits', () => {
    const id = 12345678901234567n;
    const { event } = document(
      record({ requestParameters: { id }, responseElements: { ids: [id] }, somethingNew: id }),
    );
    expect(event).toMatchObject({
      api: { request: { data: '{"id":12345678901234567}' }, response: { data: '{"ids":[12345678901234567]}' } },
      unmapped: { somethingNew: '12345678901234567' },
    });
  });

  test('what a filter leaves out is skipped', () => {
    expect(process(record(), { filters: { accounts: ['210987654321'] } })).toEqual({ kind: 'skipped' });
    expect(process(record(), { filters: { regions: ['eu-west-1'], accounts: ['123456789012'] } }).kind).toBe(
      'document',
    );
  });

  test.each([
    ['a number', 42],
    ['null', null],
    ['a list', [record()]],
    ['an S3 notification', { eventVersion: '2.1', eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: {} }],
    ['some other object', { hello: 'world' }],
  ])('%s is rejected as no event', (_, value) => {
    expect(process(value)).toMatchObject({ kind: 'rejected', reason: 'not_an_event' });
  });

  test('an event without a time that can be read is rejected', () => {
    expect(process(record({ eventTime: 'yesterday' }))).toMatchObject({ kind: 'rejected', reason: 'no_time' });
  });

  test('an event from before CloudTrail or from the future is rejected, one of the next hours is not', () => {
    const out = { kind: 'rejected', reason: 'time_out_of_range' };
    expect(process(record({ eventTime: '2012-12-31T23:59:59Z' }))).toMatchObject(out);
    expect(process(record({ eventTime: '2026-11-22T12:00:01Z' }))).toMatchObject(out);
    expect(process(record({ eventTime: '2026-11-22T12:00:00Z' })).kind).toBe('document');
    expect(process(record({ eventTime: '2013-01-01T00:00:00Z' })).kind).toBe('document');
  });

  test('a document of more than 10 MiB is rejected, bytes counted', () => {
    const large = record({ requestParameters: { text: 'é'.repeat(MAX_DOCUMENT_BYTES / 2) } });
    expect(process(large)).toMatchObject({ kind: 'rejected', reason: 'too_large' });
    expect(process(record({ requestParameters: { text: 'e'.repeat(MAX_DOCUMENT_BYTES / 2) } })).kind).toBe('document');
  });
});
