import { service, serviceRole, vendor } from '../callers.ts';
import { ACCOUNTS, REGIONS } from '../company.ts';
import type { Json } from '../record.ts';
import { denied, throttled, type World } from '../world.ts';
import { type Activity, pace } from './activity.ts';

const EVERY_ACCOUNT = Object.values(ACCOUNTS);
const CONFIG_READS = [
  'ec2:DescribeInstances', 'ec2:DescribeSecurityGroups', 'ec2:DescribeVolumes', 'ec2:DescribeSubnets', 'ec2:DescribeRouteTables',
  'iam:GetRole', 'iam:ListAttachedRolePolicies', 'iam:GetPolicyVersion', 's3:GetBucketPolicy', 's3:GetBucketEncryption',
  'rds:DescribeDBInstances', 'lambda:ListFunctions20150331', 'kms:DescribeKey', 'cloudtrail:DescribeTrails', 'cloudwatch:DescribeAlarms',
]; // prettier-ignore
const VENDOR_READS = [
  'ec2:DescribeInstances', 'ec2:DescribeVolumes', 'ec2:DescribeInstanceStatus', 'rds:DescribeDBInstances', 'rds:ListTagsForResource',
  'elbv2:DescribeLoadBalancers', 'elbv2:DescribeTags', 'lambda:ListFunctions20150331', 'cloudwatch:DescribeAlarms', 'sqs:ListQueues',
  'dynamodb:ListTables', 'tagging:GetResources', 'ecs:ListClusters', 'eks:ListClusters', 'elasticache:DescribeCacheClusters',
]; // prettier-ignore

/** Request parameters of a describing call, as far as they matter. */
function reading(w: World, operation: string, account: string): Json {
  const name = operation.slice(operation.indexOf(':') + 1);
  if (name.endsWith('Role') || name.endsWith('RolePolicies'))
    return { roleName: w.random.pick(['web-frontend', 'order-service', 'github-deploy']) };
  if (name === 'GetPolicyVersion')
    return { policyArn: `arn:aws:iam::${account}:policy/orders-access`, versionId: 'v3' };
  if (name.startsWith('GetBucket')) {
    const bucketName = w.random.pick(w.company.buckets).name;
    return { bucketName, Host: `${bucketName}.s3.amazonaws.com`, [name.slice(9).toLowerCase()]: '' };
  }
  if (name === 'DescribeKey') return { keyId: w.random.pick(w.company.keys).arn };
  return name.startsWith('Describe') ? { maxResults: 100 } : null;
}

/** AWS Config records the state of things. */
function recorder(w: World, at: number): void {
  const account = w.random.pick(EVERY_ACCOUNT);
  const region = w.random.pick(REGIONS);
  const caller = serviceRole(w, 'config', 'AWSServiceRoleForConfig', account, region, at);
  const next = pace(w, at, 0, 3);
  for (let i = w.random.int(2, 8); i > 0; i--) {
    const operation = w.random.pick(CONFIG_READS);
    w.call(next(), caller, operation, { request: reading(w, operation, account) });
  }
}

/** CloudTrail delivers its files to the organisation's bucket. */
function delivery(w: World, at: number): void {
  const region = w.random.pick(REGIONS);
  const account = ACCOUNTS.security;
  const caller = service('cloudtrail', account, region);
  const bucketName = 'example-org-cloudtrail-logs';
  const bucket = { accountId: account, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucketName}` };
  w.call(at, caller, 's3:GetBucketAcl', {
    request: { bucketName, Host: `${bucketName}.s3.${region}.amazonaws.com`, acl: '' },
    resources: [bucket],
    sharedEventID: w.random.uuid(),
  });
  const key = w.company.keys.find((k) => k.account === account);
  if (key === undefined) return;
  w.call(at, caller, 'kms:GenerateDataKey', {
    request: { keyId: key.arn, keySpec: 'AES_256', encryptionContext: { 'aws:cloudtrail:arn': `arn:aws:cloudtrail:us-east-1:${ACCOUNTS.management}:trail/organization` } },
    resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN: key.arn }],
    sharedEventID: w.random.uuid(),
  }); // prettier-ignore
}

/** Auto Scaling follows the load. */
function scaling(w: World, at: number): void {
  const instance = w.random.pick(w.company.instances);
  const { account, region } = instance;
  const caller = serviceRole(w, 'autoscaling', 'AWSServiceRoleForAutoScaling', account, region, at);
  const instanceId = `i-0${w.random.hex(16)}`;
  const resources = [{ accountId: account, type: 'AWS::EC2::Instance', ARN: `arn:aws:ec2:${region}:${account}:instance/${instanceId}` }]; // prettier-ignore
  if (w.random.chance(0.5)) {
    w.call(at, caller, 'ec2:RunInstances', {
      request: { instancesSet: { items: [{ minCount: 1, maxCount: 1 }] }, instanceType: 'm7g.large', monitoring: { enabled: true }, launchTemplate: { launchTemplateId: `lt-0${w.random.hex(16)}`, version: '14' } },
      response: { reservationId: `r-0${w.random.hex(16)}`, ownerId: account, instancesSet: { items: [{ instanceId, imageId: `ami-0${w.random.hex(16)}`, instanceType: 'm7g.large', instanceState: { code: 0, name: 'pending' } }] } },
    }); // prettier-ignore
    w.call(at + 2000, caller, 'ec2:CreateTags', {
      request: {
        resourcesSet: { items: [{ resourceId: instanceId }] },
        tagSet: { items: [{ key: 'Name', value: instance.role }] },
      },
      response: { _return: true },
    });
  } else {
    w.call(at, caller, 'ec2:TerminateInstances', {
      request: { instancesSet: { items: [{ instanceId }] } },
      response: { instancesSet: { items: [{ instanceId, currentState: { code: 32, name: 'shutting-down' } }] } },
      resources,
    });
  }
}

/** AWS Backup and RDS keep copies. */
function backup(w: World, at: number): void {
  const account = w.random.pick([ACCOUNTS.production, ACCOUNTS.staging]);
  const region = w.random.pick(REGIONS);
  const caller = serviceRole(w, 'backup', 'AWSBackupDefaultServiceRole', account, region, at);
  const volumeId = `vol-0${w.random.hex(16)}`;
  w.call(at, caller, 'ec2:CreateSnapshot', {
    request: { volumeId, description: 'This snapshot is created by the AWS Backup service.' },
    response: { snapshotId: `snap-0${w.random.hex(16)}`, volumeId, status: 'pending', encrypted: true },
  });
  w.call(at + 4000, service('backup', account, region), 'backup:BackupJobCompleted', {
    type: 'AwsServiceEvent',
    serviceEventDetails: { backupJobId: w.random.uuid(), state: 'COMPLETED', percentDone: 100, resourceType: 'EBS' },
  });
  if (w.random.chance(0.3))
    w.call(at + 9000, caller, 'ec2:DeleteSnapshot', {
      request: { snapshotId: `snap-0${w.random.hex(16)}` },
      response: { _return: true },
    });
}

/** Keys and secrets rotate by themselves: events of a service without any API call. */
function rotation(w: World, at: number): void {
  const key = w.random.pick(w.company.keys);
  if (w.random.chance(0.4)) {
    w.call(at, service('kms', key.account, key.region), 'kms:RotateKey', {
      type: 'AwsServiceEvent',
      resources: [{ accountId: key.account, type: 'AWS::KMS::Key', ARN: key.arn }],
      serviceEventDetails: { keyId: key.id, rotationType: 'AUTOMATIC' },
    });
    return;
  }
  const secret = w.random.pick(w.company.secrets);
  const rotator = service('secretsmanager', secret.account, secret.region);
  const additional = { SecretId: secret.arn };
  w.call(at, rotator, 'secretsmanager:RotationStarted', { type: 'AwsServiceEvent', additional });
  w.call(at + 9000, rotator, 'secretsmanager:RotationSucceeded', { type: 'AwsServiceEvent', additional });
}

/** The monitoring vendor crawls from outside; it is not allowed everything, and is throttled at times. */
function crawl(w: World, at: number): void {
  const account = w.random.pick(EVERY_ACCOUNT);
  const caller = vendor(w, account, w.random.pick(REGIONS), at);
  const next = pace(w, at, 0, 3);
  const busy = w.random.chance(0.08);
  for (let i = busy ? 20 : w.random.int(4, 10); i > 0; i--) {
    const operation = w.random.pick(VENDOR_READS);
    const error =
      busy && w.random.chance(0.8)
        ? { error: throttled(operation) }
        : operation.startsWith('tagging') && w.random.chance(0.2)
          ? { error: denied(caller, operation) }
          : {};
    w.call(next(), caller, operation, { request: reading(w, operation, account), ...error });
  }
}

export const PLATFORM: readonly Activity[] = [
  { share: 9, size: 5.5, by: 'machines', run: recorder },
  { share: 4, size: 2, by: 'machines', run: delivery },
  { share: 0.8, size: 1.6, by: 'machines', run: scaling },
  { share: 0.7, size: 2.4, by: 'machines', run: backup },
  { share: 0.3, size: 1.6, by: 'machines', run: rotation },
  { share: 6, size: 8, by: 'machines', run: crawl },
];
