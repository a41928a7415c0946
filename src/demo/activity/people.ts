import { AGENTS, BROWSERS } from '../agents.ts';
import { accessKey, consoleUser, person } from '../callers.ts';
import { ACCOUNTS, type Person } from '../company.ts';
import type { Caller, Json } from '../record.ts';
import { denied, type World } from '../world.ts';
import { type Activity, pace } from './activity.ts';
import { decrypt, s3Object } from './machines.ts';

/** What a click on a page of the console calls. */
const PAGES: readonly (readonly string[])[] = [
  ['ec2:DescribeInstances', 'ec2:DescribeInstanceStatus', 'ec2:DescribeVolumes', 'ec2:DescribeAddresses', 'ec2:DescribeKeyPairs', 'cloudwatch:DescribeAlarms'],
  ['ec2:DescribeVpcs', 'ec2:DescribeSubnets', 'ec2:DescribeRouteTables', 'ec2:DescribeInternetGateways', 'ec2:DescribeSecurityGroups', 'ec2:DescribeNetworkAcls'],
  ['s3:ListBuckets', 's3:GetBucketLocation', 's3:GetBucketVersioning', 's3:GetBucketPublicAccessBlock', 's3:GetAccountPublicAccessBlock'],
  ['lambda:ListFunctions20150331', 'lambda:GetFunction20150331v2', 'lambda:GetAccountSettings20160819', 'logs:DescribeLogGroups'],
  ['rds:DescribeDBInstances', 'rds:DescribeDBClusters', 'rds:DescribeDBSnapshots', 'rds:DescribePendingMaintenanceActions'],
  ['cloudwatch:DescribeAlarms', 'cloudwatch:ListDashboards', 'cloudwatch:GetDashboard', 'logs:StartQuery', 'logs:GetQueryResults'],
  ['iam:ListUsers', 'iam:ListRoles', 'iam:GetAccountSummary', 'iam:ListAccountAliases', 'iam:ListMFADevices'],
  ['ecs:ListClusters', 'ecs:DescribeClusters', 'eks:ListClusters', 'eks:DescribeCluster'],
]; // prettier-ignore

/** What each kind of person types. */
const TERMINAL = {
  PowerUserAccess: ['sts:GetCallerIdentity', 'ec2:DescribeInstances', 's3:ListBuckets', 'logs:FilterLogEvents', 'lambda:GetFunction20150331v2', 'ecr:DescribeImages', 'cloudformation:DescribeStacks', 'eks:DescribeCluster', 'ssm:DescribeInstanceInformation'],
  AdministratorAccess: ['sts:GetCallerIdentity', 'organizations:ListAccounts', 'iam:ListRoles', 'ec2:DescribeVpcs', 'cloudformation:ListStacks', 'sso:ListPermissionSets'],
  ReadOnlyAccess: ['sts:GetCallerIdentity', 'logs:FilterLogEvents', 'cloudwatch:GetMetricData', 'rds:DescribeDBInstances'],
  DataScientist: ['athena:StartQueryExecution', 'athena:GetQueryExecution', 'athena:GetQueryResults', 'glue:GetTable', 'glue:GetPartitions', 'sagemaker:ListNotebookInstances'],
  SecurityAudit: ['securityhub:GetFindings', 'guardduty:ListFindings', 'guardduty:GetFindings', 'cloudtrail:LookupEvents', 'iam:GenerateCredentialReport', 'iam:GetCredentialReport', 'access-analyzer:ListFindings', 'config:DescribeComplianceByConfigRule'],
  Billing: ['ce:GetCostAndUsage', 'ce:GetCostForecast', 'budgets:DescribeBudgets', 'cur:DescribeReportDefinitions'],
} as const; // prettier-ignore

/** What people try that they may not do. */
const FORBIDDEN = ['iam:ListUsers', 'iam:CreateUser', 'ec2:TerminateInstances', 'kms:ListKeys', 'organizations:ListAccounts', 's3:GetBucketPolicy', 'secretsmanager:ListSecrets', 'ce:GetCostAndUsage'] as const; // prettier-ignore
const GLOBAL = /^(iam|organizations|ce|budgets|cur|sso|cloudfront|route53):/;

function regionOf(operation: string, caller: Caller): string {
  return GLOBAL.test(operation) ? 'us-east-1' : caller.region;
}

function parameters(w: World, operation: string): Json {
  const name = operation.slice(operation.indexOf(':') + 1);
  switch (name) {
    case 'ListBuckets':
      return { Host: 's3.amazonaws.com' };
    case 'GetBucketLocation':
    case 'GetBucketVersioning':
    case 'GetBucketPublicAccessBlock':
    case 'GetBucketPolicy':
      return { bucketName: w.random.pick(w.company.buckets).name };
    case 'GetFunction20150331v2':
      return { functionName: w.random.pick(w.company.functions).name };
    case 'DescribeCluster':
      return { name: w.random.pick(w.company.clusters).name };
    case 'FilterLogEvents':
      return {
        logGroupName: `/aws/lambda/${w.random.pick(w.company.functions).name}`,
        filterPattern: 'ERROR',
        startTime: 0,
      };
    case 'StartQueryExecution':
      return { queryString: '***', workGroup: 'analytics', queryExecutionContext: { database: 'lake' } };
    case 'LookupEvents':
      return { maxResults: 50, lookupAttributes: [{ attributeKey: 'EventName', attributeValue: 'ConsoleLogin' }] };
    default:
      return name.startsWith('Describe') ? { maxResults: 100 } : null;
  }
}

function refused(w: World, at: number, caller: Caller): void {
  const operation = w.random.pick(FORBIDDEN);
  w.call(at, caller, operation, {
    region: regionOf(operation, caller),
    request: parameters(w, operation),
    error: denied(caller, operation),
  });
}

/** Clicking through the console. */
function browse(w: World, at: number): void {
  const who = atWork(w, at);
  const caller = person(w, who, w.random.pick(who.accounts), at, 'console');
  const next = pace(w, at + 4000, 0, 4);
  for (let pages = w.random.int(1, 3); pages > 0; pages--)
    for (const operation of w.random.pick(PAGES))
      w.call(next(), caller, operation, {
        region: regionOf(operation, caller),
        request: parameters(w, operation),
        ...(operation.startsWith('iam:') && who.permissions === 'DataScientist'
          ? { error: denied(caller, operation) }
          : {}),
      });
  if (w.random.chance(0.15)) refused(w, next(), caller);
}

/** Working in a terminal. */
function type(w: World, at: number): void {
  const who = atWork(w, at);
  const caller = person(w, who, w.random.pick(who.accounts), at, 'cli');
  const next = pace(w, at + 3000, 3, 40);
  for (let i = w.random.int(2, 9); i > 0; i--) {
    const operation = w.random.pick<string>(TERMINAL[who.permissions]);
    w.call(next(), caller, operation, { region: regionOf(operation, caller), request: parameters(w, operation) });
  }
  if (w.random.chance(0.12)) refused(w, next(), caller);
  if (who.permissions === 'DataScientist') {
    const lake = 'example-analytics-lake';
    for (let i = w.random.int(2, 6); i > 0; i--)
      w.call(
        next(),
        caller,
        's3:GetObject',
        s3Object(w, lake, ACCOUNTS.production, `sales/part-${w.random.int(0, 400)}.parquet`, 0, 4_194_304),
      );
  }
  if (who.permissions === 'PowerUserAccess' && w.random.chance(0.25)) maintain(w, next, caller);
}

/** Small changes that developers make by hand. */
function maintain(w: World, next: () => number, caller: Caller): void {
  const instance = w.random.pick(w.company.instances);
  const ids = { instancesSet: { items: [{ instanceId: instance.id }] } };
  switch (w.random.int(0, 4)) {
    case 0:
      w.call(next(), caller, 'ec2:StopInstances', { request: ids, response: ids });
      w.call(next(), caller, 'ec2:StartInstances', { request: ids, response: ids });
      break;
    case 1:
      w.call(next(), caller, 'lambda:UpdateFunctionCode20150331v2', {
        request: { functionName: w.random.pick(w.company.functions).name, publish: true, dryRun: false },
      });
      break;
    case 2:
      w.call(next(), caller, 'ssm:StartSession', {
        request: { target: instance.id, documentName: 'SSM-SessionManagerRunShell' },
        response: { sessionId: `${caller.identity.arn?.split('/').pop() ?? 'session'}-0${w.random.hex(16)}`, tokenValue: 'Value hidden due to security reasons.' },
      }); // prettier-ignore
      break;
    case 3:
      w.call(
        next(),
        caller,
        's3:PutObject',
        s3Object(w, 'example-dev-scratch', ACCOUNTS.development, `try/${w.random.hex(6)}`, 2048, 0),
      );
      w.call(
        next(),
        caller,
        's3:DeleteObject',
        s3Object(w, 'example-dev-scratch', ACCOUNTS.development, `try/${w.random.hex(6)}`, 0, 0),
      );
      break;
    default: {
      const secret = w.random.pick(w.company.secrets);
      w.call(next(), caller, 'secretsmanager:GetSecretValue', { request: { secretId: secret.arn } });
      decrypt(w, next(), caller, { SecretARN: secret.arn });
    }
  }
}

/** The few IAM users that are left: console with a password, and a deployer with an old key. */
function oldWays(w: World, at: number): void {
  const user = w.random.pick(w.company.users.filter((u) => u.console || u.name === 'legacy-deployer'));
  if (user.console) {
    const caller = consoleUser(w, user, BROWSERS[1], 'eu-central-1', at);
    const next = pace(w, at + 8000, 0, 5);
    for (const operation of w.random.pick(PAGES))
      w.call(next(), caller, operation, { region: regionOf(operation, caller), request: parameters(w, operation) });
    return;
  }
  const caller = accessKey(user, 'eu-central-1', AGENTS.boto3);
  const next = pace(w, at, 1, 6);
  w.call(next(), caller, 'sts:GetSessionToken', { request: { durationSeconds: 3600 } });
  w.call(
    next(),
    caller,
    's3:PutObject',
    s3Object(w, 'example-staging-artifacts', user.account, `release/${w.random.hex(7)}.zip`, 5_242_880, 0),
  );
  w.call(next(), caller, 'codedeploy:CreateDeployment', {
    request: { applicationName: 'shop', deploymentGroupName: 'staging' },
    response: { deploymentId: `d-${w.random.base32(9)}` },
  });
}

/** Someone whose working hours these are, mostly. */
function atWork(w: World, at: number): Person {
  let who = w.random.pick(w.company.people);
  for (let tries = 0; tries < 4 && !worksAt(who.utcOffset, at); tries++) who = w.random.pick(w.company.people);
  return who;
}

function worksAt(utcOffset: number, at: number): boolean {
  const hour = (new Date(at).getUTCHours() + utcOffset + 24) % 24;
  return hour >= 8 && hour < 18;
}

export const PEOPLE: readonly Activity[] = [
  { share: 18, size: 14, by: 'people', run: browse },
  { share: 13, size: 9, by: 'people', run: type },
  { share: 2.5, size: 5, by: 'people', run: oldWays },
];
