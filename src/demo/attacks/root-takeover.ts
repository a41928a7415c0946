import { BROWSERS } from '../agents.ts';
import { consoleLogin } from '../callers.ts';
import { ACCOUNTS, principalId } from '../company.ts';
import { rootUser } from '../identities.ts';
import type { Caller } from '../record.ts';
import { denied } from '../world.ts';
import type { Story } from './story.ts';

const IP = '192.0.2.101';

/** The mailbox of the sandbox's root user was taken: new password, no MFA, keys, and a try to leave the organisation. */
export const rootTakeover: Story = {
  id: 'root-takeover',
  title: "The sandbox's root user: password recovered, signed in without MFA, MFA removed, access keys made",
  query: 'actor.user.type: Root',
  starts: 0.45,
  minutes: 40,
  size: 40,
  tell(w, minute) {
    const account = ACCOUNTS.sandbox;
    const identity = {
      type: 'Root',
      principalId: account,
      arn: `arn:aws:iam::${account}:root`,
      accountId: account,
      accessKeyId: '',
    };
    const door: Caller = { identity, account, region: 'us-east-1', ip: IP, agent: BROWSERS[1] };
    for (let i = 0; i < 4; i++)
      w.call(minute(i * 0.7), door, 'signin:ConsoleLogin', consoleLogin(false, 'Failed authentication'));
    w.call(minute(4), door, 'signin:PasswordRecoveryRequested', {
      type: 'AwsConsoleSignIn',
      response: { PasswordRecoveryRequested: 'Success' },
    });
    w.call(minute(6), door, 'signin:PasswordRecoveryCompleted', {
      type: 'AwsConsoleSignIn',
      response: { PasswordRecoveryCompleted: 'Success' },
    });
    w.call(minute(7), door, 'signin:ConsoleLogin', consoleLogin(false));
    const session = { created: minute(7), mfa: false };
    const root: Caller = { ...door, identity: rootUser(account, w.temporaryKey(), session), console: true };
    for (const operation of [
      'iam:GetAccountSummary',
      'iam:ListMFADevices',
      'iam:ListAccessKeys',
      'iam:ListUsers',
      'account:GetContactInformation',
      'organizations:DescribeOrganization',
      'ce:GetCostAndUsage',
    ])
      w.call(minute(8 + w.random.next() * 4), root, operation);
    const serialNumber = `arn:aws:iam::${account}:mfa/root-account-mfa-device`;
    w.call(minute(14), root, 'iam:DeactivateMFADevice', { request: { userName: 'AWS ROOT USER', serialNumber } });
    w.call(minute(14.2), root, 'iam:DeleteVirtualMFADevice', { request: { serialNumber } });
    w.call(minute(17), root, 'iam:CreateAccessKey', {
      response: { accessKey: { accessKeyId: principalId(w.random, 'AKIA'), status: 'Active' } },
    });
    w.call(minute(19), root, 'iam:UpdateAccountEmailAddress', { response: { UpdateAccountEmailAddress: 'Success' } });
    w.call(minute(20), root, 'account:PutAlternateContact', {
      request: { alternateContactType: 'SECURITY', name: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    });
    const scp: readonly [string, string] = [
      'AccessDeniedException',
      `User: arn:aws:iam::${account}:root is not authorized to perform: organizations:LeaveOrganization with an explicit deny in a service control policy`,
    ];
    w.call(minute(24), root, 'organizations:LeaveOrganization', { error: scp });
    w.call(minute(26), root, 'organizations:LeaveOrganization', { error: scp });
    w.call(minute(30), root, 's3:ListBuckets');
    w.call(minute(31), root, 'iam:CreateUser', {
      request: { userName: 'aws-support' },
      error: denied(root, 'iam:CreateUser'),
    });
  },
};
