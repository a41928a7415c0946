import type { RawSample } from '../../src/content/source/types.ts';

/** A plain CloudTrail record: a successful read by an assumed role. */
const PLAIN: RawSample = {
  eventVersion: '1.11',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLE:session',
    arn: 'arn:aws:sts::123456789012:assumed-role/Analyst/session',
    accountId: '123456789012',
    accessKeyId: 'ASIAEXAMPLE0',
  },
  eventTime: '2026-11-21T10:00:00Z',
  eventSource: 'ec2.amazonaws.com',
  eventName: 'DescribeInstances',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '192.0.2.10',
  userAgent: 'aws-cli/2.15.0',
  requestParameters: null,
  responseElements: null,
  requestID: '00000000-0000-0000-0000-00000000000a',
  readOnly: false,
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: '123456789012',
  eventCategory: 'Management',
};

/** What Insights events have; they carry no identity, address or event name of their own. */
const INSIGHT: RawSample = {
  eventVersion: '1.09',
  eventTime: '2026-11-21T10:00:00Z',
  awsRegion: 'eu-west-1',
  recipientAccountId: '123456789012',
};

/** A whole record from a sample of a saved query: the sample's keys laid over a plain record of its kind. */
export function recordOf(sample: RawSample, eventID: string): RawSample {
  const plain = sample['eventType'] === 'AwsCloudTrailInsight' ? INSIGHT : PLAIN;
  return { ...plain, ...sample, eventID };
}
