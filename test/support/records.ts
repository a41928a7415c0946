import type { EncodeOptions } from '../../src/ingest/ports.ts';

export const NOW = Date.UTC(2026, 10, 21, 12);

export function encodeOptions(changes: Partial<EncodeOptions> = {}): EncodeOptions {
  return { indexPrefix: 'logs-cloudtrail-ocsf-', period: 'month', now: NOW, filters: {}, ...changes };
}

/** A plain management event of CloudTrail. */
export function record(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLEALICE0001',
      arn: 'arn:aws:iam::123456789012:user/alice',
      accountId: '123456789012',
      accessKeyId: 'AKIAEXAMPLEALICE0001',
      userName: 'alice',
    },
    eventTime: '2026-11-20T10:00:00Z',
    eventSource: 'ec2.amazonaws.com',
    eventName: 'DescribeInstances',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '192.0.2.10',
    userAgent: 'aws-cli/2.17.0',
    requestParameters: { maxResults: 5 },
    responseElements: null,
    requestID: '11111111-2222-4333-8444-555555555555',
    eventID: 'aaaaaaaa-bbbb-4ccc-8ddd-000000000001',
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '123456789012',
    eventCategory: 'Management',
    ...changes,
  };
}
