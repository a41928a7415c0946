import { AGENTS, BROWSERS } from '../agents.ts';
import { accessKey, consoleLogin, consoleUser, person } from '../callers.ts';
import { ACCOUNTS, ORG_ID, principalId } from '../company.ts';
import { iamUser } from '../identities.ts';
import type { Caller, JsonObject } from '../record.ts';
import type { World } from '../world.ts';
import { type Activity, pace } from './activity.ts';
import { plan } from './pipelines.ts';

/** A change that someone planned and reviewed. Each happens at least once in a day, so that every monitor has its harmless hits too. */
export type Change = (w: World, at: number) => void;

const OK: JsonObject = { _return: true };

function administrator(w: World, at: number, account: string): { caller: Caller; next: () => number } {
  const who = w.company.people.find((p) => p.permissions === 'AdministratorAccess' && p.accounts.includes(account));
  const caller = person(w, who ?? w.random.pick(w.company.people), account, at, 'console');
  return { caller: { ...caller, region: 'us-east-1' }, next: pace(w, at + 4000, 4, 25) };
}

/** Terraform builds a network: VPC, gateway, routes, access lists, security groups, peering. */
function network(w: World, at: number): void {
  const { caller, next } = plan(w, at, 'platform-network', ACCOUNTS.development, 12);
  const vpcId = `vpc-0${w.random.hex(16)}`;
  const internetGatewayId = `igw-0${w.random.hex(16)}`;
  const routeTableId = `rtb-0${w.random.hex(16)}`;
  const networkAclId = `acl-0${w.random.hex(16)}`;
  const groupId = `sg-0${w.random.hex(16)}`;
  const change = (operation: string, request: JsonObject, response: JsonObject = OK): void =>
    w.call(next(), caller, `ec2:${operation}`, { request, response });
  change('CreateVpc', { cidrBlock: '10.90.0.0/16', instanceTenancy: 'default' }, { vpc: { vpcId, state: 'pending' } });
  change('ModifyVpcAttribute', { vpcId, enableDnsHostnames: { value: true } });
  change('CreateInternetGateway', {}, { internetGateway: { internetGatewayId } });
  change('AttachInternetGateway', { internetGatewayId, vpcId });
  change('CreateSubnet', { vpcId, cidrBlock: '10.90.1.0/24', availabilityZone: `${caller.region}a` });
  change('CreateRouteTable', { vpcId }, { routeTable: { routeTableId, vpcId } });
  change('CreateRoute', { routeTableId, destinationCidrBlock: '0.0.0.0/0', gatewayId: internetGatewayId });
  change('CreateNetworkAcl', { vpcId }, { networkAcl: { networkAclId, vpcId } });
  change('CreateNetworkAclEntry', {
    networkAclId,
    ruleNumber: 100,
    egress: false,
    ruleAction: 'allow',
    cidrBlock: '10.0.0.0/8',
    aclProtocol: '-1',
  });
  change(
    'CreateSecurityGroup',
    { groupName: 'shop-web', groupDescription: 'web servers', vpcId },
    { groupId, _return: true },
  );
  change('AuthorizeSecurityGroupIngress', {
    groupId,
    ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 443, toPort: 443, ipRanges: { items: [{ cidrIp: '10.0.0.0/8', description: 'internal' }] } }] },
  }); // prettier-ignore
  change('CreateVpcPeeringConnection', { vpcId, peerVpcId: `vpc-0${w.random.hex(16)}`, peerOwnerId: ACCOUNTS.shared });
  change('CreateFlowLogs', {
    CreateFlowLogsRequest: { ResourceType: 'VPC', TrafficType: 'ALL', ResourceId: { content: vpcId, tag: 1 } },
  });
}

/** A new service gets its role and policy. */
function serviceRole(w: World, at: number): void {
  const { caller, next } = plan(w, at, 'order-service', ACCOUNTS.staging, 10);
  const roleName = 'refund-service';
  const arn = `arn:aws:iam::${caller.account}:role/${roleName}`;
  const policyArn = `arn:aws:iam::${caller.account}:policy/refund-access`;
  const region = 'us-east-1';
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  const policyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::example-staging-artifacts/*' }],
  });
  w.call(next(), caller, 'iam:CreateRole', {
    region,
    request: { roleName, path: '/', assumeRolePolicyDocument: trust, maxSessionDuration: 3600 },
    response: { role: { roleName, arn, path: '/', roleId: w.company.roleId(caller.account, roleName), createDate: new Date(at).toUTCString().slice(5) } },
  }); // prettier-ignore
  w.call(next(), caller, 'iam:CreatePolicy', {
    region,
    request: { policyName: 'refund-access', policyDocument },
    response: { policy: { policyName: 'refund-access', arn: policyArn, defaultVersionId: 'v1', policyId: `ANPA${w.random.base32(10)}EXAMPLE` } },
  }); // prettier-ignore
  w.call(next(), caller, 'iam:AttachRolePolicy', { region, request: { roleName, policyArn } });
  w.call(next(), caller, 'iam:TagRole', { region, request: { roleName, tags: [{ key: 'team', value: 'orders' }] } });
  w.call(next(), caller, 'iam:CreatePolicyVersion', {
    region,
    request: { policyArn, policyDocument, setAsDefault: true },
    response: { policyVersion: { versionId: 'v2', isDefaultVersion: true } },
  });
  w.call(next(), caller, 'iam:PutRolePolicy', { region, request: { roleName, policyName: 'logs', policyDocument } });
  w.call(next(), caller, 'iam:DetachRolePolicy', { region, request: { roleName, policyArn } });
}

/** Somebody joins, somebody leaves. */
function joiner(w: World, at: number): void {
  const { caller, next } = administrator(w, at, ACCOUNTS.production);
  const userName = 'quentin.moreau';
  const arn = `arn:aws:iam::${caller.account}:user/${userName}`;
  const userId = principalId(w.random, 'AIDA');
  w.call(next(), caller, 'iam:CreateUser', {
    request: { userName },
    response: { user: { userName, arn, userId, path: '/' } },
  });
  w.call(next(), caller, 'iam:AddUserToGroup', { request: { groupName: 'console-readers', userName } });
  w.call(next(), caller, 'iam:CreateLoginProfile', {
    request: { userName, passwordResetRequired: true },
    response: { loginProfile: { userName, passwordResetRequired: true } },
  });
  const serialNumber = `arn:aws:iam::${caller.account}:mfa/${userName}`;
  w.call(next(), caller, 'iam:CreateVirtualMFADevice', {
    request: { virtualMFADeviceName: userName, path: '/' },
    response: { virtualMFADevice: { serialNumber } },
  });
  w.call(next(), caller, 'iam:EnableMFADevice', { request: { userName, serialNumber } });
  for (const operation of [
    'DeleteAccessKey',
    'DeleteLoginProfile',
    'DeactivateMFADevice',
    'RemoveUserFromGroup',
    'DeleteUser',
  ]) {
    const leaver = 'rosa.klein';
    const detail: JsonObject =
      operation === 'DeactivateMFADevice'
        ? { serialNumber: `arn:aws:iam::${caller.account}:mfa/${leaver}` }
        : operation === 'RemoveUserFromGroup'
          ? { groupName: 'console-readers' }
          : operation === 'DeleteAccessKey'
            ? { accessKeyId: principalId(w.random, 'AKIA') }
            : {};
    w.call(next(), caller, `iam:${operation}`, { request: { userName: leaver, ...detail } });
  }
}

/** A user mistypes the password, gets in, changes it, and makes a new access key. */
function password(w: World, at: number): void {
  const user = w.company.users.find((u) => u.name === 'peter.lind');
  if (user === undefined) return;
  const next = pace(w, at, 5, 20);
  const door: Caller = {
    identity: iamUser({ ...user, keyId: '' }),
    account: user.account,
    region: 'us-east-1',
    ip: user.ip,
    agent: BROWSERS[0],
  };
  for (let i = 0; i < 2; i++) w.call(next(), door, 'signin:ConsoleLogin', consoleLogin(false, 'Failed authentication'));
  const inside = consoleUser(w, user, BROWSERS[0], 'us-east-1', next());
  next();
  w.call(next(), inside, 'iam:ChangePassword', {});
  w.call(next(), inside, 'iam:CreateAccessKey', {
    request: { userName: user.name },
    response: { accessKey: { userName: user.name, accessKeyId: principalId(w.random, 'AKIA'), status: 'Active' } },
  });
  w.call(next(), inside, 'iam:UpdateAccessKey', {
    request: { userName: user.name, accessKeyId: user.keyId, status: 'Inactive' },
  });
}

/** Buckets get a lifecycle, a policy for the organisation, replication. */
function buckets(w: World, at: number): void {
  const { caller, next } = plan(w, at, 'data-platform', ACCOUNTS.production, 8);
  const bucketName = 'example-analytics-lake';
  const resources = [{ accountId: caller.account, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucketName}` }];
  const statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucketName}/*`, Condition: { StringEquals: { 'aws:PrincipalOrgID': ORG_ID } } }]; // prettier-ignore
  w.call(next(), caller, 's3:PutBucketPolicy', {
    request: { bucketName, policy: '', bucketPolicy: { Version: '2012-10-17', Statement: statement } },
    resources,
  });
  w.call(next(), caller, 's3:PutBucketLifecycle', {
    request: { bucketName, lifecycle: '', LifecycleConfiguration: { Rule: { ID: 'archive', Status: 'Enabled', Transition: { Days: 90, StorageClass: 'GLACIER' } } } },
    resources,
  }); // prettier-ignore
  w.call(next(), caller, 's3:PutBucketReplication', { request: { bucketName, replication: '' }, resources });
  w.call(next(), caller, 's3:PutBucketTagging', { request: { bucketName, tagging: '' }, resources });
}

/** The baseline of a new account: trail, recorder, findings, organisation. */
function baseline(w: World, at: number): void {
  const { caller, next } = administrator(w, at, ACCOUNTS.management);
  const accountId = '333344445555';
  w.call(next(), caller, 'organizations:CreateAccount', {
    request: { accountName: 'HIDDEN_DUE_TO_SECURITY_REASONS', email: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    response: { createAccountStatus: { id: `car-${w.random.hex(16)}`, state: 'IN_PROGRESS' } },
  });
  w.call(next(), caller, 'organizations:MoveAccount', {
    request: { accountId, sourceParentId: 'r-exam', destinationParentId: 'ou-exam-9workload' },
  });
  w.call(next(), caller, 'organizations:AttachPolicy', { request: { policyId: 'p-examplescp', targetId: accountId } });
  w.call(next(), caller, 'cloudtrail:UpdateTrail', {
    request: {
      name: 'organization',
      isOrganizationTrail: true,
      isMultiRegionTrail: true,
      enableLogFileValidation: true,
    },
    response: { name: 'organization', trailARN: `arn:aws:cloudtrail:us-east-1:${caller.account}:trail/organization` },
  });
  w.call(next(), caller, 'config:PutConfigurationRecorder', {
    request: {
      configurationRecorder: {
        name: 'default',
        recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
      },
    },
  });
  w.call(next(), caller, 'config:StartConfigurationRecorder', { request: { configurationRecorderName: 'default' } });
  w.call(next(), caller, 'securityhub:EnableSecurityHub', { request: { enableDefaultStandards: true } });
  w.call(next(), caller, 'sso:CreateAccountAssignment', {
    request: { targetId: accountId, targetType: 'AWS_ACCOUNT', principalType: 'GROUP', principalId: w.random.uuid(), permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-example/ps-example' },
  }); // prettier-ignore
  w.call(next(), caller, 'account:EnableRegion', { request: { regionName: 'eu-south-2' } });
}

/** An old key is retired: disabled first, deleted in thirty days. */
function oldKey(w: World, at: number): void {
  const { caller, next } = administrator(w, at, ACCOUNTS.shared);
  const arn = `arn:aws:kms:us-east-1:${caller.account}:key/${w.random.uuid()}`;
  const resources = [{ accountId: caller.account, type: 'AWS::KMS::Key', ARN: arn }];
  w.call(next(), caller, 'kms:ListAliases', {});
  w.call(next(), caller, 'kms:DescribeKey', { request: { keyId: arn }, resources });
  w.call(next(), caller, 'kms:DisableKey', { request: { keyId: arn }, response: { keyId: arn }, resources });
  w.call(next(), caller, 'kms:ScheduleKeyDeletion', {
    request: { keyId: arn, pendingWindowInDays: 30 },
    response: { keyId: arn, keyState: 'PendingDeletion', pendingWindowInDays: 30 },
    resources,
  });
  w.call(next(), caller, 'kms:CreateKey', {
    request: { description: 'build artefacts', keySpec: 'SYMMETRIC_DEFAULT' },
  });
}

/** The database people: a snapshot, a restore for a test, a parameter change, a clean-up. */
function databases(w: World, at: number): void {
  const { caller, next } = administrator(w, at, ACCOUNTS.production);
  const dBInstanceIdentifier = 'orders-primary';
  const call = (operation: string, request: JsonObject): void =>
    w.call(next(), caller, `rds:${operation}`, { request });
  call('DescribeDBInstances', { maxRecords: 100 });
  call('CreateDBSnapshot', { dBInstanceIdentifier, dBSnapshotIdentifier: 'orders-before-upgrade' });
  call('RestoreDBInstanceFromDBSnapshot', {
    dBInstanceIdentifier: 'orders-rehearsal',
    dBSnapshotIdentifier: 'orders-before-upgrade',
    publiclyAccessible: false,
  });
  call('ModifyDBInstance', { dBInstanceIdentifier, allocatedStorage: 400, applyImmediately: false });
  call('DeleteDBInstance', { dBInstanceIdentifier: 'orders-rehearsal', skipFinalSnapshot: true });
  call('DeleteDBSnapshot', { dBSnapshotIdentifier: 'orders-2026-spring' });
}

/** The day's clean-up: logs, alarms, rules, gateways that nobody uses. */
function cleanUp(w: World, at: number): void {
  const { caller, next } = plan(w, at, 'platform-network', ACCOUNTS.staging, 8);
  const call = (operation: string, request: JsonObject): void =>
    w.call(next(), caller, operation, { request, response: OK });
  const groupId = `sg-0${w.random.hex(16)}`;
  call('ec2:RevokeSecurityGroupIngress', {
    groupId,
    ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 8080, toPort: 8080 }] },
  });
  call('ec2:DeleteSecurityGroup', { groupId });
  call('ec2:DeleteRoute', { routeTableId: `rtb-0${w.random.hex(16)}`, destinationCidrBlock: '10.77.0.0/16' });
  call('ec2:DeleteNetworkAclEntry', { networkAclId: `acl-0${w.random.hex(16)}`, ruleNumber: 90, egress: false });
  call('ec2:DetachInternetGateway', {
    internetGatewayId: `igw-0${w.random.hex(16)}`,
    vpcId: `vpc-0${w.random.hex(16)}`,
  });
  call('ec2:DeleteVpcPeeringConnection', { vpcPeeringConnectionId: `pcx-0${w.random.hex(16)}` });
  call('logs:DeleteLogGroup', { logGroupName: '/ecs/old-shop' });
  call('cloudwatch:DeleteAlarms', { alarmNames: ['old-shop-5xx'] });
  call('ec2:DeleteVolume', { volumeId: `vol-0${w.random.hex(16)}` });
}

/** The support desk runs a command on a fleet with its old tools. */
function support(w: World, at: number): void {
  const user = w.company.users.find((u) => u.name === 'legacy-deployer');
  if (user === undefined) return;
  const caller = accessKey(user, 'eu-central-1', AGENTS.boto3);
  const next = pace(w, at, 2, 9);
  const targets = w.company.instances.filter((i) => i.account === user.account);
  w.call(next(), caller, 'ssm:SendCommand', {
    request: {
      documentName: 'AWS-RunShellScript',
      parameters: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      instanceIds: targets.map((i) => i.id),
    },
    response: { command: { commandId: w.random.uuid(), status: 'Pending' } },
  });
  for (const target of targets)
    w.call(next(), caller, 'ssm:GetCommandInvocation', {
      request: { instanceId: target.id, commandId: w.random.uuid() },
    });
}

export const CHANGES: readonly Change[] = [
  network, serviceRole, joiner, password, buckets, baseline, oldKey, databases, cleanUp, support,
]; // prettier-ignore

/** In a long range the same kinds of change come again, day after day. */
export const MORE_CHANGES: readonly Activity[] = [
  { share: 2, size: 19, by: 'people', run: (w, at) => w.random.pick(CHANGES)(w, at) },
];
