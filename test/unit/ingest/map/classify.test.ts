import { describe, expect, test } from '@jest/globals';
import { classify } from '../../../../src/ingest/map/classify.ts';

describe('class and activity', () => {
  test.each([
    ['ConsoleLogin', 'Authentication: Logon', 300201],
    ['AssumeRoleWithSAML', 'Authentication: Logon', 300201],
    ['CredentialChallenge', 'Authentication: Other', 300299],
    ['CreateUser', 'Account Change: Create', 300101],
    ['EnableMFADevice', 'Account Change: Create', 300101],
    ['ChangePassword', 'Account Change: Password Change', 300103],
    ['DeleteAccessKey', 'Account Change: Delete', 300106],
    ['PutRolePolicy', 'Account Change: Attach Policy', 300107],
    ['AddUserToGroup', 'Account Change: Attach Policy', 300107],
    ['RemoveRoleFromInstanceProfile', 'Account Change: Detach Policy', 300108],
    ['AddRoleToInstanceProfile', 'Account Change: Other', 300199],
    ['CreatePolicy', 'API Activity: Create', 600301],
    ['CreateGroup', 'API Activity: Create', 600301],
    ['RunInstances', 'API Activity: Create', 600301],
    ['LookupEvents', 'API Activity: Read', 600302],
    ['DisassociateRouteTable', 'API Activity: Update', 600303],
    ['DeregisterImage', 'API Activity: Update', 600303],
    ['TerminateInstances', 'API Activity: Delete', 600304],
    ['AuthorizeSecurityGroupIngress', 'API Activity: Other', 600399],
  ])('%s is %s', (operation, typeName, typeUid) => {
    expect(classify(operation)).toMatchObject({ type_name: typeName, type_uid: typeUid });
  });

  test('a verb counts only at the start of the name', () => {
    expect(classify('EndSecretVersionDelete').activity_id).toBe(99);
    expect(classify('BatchGetSecretValue').activity_id).toBe(99);
  });

  test('names of object members are operations like others', () => {
    expect(classify('constructor')).toMatchObject({ class_uid: 6003, activity_id: 99 });
  });
});
