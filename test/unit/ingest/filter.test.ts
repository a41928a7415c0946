import { describe, expect, test } from '@jest/globals';
import { compileFilter, filterKey } from '../../../src/ingest/filter.ts';

const event = { time: 1000, account: '123456789012', region: 'eu-west-1' };

describe('filter', () => {
  test('no filter keeps every event', () => {
    expect(compileFilter({})({ time: 0, account: undefined, region: undefined })).toBe(true);
  });

  test('since is inclusive and until is exclusive', () => {
    expect(compileFilter({ since: 1000 })(event)).toBe(true);
    expect(compileFilter({ until: 1000 })(event)).toBe(false);
  });

  test('an event without an account does not pass an account filter', () => {
    const keep = compileFilter({ accounts: ['123456789012'] });
    expect(keep(event)).toBe(true);
    expect(keep({ ...event, account: undefined })).toBe(false);
  });

  test('all given filters must hold', () => {
    expect(compileFilter({ accounts: ['123456789012'], regions: ['us-east-1'] })(event)).toBe(false);
  });

  test.each([
    [{ include: ['List*', 'GetObject'] }, { ListBuckets: true, GetObject: true, GetObjectAcl: false, list: false }],
    [{ exclude: ['*Object*'] }, { ListBuckets: true, GetObject: false }],
    [
      { include: ['Get*'], exclude: ['GetObject'] },
      { GetBucketAcl: true, GetObject: false, PutObject: false },
    ],
    [{ include: ['a.c'] }, { 'a.c': true, abc: false }],
    [{ include: [], exclude: [] }, { anything: true }],
  ])('of operations, %j keeps what it says', (events, expected) => {
    const keep = compileFilter({ events });
    for (const [operation, kept] of Object.entries(expected))
      expect([operation, keep({ ...event, operation })]).toEqual([operation, kept]);
  });

  test('an event without an operation passes an exclusion, not an inclusion', () => {
    expect(compileFilter({ events: { exclude: ['*'] } })(event)).toBe(true);
    expect(compileFilter({ events: { include: ['*'] } })(event)).toBe(false);
  });

  test('classes are compared by their number', () => {
    const keep = compileFilter({ classes: { include: ['3*'], exclude: ['3001'] } });
    expect([3001, 3002, 6003].map((classUid) => keep({ ...event, classUid }))).toEqual([false, true, false]);
  });

  test.each([
    ['Management', 'AwsApiCall', undefined, 'management'],
    ['Data', 'AwsApiCall', 'false', 'data'],
    ['Insight', 'AwsCloudTrailInsight', undefined, 'insight'],
    ['NetworkActivity', 'AwsVpceEvent', undefined, 'network-activity'],
    ['Aggregated', 'AwsAggregatedEvent', undefined, 'aggregated'],
    ['Management, Data, and Insights', 'AwsCloudTrailInsight', undefined, 'insight'],
    ['Management, Data, and Insights', 'AwsApiCall', 'false', 'data'],
    ['Management, Data, and Insights', 'AwsApiCall', undefined, 'management'],
  ])('an event of %s (%s) is in its category', (name, event_code, managementEvent, category) => {
    const mapped = {
      metadata: { event_code, product: { name: 'CloudTrail', feature: { name } } },
      unmapped: { managementEvent },
    };
    const key = filterKey(mapped, 0);
    expect(key.category).toBe(category);
    expect(compileFilter({ categories: ['data', 'insight'] })(key)).toBe(category === 'data' || category === 'insight');
  });

  test('events of other products have no category and pass', () => {
    const key = filterKey({ metadata: { product: { name: 'Amazon EKS', feature: { name: 'Data' } } } }, 0);
    expect(compileFilter({ categories: ['management'] })(key)).toBe(true);
  });
});
