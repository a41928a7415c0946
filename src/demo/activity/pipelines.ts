import { pipeline } from '../callers.ts';
import { ACCOUNTS, ORG_ID } from '../company.ts';
import type { Caller } from '../record.ts';
import type { World } from '../world.ts';
import { type Activity, pace } from './activity.ts';
import { s3Object } from './machines.ts';

const REPOSITORIES = ['shop-web', 'order-service', 'platform-network', 'data-platform', 'account-baseline'] as const;
const REFRESH = [
  'ec2:DescribeVpcs', 'ec2:DescribeVpcAttribute', 'ec2:DescribeSubnets', 'ec2:DescribeRouteTables', 'ec2:DescribeSecurityGroups',
  'ec2:DescribeSecurityGroupRules', 'ec2:DescribeLaunchTemplates', 'ec2:DescribeNetworkAcls', 'iam:GetRole', 'iam:GetPolicy',
  'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies', 'iam:GetOpenIDConnectProvider', 's3:GetBucketVersioning',
  's3:GetBucketEncryption', 's3:GetBucketTagging', 's3:GetBucketPolicy', 'kms:DescribeKey', 'kms:GetKeyRotationStatus',
  'logs:DescribeLogGroups', 'elbv2:DescribeLoadBalancers', 'rds:DescribeDBInstances', 'route53:GetHostedZone', 'sqs:GetQueueAttributes',
]; // prettier-ignore

/** Terraform reads its state and the world, and says what it would do. Returns the caller and the clock for what follows. */
export function plan(
  w: World,
  at: number,
  repository: string,
  account: string,
  reads: number,
): { caller: Caller; next: () => number } {
  const caller = pipeline(w, repository, account, w.random.pick(['us-east-1', 'eu-central-1']), at);
  const next = pace(w, at + 2000, 0, 1);
  const state = 'example-shared-terraform-state';
  w.call(
    next(),
    caller,
    's3:GetObject',
    s3Object(w, state, ACCOUNTS.shared, `${repository}/terraform.tfstate`, 0, 180_000),
  );
  w.call(next(), caller, 'sts:GetCallerIdentity');
  for (let i = reads; i > 0; i--) {
    const operation = w.random.pick(REFRESH);
    const region = operation.startsWith('iam:') || operation.startsWith('route53:') ? 'us-east-1' : caller.region;
    const missing = operation === 's3:GetBucketPolicy' && w.random.chance(0.3);
    w.call(next(), caller, operation, {
      region,
      request: operation.startsWith('s3:') ? { bucketName: w.random.pick(w.company.buckets).name } : null,
      ...(missing ? { error: ['NoSuchBucketPolicy', 'The bucket policy does not exist'] as const } : {}),
    });
  }
  return { caller, next };
}

/** A pull request's plan. */
function review(w: World, at: number): void {
  const account = w.random.pick([ACCOUNTS.production, ACCOUNTS.staging, ACCOUNTS.development, ACCOUNTS.shared]);
  plan(w, at, w.random.pick(REPOSITORIES), account, w.random.int(15, 45));
}

/** A deployment: images, stacks, functions. */
function deploy(w: World, at: number): void {
  const account = w.random.pick([ACCOUNTS.production, ACCOUNTS.staging, ACCOUNTS.staging, ACCOUNTS.development]);
  const { caller, next } = plan(w, at, w.random.pick(REPOSITORIES), account, w.random.int(3, 10));
  const stack = `arn:aws:cloudformation:${caller.region}:${account}:stack/shop/${w.random.uuid()}`;
  w.call(next(), caller, 'ecr:PutImage', {
    request: { repositoryName: 'shop/web', imageTag: `v1.${w.random.int(10, 60)}.0`, registryId: ACCOUNTS.shared },
  });
  w.call(next(), caller, 'cloudformation:UpdateStack', {
    request: { stackName: 'shop', capabilities: ['CAPABILITY_IAM'], parameters: [{ parameterKey: 'Organization', parameterValue: ORG_ID }] },
    response: { stackId: stack },
    ...(w.random.chance(0.2) ? { error: ['ValidationException', 'No updates are to be performed.'] as const } : {}),
  }); // prettier-ignore
  w.call(next(), caller, 'ecs:RegisterTaskDefinition', {
    request: { family: 'shop-web', networkMode: 'awsvpc', cpu: '512' },
  });
  w.call(next(), caller, 'ecs:UpdateService', {
    request: { cluster: 'shop', service: 'web', forceNewDeployment: false },
  });
  const fn = w.random.pick(w.company.functions);
  w.call(next(), caller, 'lambda:UpdateFunctionCode20150331v2', {
    request: { functionName: fn.name, s3Bucket: 'example-shared-build-cache', publish: true },
    response: { functionName: fn.name, version: String(w.random.int(10, 90)), lastUpdateStatus: 'InProgress' },
  });
  w.call(
    next(),
    caller,
    's3:PutObject',
    s3Object(w, 'example-shared-terraform-state', ACCOUNTS.shared, 'shop/terraform.tfstate', 181_000, 0),
  );
}

export const PIPELINES: readonly Activity[] = [
  { share: 3, size: 33, by: 'people', run: review },
  { share: 2, size: 15, by: 'people', run: deploy },
];
