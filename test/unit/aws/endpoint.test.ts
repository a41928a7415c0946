import { describe, expect, test } from '@jest/globals';
import { endpointOf, parseQueue, regionOfQueueUrl } from '../../../src/aws/endpoint.ts';

describe('AWS endpoints', () => {
  test('an emulator or a compatible store serves every service', () => {
    for (const service of ['s3', 'sqs', 'sts'] as const)
      expect(endpointOf(service, 'http://127.0.0.1:4566')).toBe('http://127.0.0.1:4566');
  });

  test('a VPC endpoint serves only the service in its name', () => {
    const endpoint = 'https://bucket.vpce-1a2b3c4d-5e6f.s3.eu-west-1.vpce.amazonaws.com';
    expect(endpointOf('s3', endpoint)).toBe(endpoint);
    expect(endpointOf('sts', endpoint)).toBeUndefined();
    expect(endpointOf('sqs', 'https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com')).toBeDefined();
  });

  test('no endpoint stays none', () => {
    expect(endpointOf('s3', undefined)).toBeUndefined();
  });

  test.each([
    ['https://sqs.eu-west-1.amazonaws.com/123456789012/q', 'eu-west-1'],
    ['https://sqs.us-gov-west-1.amazonaws.com/123456789012/q', 'us-gov-west-1'],
    ['https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q', 'cn-north-1'],
    ['https://eu-west-1.queue.amazonaws.com/123456789012/q', 'eu-west-1'],
    ['https://queue.amazonaws.com/123456789012/q', 'us-east-1'],
    ['https://vpce-1-a.sqs.eu-west-1.vpce.amazonaws.com/123456789012/q', 'eu-west-1'],
    ['http://127.0.0.1:4566/000000000000/q', undefined],
  ])('the region of %s is %s', (url, region) => {
    expect(regionOfQueueUrl(url)).toBe(region);
  });

  test.each([
    ['name', { name: 'name' }],
    ['sqs://name', { name: 'name' }],
    ['sqs://name.fifo', { name: 'name.fifo' }],
    ['sqs://123456789012/name', { name: 'name', owner: '123456789012' }],
    ['arn:aws:sqs:eu-west-1:123456789012:name', { name: 'name', owner: '123456789012', region: 'eu-west-1' }],
    [
      'https://sqs.eu-west-1.amazonaws.com/123456789012/name',
      { url: 'https://sqs.eu-west-1.amazonaws.com/123456789012/name', region: 'eu-west-1' },
    ],
    ['http://127.0.0.1:4566/000000000000/q', { url: 'http://127.0.0.1:4566/000000000000/q' }],
  ])('the queue %s is understood', (word, queue) => {
    expect(parseQueue(word)).toEqual(queue);
  });
});
