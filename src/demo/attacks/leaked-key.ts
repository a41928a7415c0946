import { AGENTS } from '../agents.ts';
import { accessKey } from '../callers.ts';
import { principalId, REGIONS } from '../company.ts';
import { iamUser } from '../identities.ts';
import type { Caller } from '../record.ts';
import { denied } from '../world.ts';
import { ADMINISTRATOR, EVERYTHING, type Story } from './story.ts';

const IP = '192.0.2.44';
const RECON = [
  'iam:ListUsers', 'iam:ListRoles', 'iam:ListGroups', 'iam:ListAccessKeys', 'iam:GetAccountAuthorizationDetails', 'iam:ListMFADevices',
  'iam:GetAccountPasswordPolicy', 'iam:ListSAMLProviders', 'iam:ListPolicies', 'organizations:DescribeOrganization', 'organizations:ListAccounts',
  's3:ListBuckets', 's3:GetBucketAcl', 's3:GetBucketPolicy', 'ec2:DescribeInstances', 'ec2:DescribeSnapshots', 'ec2:DescribeImages',
  'ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs', 'ec2:DescribeKeyPairs', 'rds:DescribeDBInstances', 'rds:DescribeDBSnapshots',
  'lambda:ListFunctions20150331', 'secretsmanager:ListSecrets', 'ssm:DescribeParameters', 'ssm:DescribeInstanceInformation', 'kms:ListKeys',
  'dynamodb:ListTables', 'sqs:ListQueues', 'sns:ListTopics', 'ecr:DescribeRepositories', 'eks:ListClusters', 'ecs:ListClusters',
  'cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus', 'guardduty:ListDetectors', 'config:DescribeConfigurationRecorders',
  'logs:DescribeLogGroups', 'route53:ListHostedZones', 'ses:GetSendQuota', 'ses:ListIdentities', 'ses:GetAccountSendingEnabled',
  'bedrock:ListFoundationModels', 'cloudformation:ListStacks', 'codebuild:ListProjects',
]; // prettier-ignore
/** The key was made for reports: reading S3, tables and functions is all it may do. */
const ALLOWED = /^(s3|dynamodb|lambda|ec2|rds|cloudtrail):/;

/** An access key found in a public repository: looks around, makes itself an administrator, stops the trail, takes the secrets. */
export const leakedKey: Story = {
  id: 'leaked-key',
  title: 'A leaked access key: recon full of denials, a new administrator, logging stopped, every secret read',
  query: `src_endpoint.ip: "${IP}"`,
  starts: 0.12,
  minutes: 70,
  size: 170,
  tell(w, minute) {
    const user = w.company.users.find((u) => u.name === 'report-export');
    if (user === undefined) return;
    const thief: Caller = { ...accessKey(user, 'us-east-1', AGENTS.pacu), ip: IP };
    w.call(minute(0), { ...thief, agent: AGENTS.trufflehog }, 'sts:GetCallerIdentity');
    w.call(minute(3), thief, 'sts:GetCallerIdentity');
    RECON.forEach((operation, i) => {
      const allowed = ALLOWED.test(operation);
      w.call(minute(4 + i * 0.11), thief, operation, {
        request: operation.startsWith('s3:GetBucket') ? { bucketName: 'example-prod-customer-exports' } : null,
        ...(allowed ? {} : { error: denied(thief, operation) }),
      });
    });
    REGIONS.forEach((region, i) => {
      for (const operation of [
        'ec2:DescribeInstances',
        'ec2:DescribeSnapshots',
        'secretsmanager:ListSecrets',
        'lambda:ListFunctions20150331',
      ])
        w.call(minute(10 + i), thief, operation, {
          region,
          ...(ALLOWED.test(operation) ? {} : { error: denied(thief, operation) }),
        });
    });

    // A policy of its own that it may still version is the way up.
    const policyArn = `arn:aws:iam::${user.account}:policy/report-export`;
    const request = { policyArn, policyDocument: EVERYTHING, setAsDefault: false };
    w.call(minute(18), thief, 'iam:CreatePolicyVersion', {
      request,
      response: { policyVersion: { versionId: 'v4', isDefaultVersion: false } },
    });
    w.call(minute(18.5), thief, 'iam:SetDefaultPolicyVersion', { request: { policyArn, versionId: 'v4' } });

    const userName = 'support-svc';
    const arn = `arn:aws:iam::${user.account}:user/${userName}`;
    const userId = principalId(w.random, 'AIDA');
    const keyId = principalId(w.random, 'AKIA');
    w.call(minute(20), thief, 'iam:CreateUser', {
      request: { userName },
      response: { user: { userName, arn, userId, path: '/' } },
    });
    w.call(minute(20.2), thief, 'iam:AttachUserPolicy', { request: { userName, policyArn: ADMINISTRATOR } });
    w.call(minute(20.4), thief, 'iam:PutUserPolicy', {
      request: { userName, policyName: 'inline', policyDocument: EVERYTHING },
    });
    w.call(minute(20.8), thief, 'iam:CreateAccessKey', {
      request: { userName },
      response: { accessKey: { userName, accessKeyId: keyId, status: 'Active' } },
    });
    w.call(minute(21), thief, 'iam:CreateLoginProfile', { request: { userName, passwordResetRequired: false } });
    w.call(minute(21.4), thief, 'iam:UpdateLoginProfile', {
      request: { userName: 'olga.reyes', passwordResetRequired: false },
    });

    const svc = { account: user.account, name: userName, userId, keyId };
    const admin: Caller = { ...thief, identity: iamUser(svc), ip: IP };
    w.call(minute(25), admin, 'sts:GetCallerIdentity');
    const trail = `arn:aws:cloudtrail:us-east-1:${user.account}:trail/production`;
    w.call(minute(26), admin, 'cloudtrail:DescribeTrails');
    w.call(minute(27), admin, 'cloudtrail:PutEventSelectors', {
      request: {
        trailName: trail,
        eventSelectors: [{ readWriteType: 'WriteOnly', includeManagementEvents: false, dataResources: [] }],
      },
    });
    w.call(minute(28), admin, 'cloudtrail:StopLogging', { request: { name: trail } });

    w.company.secrets.forEach((secret, i) => {
      w.call(minute(34 + i * 0.2), admin, 'secretsmanager:GetSecretValue', { request: { secretId: secret.arn } });
    });
    w.call(minute(40), admin, 'secretsmanager:BatchGetSecretValue', {
      request: { filters: [{ key: 'tag-key', values: ['!none'] }] },
    });
    for (let i = 0; i < 12; i++)
      w.call(minute(41 + i * 0.2), admin, 'ssm:GetParameter', {
        request: { name: `/order-service/secret-${i}`, withDecryption: true },
      });

    w.call(minute(48), admin, 'sts:GetFederationToken', {
      request: { name: 'admin', durationSeconds: 43_200, policyArns: [{ arn: ADMINISTRATOR }] },
      response: {
        federatedUser: {
          arn: `arn:aws:sts::${user.account}:federated-user/admin`,
          federatedUserId: `${user.account}:admin`,
        },
      },
    });
    const federated: Caller = {
      ...admin,
      identity: {
        type: 'FederatedUser',
        principalId: `${user.account}:admin`,
        arn: `arn:aws:sts::${user.account}:federated-user/admin`,
        accountId: user.account,
        accessKeyId: w.temporaryKey(),
        sessionContext: {
          sessionIssuer: { type: 'IAMUser', principalId: userId, arn, accountId: user.account, userName },
        },
      },
    };
    w.call(minute(49), federated, 'signin:GetSigninToken', {
      type: 'AwsConsoleSignIn',
      response: { GetSigninToken: 'Success' },
    });
    for (const operation of ['ses:GetSendQuota', 'ses:ListIdentities', 'ses:DeleteIdentity'])
      w.call(minute(52 + w.random.next() * 4), federated, operation, { request: { identity: 'news.example.com' } });
    w.call(minute(66), admin, 'cloudtrail:DeleteTrail', { request: { name: trail } });
  },
};
