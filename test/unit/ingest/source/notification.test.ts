import { describe, expect, test } from '@jest/globals';
import { parseNotification } from '../../../../src/ingest/source/notification.ts';

const NAMES = [
  'plain.json.gz',
  'with space',
  'a+b',
  'region=eu-west-1/x',
  '100%',
  'grüße/日本.json',
  'a%2Bb',
  'q?&#"\\',
];
const formEncoded = (key: string): string => key.split('/').map(encodeURIComponent).join('/').replaceAll('%20', '+');

const record = (key: string, eventName = 'ObjectCreated:Put', eventVersion = '2.1'): object => ({
  eventVersion,
  eventSource: 'aws:s3',
  awsRegion: 'eu-west-1',
  eventTime: '2026-11-21T05:00:00.000Z',
  eventName,
  s3: {
    bucket: { name: 'logs', arn: 'arn:aws:s3:::logs' },
    object: { key: formEncoded(key), size: 12, eTag: 'abc', sequencer: '00' },
  },
});
const s3 = (...records: object[]): string => JSON.stringify({ Records: records });
const sns = (message: string): string =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: '1',
    TopicArn: 'arn:aws:sns:eu-west-1:123456789012:t',
    Message: message,
  });
const eventBridge = (key: string, extra: object = {}): string =>
  JSON.stringify({
    version: '0',
    id: '1',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    time: '2026-11-21T05:00:00Z',
    detail: { bucket: { name: 'logs' }, object: { key, size: 12, etag: 'abc' }, reason: 'PutObject' },
    ...extra,
  });
const securityLake = (key: string): string =>
  JSON.stringify({
    source: 'aws.s3',
    time: '2026-11-21T05:00:00Z',
    account: '123456789012',
    region: 'eu-west-1',
    resources: ['arn:aws:s3:::logs'],
    detail: {
      bucket: { name: 'logs' },
      object: { key, size: 12, etag: 'abc' },
      'request-id': '1',
      requester: 'securitylake.amazonaws.com',
    },
  });

const object = (key: string): object => ({ bucket: 'logs', key, etag: 'abc', size: 12 });

describe('notification', () => {
  describe.each(NAMES)('the key %s', (key) => {
    test.each([
      ['S3', s3(record(key))],
      ['S3 inside SNS', sns(s3(record(key)))],
      ['EventBridge', eventBridge(key)],
      ['EventBridge inside SNS', sns(eventBridge(key))],
      ['Security Lake', securityLake(key)],
    ])('arrives decoded by %s', (_name, body) => {
      const parsed = parseNotification(body);
      expect(parsed).toMatchObject({ kind: 'objects', objects: [object(key)] });
    });

    test('arrives by the SNS message of CloudTrail', () => {
      expect(parseNotification(sns(JSON.stringify({ s3Bucket: 'logs', s3ObjectKey: [key] })))).toEqual({
        kind: 'objects',
        objects: [{ bucket: 'logs', key }],
      });
    });
  });

  test.each(['2.0', '2.1', '2.2', '2.3', '2.4', '2.5', '2.6'])('version %s of S3 is understood', (version) => {
    expect(parseNotification(s3(record('a', 'ObjectCreated:Put', version)))).toMatchObject({ objects: [object('a')] });
  });

  test.each([
    'ObjectCreated:Put',
    'ObjectCreated:CompleteMultipartUpload',
    'ObjectCreated:Copy',
    's3:ObjectCreated:Post',
    'ObjectRestore:Completed',
  ])('%s names an object to read', (name) => {
    expect(parseNotification(s3(record('a', name)))).toMatchObject({ objects: [object('a')] });
  });

  test.each([
    'ObjectRemoved:Delete',
    'ObjectRemoved:DeleteMarkerCreated',
    'LifecycleExpiration:Delete',
    'ObjectTagging:Put',
    'ObjectRestore:Post',
  ])('%s names nothing to read', (name) => {
    expect(parseNotification(s3(record('a', name)))).toEqual({ kind: 'objects', objects: [] });
  });

  test.each([
    ['a time that is none', { eventTime: 'yesterday' }, {}],
    ['a size that no object has', {}, { size: 1e300 }],
    ['a negative size', {}, { size: -1 }],
  ])('%s is left out: the ledger would refuse the claim for it', (_name, more, own) => {
    const one = record('a') as { s3: { object: object } };
    const body = s3({ ...one, ...more, s3: { ...one.s3, object: { key: 'a', size: 12, ...own } } });
    const parsed = parseNotification(body);
    const objects = parsed.kind === 'objects' ? parsed.objects : [];
    expect(objects).toHaveLength(1);
    if ('eventTime' in more) expect(objects[0]).not.toHaveProperty('time');
    if ('size' in own) expect(objects[0]).not.toHaveProperty('size');
  });

  test('every record of a message counts, in order', () => {
    const body = s3(record('a'), record('gone', 'ObjectRemoved:Delete'), record('b'));
    expect(parseNotification(body)).toMatchObject({ kind: 'objects', objects: [object('a'), object('b')] });
  });

  const call = (eventName: string, more: object = {}): string =>
    JSON.stringify({
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.s3',
      time: '2026-11-21T05:00:00Z',
      detail: { eventName, requestParameters: { bucketName: 'logs', key: 'a+b c' }, ...more },
    });

  test.each(['PutObject', 'CompleteMultipartUpload', 'CopyObject'])(
    'the call %s that CloudTrail recorded names its object',
    (name) => {
      const objects = [{ bucket: 'logs', key: 'a+b c', time: '2026-11-21T05:00:00Z' }];
      expect(parseNotification(call(name))).toEqual({ kind: 'objects', objects });
      expect(parseNotification(sns(call(name)))).toEqual({ kind: 'objects', objects });
    },
  );

  test('a call that failed made no object', () => {
    expect(parseNotification(call('PutObject', { errorCode: 'AccessDenied' }))).toEqual({
      kind: 'objects',
      objects: [],
    });
  });

  test.each([
    ['other calls', call('GetObject')],
    ['calls without a key', call('PutObject', { requestParameters: { bucketName: 'logs' } })],
    ['calls without parameters', call('PutObject', { requestParameters: null })],
    ['types that are not of objects', eventBridge('a', { 'detail-type': 'AWS Service Event via CloudTrail' })],
  ])('%s are unknown, and stay in the queue', (_name, body) => {
    expect(parseNotification(body)).toEqual({ kind: 'unknown', reason: expect.any(String) });
  });

  test('other events of EventBridge name nothing to read', () => {
    expect(parseNotification(eventBridge('a', { 'detail-type': 'Object Deleted' }))).toEqual({
      kind: 'objects',
      objects: [],
    });
    expect(parseNotification(eventBridge('a', { 'detail-type': 'Object Restore Completed' }))).toMatchObject({
      objects: [object('a')],
    });
  });

  test('the test event is one, bare and inside SNS', () => {
    const body = JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'logs', RequestId: '1' });
    expect(parseNotification(body)).toEqual({ kind: 'test' });
    expect(parseNotification(sns(body))).toEqual({ kind: 'test' });
  });

  test('what CloudTrail publishes to a new topic is a test, raw and inside SNS', () => {
    expect(parseNotification('CloudTrail validation message.')).toEqual({ kind: 'test' });
    expect(parseNotification(sns('CloudTrail validation message.'))).toEqual({ kind: 'test' });
  });

  test('a key with a broken percent sign is taken as it is', () => {
    const raw = { ...record('x'), s3: { bucket: { name: 'logs' }, object: { key: '100%/a' } } };
    expect(parseNotification(s3(raw))).toMatchObject({ objects: [{ bucket: 'logs', key: '100%/a' }] });
  });

  test.each([
    ['no JSON', 'hello'],
    ['null', 'null'],
    ['an array', '[]'],
    ['an empty object', '{}'],
    ['no records', '{"Records":[]}'],
    ['a record of another service', '{"Records":[{"eventSource":"aws:ses","eventName":"x"}]}'],
    ['a record among good ones that is not of S3', `{"Records":[${JSON.stringify(record('a'))},{"a":1}]}`],
    [
      'a created object without key',
      '{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{}}}]}',
    ],
    ['SNS with a text', sns('hello')],
    ['a subscription to confirm', JSON.stringify({ Type: 'SubscriptionConfirmation', Message: 'x', Token: 'y' })],
    ['EventBridge of another service', JSON.stringify({ source: 'aws.ec2', detail: {} })],
    ['EventBridge without object', JSON.stringify({ source: 'aws.s3', 'detail-type': 'Object Created', detail: {} })],
    ['an inherited name', '{"__proto__":{"Event":"s3:TestEvent"}}'],
  ])('%s is unknown, with a reason', (_name, body) => {
    expect(parseNotification(body)).toEqual({ kind: 'unknown', reason: expect.any(String) });
  });

  test('a reason shows names of fields, never values', () => {
    expect(parseNotification('{"password":"hunter2"}')).toMatchObject({
      reason: expect.not.stringContaining('hunter2'),
    });
  });
});
