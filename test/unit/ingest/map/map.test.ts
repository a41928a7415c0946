import { describe, expect, test } from '@jest/globals';
import { mapCloudTrail } from '../../../../src/ingest/map/map.ts';
import { record } from '../../../support/records.ts';

function mapped(changes: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(mapCloudTrail(record(changes)))) as Record<string, unknown>;
}

describe('mapping CloudTrail records', () => {
  test('a record is not changed by being mapped', () => {
    const before = record();
    mapCloudTrail(before);
    expect(before).toEqual(record());
  });

  test('every field of a record has a place: nothing is lost', () => {
    const everything = JSON.stringify(mapped({ addendum: { reason: 'r1' }, somethingNew: { deep: [{ x: 'v9' }] } }));
    for (const value of ['r1', 'v9', 'alice', 'aws-cli', 'maxResults', '192.0.2.10', 'DescribeInstances'])
      expect(everything).toContain(value);
  });

  test('any error code is a failure', () => {
    expect(mapped({ errorCode: 'Client.DryRunOperation' })).toMatchObject({ status: 'Failure', status_id: 2 });
    expect(mapped({ errorCode: null })).toMatchObject({ status: 'Success', status_id: 1 });
  });

  test('a missing request id is two apostrophes, as in Security Lake', () => {
    expect(mapped({ requestID: undefined })).toMatchObject({ api: { request: { uid: "''" } } });
  });

  test('an MFA flag that is neither true nor false stays where it can be found', () => {
    const identity = {
      type: 'AssumedRole',
      sessionContext: { attributes: { mfaAuthenticated: 'maybe', creationDate: 'x' } },
    };
    const event = mapped({ userIdentity: identity });
    expect(event['actor']).toEqual({ user: { type: 'AssumedRole' } });
    expect(event['unmapped']).toMatchObject({
      'userIdentity.sessionContext.attributes.mfaAuthenticated': 'maybe',
      'userIdentity.sessionContext.attributes.creationDate': 'x',
    });
  });

  describe('who is changed, where a request names nobody', () => {
    const caller = { name: 'alice', uid: 'arn:aws:iam::123456789012:user/alice' };

    test.each([
      ['UpdateAccessKey', { requestParameters: { accessKeyId: 'AKIAEXAMPLE', status: 'Inactive' } }],
      ['DeactivateMFADevice', { requestParameters: { serialNumber: 'arn:aws:iam::123456789012:mfa/alice' } }],
      ['DeleteLoginProfile', { requestParameters: null }],
      ['CreateAccessKey', { requestParameters: null, errorCode: 'LimitExceededException' }],
      ['DeleteAccessKey', { requestParameters: { accessKeyId: 'AKIAEXAMPLE' }, errorCode: 'AccessDenied' }],
      ['ChangePassword', { requestParameters: null, errorCode: 'AccessDenied' }],
    ])('the caller by %s %j', (eventName, changes) => {
      expect(mapped({ eventName, ...changes })).toMatchObject({ class_uid: 3001, user: caller });
    });

    test.each([
      ['CreateAccessKey', { requestParameters: null, errorCode: 'AccessDenied' }],
      ['DeleteLoginProfile', { requestParameters: null, errorCode: 'AccessDeniedException' }],
      ['DeleteAccountPasswordPolicy', { requestParameters: null }],
    ])('nobody known by %s %j', (eventName, changes) => {
      expect(mapped({ eventName, ...changes })['user']).toBeUndefined();
    });
  });

  test('of two identity providers the one that names the actor is it, the other stays where it can be found', () => {
    const federatedProvider = 'arn:aws:iam::123456789012:oidc-provider/oidc.example.com';
    const identity = { type: 'WebIdentityUser', sessionContext: { webIdFederationData: { federatedProvider } } };
    const alone = mapped({ userIdentity: identity });
    expect(alone).toMatchObject({ actor: { idp: { name: federatedProvider } } });
    expect(JSON.stringify(alone['unmapped'])).not.toContain(federatedProvider);
    const both = mapped({ userIdentity: { ...identity, identityProvider: 'accounts.example.com' } });
    expect(both).toMatchObject({
      actor: { idp: { name: 'accounts.example.com' } },
      unmapped: { 'userIdentity.sessionContext.webIdFederationData.federatedProvider': federatedProvider },
    });
  });

  test('the account is the one that received the event, else that of the caller', () => {
    expect(mapped({ recipientAccountId: '210987654321' })).toMatchObject({
      cloud: { account: { uid: '210987654321' } },
    });
    expect(mapped({ recipientAccountId: undefined })).toMatchObject({ cloud: { account: { uid: '123456789012' } } });
  });

  test('resources have a place in API Activity, elsewhere they stay in unmapped', () => {
    const resources = [{ ARN: 'arn:aws:iam::123456789012:role/r', accountId: '123456789012', type: 'AWS::IAM::Role' }];
    expect(mapped({ resources })['resources']).toHaveLength(1);
    const assumed = mapped({ resources, eventName: 'AssumeRole' });
    expect(assumed['resources']).toBeUndefined();
    expect(assumed['unmapped']).toMatchObject({ 'resources[].ARN': 'arn:aws:iam::123456789012:role/r' });
  });

  test('MFAUsed and LoginTo leave unmapped in sign-ins only', () => {
    const additionalEventData = { MFAUsed: 'No', LoginTo: 'https://example.com', MobileVersion: 'No' };
    const login = mapped({ eventName: 'ConsoleLogin', additionalEventData });
    expect(login).toMatchObject({ is_mfa: false, dst_endpoint: { svc_name: 'https://example.com' } });
    expect(Object.keys(login['unmapped'] as object)).not.toContain('additionalEventData.MFAUsed');
    const action = mapped({ eventName: 'GetSigninToken', additionalEventData });
    expect(action['unmapped']).toMatchObject({ 'additionalEventData.MFAUsed': 'No' });
  });
});
