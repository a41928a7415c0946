import { describe, expect, test } from '@jest/globals';
import { notifiers } from '../../../../src/operate/check/queue-policy.ts';

const allow = (more: object) =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', ...more }] });

describe('who may send to a queue, by its policy', () => {
  test.each([
    [
      'a bucket',
      allow({
        Principal: { Service: 's3.amazonaws.com' },
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::logs' } },
      }),
      ['s3.amazonaws.com'],
      ['logs'],
    ],
    [
      'several',
      allow({ Principal: { Service: ['events.amazonaws.com', 'sns.amazonaws.com'] }, Action: ['SQS:SendMessage'] }),
      ['events.amazonaws.com', 'sns.amazonaws.com'],
      [],
    ],
    [
      'anybody for two buckets',
      allow({ Principal: '*', Condition: { ArnEquals: { 'AWS:SourceArn': ['arn:aws:s3:::a', 'arn:aws:s3:::b*'] } } }),
      ['*'],
      ['a'],
    ],
    [
      'one statement that is not a list',
      JSON.stringify({ Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: '*' } }),
      ['*'],
      [],
    ],
    ['a service that announces nothing', allow({ Principal: { Service: 'ec2.amazonaws.com' } }), [], []],
    ['only the right to receive', allow({ Principal: '*', Action: 'sqs:ReceiveMessage' }), [], []],
    ['a denial', JSON.stringify({ Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sqs:*' }] }), [], []],
    ['none', undefined, [], []],
    ['what is no JSON', '{', [], []],
  ])('%s', (_, policy, services, buckets) => {
    expect(notifiers(policy)).toEqual({ services, buckets });
  });
});
