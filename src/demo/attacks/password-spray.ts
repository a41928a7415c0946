import { AGENTS, BROWSERS } from '../agents.ts';
import { consoleLogin } from '../callers.ts';
import { ACCOUNTS, principalId } from '../company.ts';
import { iamUser } from '../identities.ts';
import type { Caller } from '../record.ts';
import { denied } from '../world.ts';
import type { Story } from './story.ts';

const IPS = ['192.0.2.77', '192.0.2.78', '192.0.2.79'] as const;
const GUESSES = [
  'admin',
  'administrator',
  'test',
  'backup',
  'deploy',
  'jenkins',
  'support',
  'root',
  'finance',
  'service',
];

/** Three addresses try common names and passwords, until a contractor without MFA has a bad one. */
export const passwordSpray: Story = {
  id: 'password-spray',
  title: 'Password spraying from three addresses, then a sign-in without MFA and a new access key',
  query: 'src_endpoint.ip: ("192.0.2.77" or "192.0.2.78" or "192.0.2.79")',
  starts: 0.3,
  minutes: 55,
  size: 110,
  tell(w, minute) {
    const account = ACCOUNTS.staging;
    const victim = w.company.users.find((u) => u.name === 'contractor-qa');
    if (victim === undefined) return;
    for (let i = 0; i < 60; i++) {
      const known = i % 3 === 0;
      const name = known ? w.random.pick(w.company.users.filter((u) => u.console)).name : w.random.pick(GUESSES);
      // CloudTrail hides a name that is no user: it may be a password typed into the wrong field.
      const identity = known
        ? iamUser({ account, name, userId: w.company.roleId(account, name).replace('AROA', 'AIDA'), keyId: '' })
        : { type: 'IAMUser', accountId: account, accessKeyId: '', userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' };
      const door: Caller = { identity, account, region: 'us-east-1', ip: w.random.pick(IPS), agent: AGENTS.python };
      w.call(
        minute(i * 0.4),
        door,
        'signin:ConsoleLogin',
        consoleLogin(false, known ? 'Failed authentication' : 'No username found in supplied account'),
      );
    }
    const door: Caller = {
      identity: iamUser({ ...victim, keyId: '' }),
      account,
      region: 'us-east-1',
      ip: IPS[1],
      agent: BROWSERS[1],
    };
    w.call(minute(26), door, 'signin:ConsoleLogin', consoleLogin(false));
    const session = { created: minute(26), mfa: false };
    const inside: Caller = {
      ...door,
      identity: iamUser({ ...victim, keyId: w.temporaryKey(), session }),
      console: true,
    };
    const look = [
      'iam:GetUser',
      'iam:ListAttachedUserPolicies',
      'iam:ListGroupsForUser',
      's3:ListBuckets',
      'ec2:DescribeInstances',
      'rds:DescribeDBInstances',
    ];
    look.forEach((operation, i) => w.call(minute(28 + i * 0.5), inside, operation, { request: null }));
    for (const operation of [
      'iam:CreateUser',
      'iam:AttachUserPolicy',
      'organizations:ListAccounts',
      'iam:CreatePolicy',
    ])
      w.call(minute(33 + w.random.next() * 3), inside, operation, { error: denied(inside, operation) });
    w.call(minute(38), inside, 'iam:CreateVirtualMFADevice', {
      request: { virtualMFADeviceName: 'phone2', path: '/' },
      response: { virtualMFADevice: { serialNumber: `arn:aws:iam::${account}:mfa/phone2` } },
    });
    w.call(minute(38.5), inside, 'iam:EnableMFADevice', {
      request: { userName: victim.name, serialNumber: `arn:aws:iam::${account}:mfa/phone2` },
    });
    w.call(minute(41), inside, 'iam:CreateAccessKey', {
      request: { userName: victim.name },
      response: { accessKey: { userName: victim.name, accessKeyId: principalId(w.random, 'AKIA'), status: 'Active' } },
    });
    w.call(minute(45), inside, 'iam:UpdateAccountPasswordPolicy', {
      request: {
        minimumPasswordLength: 6,
        requireSymbols: false,
        requireNumbers: false,
        allowUsersToChangePassword: true,
      },
    });
    w.call(minute(48), inside, 'iam:DeleteAccountPasswordPolicy');
  },
};
