import { describe, expect, test } from '@jest/globals';
import { dayWindow } from '../../../../src/ingest/source/key-filter.ts';
import { classifyKey, skipReasonOf } from '../../../../src/ingest/source/key.ts';

const trail = 'AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/21/';
const file = '123456789012_CloudTrail_eu-west-1_20261121T0555Z_Rbn2dQX7Eu5wPWGv.json.gz';
const place = { account: '123456789012', region: 'eu-west-1', day: '2026-11-21' };

test('a window that ends with the last day there is ends at it', () => {
  expect(dayWindow({ since: 0, until: Date.parse('9999-12-31') + 86_400_000 })).toEqual({
    first: '1970-01-01',
    last: '9999-12-31',
  });
});

describe('key', () => {
  test.each([
    ['a trail', trail + file],
    ['a trail with a prefix of its own', `logs/audit/${trail}${file}`],
    ['an organization trail', `AWSLogs/o-exampleorgid/${trail.slice(8)}${file}`],
    ['network activity events', `AWSLogs/123456789012/CloudTrail-NetworkActivity/eu-west-1/2026/11/21/${file}`],
    ['aggregated events', `AWSLogs/123456789012/CloudTrail-Aggregated/eu-west-1/2026/11/21/${file}`],
  ])('%s is data with its account, region and day', (_name, key) => {
    expect(classifyKey(key, 10)).toEqual({ kind: 'data', layout: 'cloudtrail', ...place });
  });

  test.each([
    ['1.0', `aws/CLOUD_TRAIL_MGMT/1.0/region=eu-west-1/accountId=123456789012/eventDay=20261121/0a1b.gz.parquet`],
    ['2.0', `aws/CLOUD_TRAIL_MGMT/2.0/region=eu-west-1/accountId=123456789012/eventDay=20261121/0a1b.gz.parquet`],
    ['custom', `ext/my-source/region=eu-west-1/accountId=123456789012/eventDay=20261121/part-1.parquet`],
    ['custom with a version', `ext/my-source/1.0/region=eu-west-1/accountId=123456789012/eventDay=20261121/a.json`],
  ])('Security Lake %s is data with its account, region and day', (_name, key) => {
    expect(classifyKey(key, 10)).toEqual({ kind: 'data', layout: 'security-lake', ...place });
  });

  test.each(['metadata/', '_temporary/', 'a/_delta_log/b/'])(
    'the folder %s in which a layout begins does not make metadata of its logs',
    (above) => {
      expect(classifyKey(`${above}${trail}${file}`, 10)).toEqual({ kind: 'data', layout: 'cloudtrail', ...place });
      const lake = 'ext/metadata/region=eu-west-1/accountId=123456789012/eventDay=20261121/a.parquet';
      expect(classifyKey(above + lake, 10)).toEqual({ kind: 'data', layout: 'security-lake', ...place });
      expect(classifyKey(`${above}aws/CLOUD_TRAIL_MGMT/2.0/metadata/v1.json`, 10).kind).toBe('metadata');
      expect(classifyKey(`${above}${trail}_temporary/${file}`, 10).kind).toBe('metadata');
    },
  );

  test('an account that is not of AWS is none', () => {
    expect(classifyKey('ext/s/region=eu-west-1/accountId=external_1/eventDay=20261121/a.parquet')).toEqual({
      kind: 'data',
      layout: 'security-lake',
      region: 'eu-west-1',
      day: '2026-11-21',
    });
  });

  test('Insights are told apart and read', () => {
    const { kind } = classifyKey(`AWSLogs/123456789012/CloudTrail-Insight/eu-west-1/2026/11/21/${file}`, 10);
    expect(kind).toBe('insight');
    expect(skipReasonOf(kind)).toBeUndefined();
  });

  test.each([
    ['digest', `AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/2026/11/21/${file}`, 10],
    ['digest', `AWSLogs/o-abc/123456789012/CloudTrail-Digest/eu-west-1/2026/11/21/${file}`, 0],
    ['metadata', 'aws/CLOUD_TRAIL_MGMT/2.0/metadata/00000-abc.metadata.json', 10],
    ['metadata', 'aws/CLOUD_TRAIL_MGMT/2.0/region=eu-west-1/metadata/snap-1.avro', 10],
    ['metadata', 'metadata/v1.json', 10],
    ['metadata', 'exports/_SUCCESS', 0],
    ['metadata', `${trail}.hidden`, 10],
    ['metadata', `${trail}${file}.temp`, 10],
    ['metadata', 'AWSLogs/123456789012/CloudTrail/WritabilityCheckFile', 10],
    ['folder', trail, 0],
    ['folder', 'AWSLogs/123456789012/CloudTrail/', undefined],
    ['folder', 'logs_$folder$', 0],
    ['empty', trail + file, 0],
    ['empty', 'some/log.json', 0],
    ['foreign', 'AWSLogs/123456789012/vpcflowlogs/eu-west-1/2026/11/21/a.log.gz', 10],
    ['foreign', 'AWSLogs/123456789012/BedrockModelInvocationLogs/eu-west-1/2026/11/21/05/a.json.gz', 10],
    ['foreign', 'AWSLogs/o-exampleorgid/123456789012/VpcLattice/AccessLogs/eu-west-1/2026/11/21/a.json.gz', 10],
    ['foreign', 'logs/AWSLogs/123456789012/Other/a', 10],
    ['foreign', 'AWSLogs/123456789012/CloudTrail-Lake/Query/2026/11/21/q-1/result_1.csv.gz', 10],
    ['foreign', 'AWSLogs/123456789012/Config/ConfigWritabilityCheckFile', 0],
  ])('%s: %s', (kind, key, size) => {
    expect(classifyKey(key, size).kind).toBe(kind);
    expect(skipReasonOf(classifyKey(key, size).kind)).toBe(kind);
  });

  test.each([
    'a.json',
    'some/folder/events.ndjson.zst',
    'metadata.json',
    'AWSLogs/readme',
    'AWSLogs/123456789012/a.json',
    'AWSLogs/123456789012/us-gov-west-1/2026/11/21/moved.json.gz',
    'Other/123456789012/a',
  ])('a name that says nothing is read: %s', (key) => {
    expect(classifyKey(key, 10).kind).toBe('unknown');
    expect(skipReasonOf('unknown')).toBeUndefined();
  });

  test('a size that a notification did not carry is not taken for none', () => {
    expect(classifyKey(trail + file).kind).toBe('data');
  });

  // With a pattern that backtracks, this would not come to its end.
  test('a hostile key of the greatest length is classified', () => {
    expect(classifyKey(`${'aws/x/'.repeat(170)}region`, 1).kind).toBeDefined();
    expect(classifyKey(`${'AWSLogs/'.repeat(128)}x`.slice(0, 1024), 1).kind).toBeDefined();
  });
});
