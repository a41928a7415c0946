import { BROWSERS, CLIS } from './agents.ts';
import type { Random } from './random.ts';

/**
 * A made-up organisation. Addresses tell who is who: 203.0.113.0/24 offices and data centre, 198.51.100.0/24 homes, CI runners
 * and a vendor, 192.0.2.0/24 attackers, 10.0.0.0/8 machines in the VPCs.
 */
export const ORG_ID = 'o-example2026';

export const ACCOUNTS = {
  management: '999988887777',
  production: '123456789012',
  staging: '210987654321',
  development: '111122223333',
  security: '444455556666',
  shared: '555566667777',
  sandbox: '777788889999',
} as const;
/** A monitoring vendor with a role in each account, and an account that attackers own. */
export const VENDOR_ACCOUNT = '888899990000';
export const ATTACKER_ACCOUNT = '666677778888';

export const REGIONS = ['us-east-1', 'eu-central-1', 'eu-west-1', 'ap-southeast-2'] as const;
/** Nobody in the company works here. */
export const UNUSED_REGION = 'ap-northeast-3';

const OFFICE_IP = '203.0.113.10';
const DATA_CENTRE_IP = '203.0.113.200';

export type PermissionSet =
  'AdministratorAccess' | 'PowerUserAccess' | 'ReadOnlyAccess' | 'SecurityAudit' | 'DataScientist' | 'Billing';

/** Someone who works through Identity Center. */
export interface Person {
  readonly name: string;
  readonly userId: string;
  readonly permissions: PermissionSet;
  readonly accounts: readonly string[];
  readonly region: string;
  /** Hours ahead of UTC: working hours follow it. */
  readonly utcOffset: number;
  readonly ips: readonly string[];
  readonly browser: string;
  readonly cli: string;
}

/** An IAM user with long-lived credentials. */
export interface User {
  readonly name: string;
  readonly account: string;
  readonly userId: string;
  readonly keyId: string;
  readonly ip: string;
  readonly mfa: boolean;
  readonly console: boolean;
}

export interface Instance {
  readonly id: string;
  readonly role: string;
  readonly account: string;
  readonly region: string;
  readonly ip: string;
  readonly vpcEndpointId: string;
}

export interface Bucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

export interface LambdaFunction {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly trigger: string;
}

export interface KmsKey {
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
}

export interface Cluster {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly oidcProvider: string;
}

export interface Company {
  readonly people: readonly Person[];
  readonly users: readonly User[];
  readonly instances: readonly Instance[];
  readonly buckets: readonly Bucket[];
  readonly functions: readonly LambdaFunction[];
  readonly keys: readonly KmsKey[];
  readonly secrets: readonly Secret[];
  readonly clusters: readonly Cluster[];
  /** Stable `AROA…` id of a role. */
  roleId(account: string, role: string): string;
}

/** `AROA…EXAMPLE`: shaped like AWS's ids, and never anybody's. */
export function principalId(random: Random, prefix: 'AROA' | 'AIDA' | 'ASIA' | 'AKIA'): string {
  const length = prefix.startsWith('AR') || prefix === 'AIDA' ? 10 : 9;
  return `${prefix}${random.base32(length)}EXAMPLE`;
}

const { management, production, staging, development, security, shared, sandbox } = ACCOUNTS;
const EVERY_ACCOUNT = Object.values(ACCOUNTS);

const PEOPLE: readonly [name: string, PermissionSet, accounts: readonly string[], region: string, utcOffset: number][] =
  [
    ['alice.nguyen', 'AdministratorAccess', [management, shared, production], 'eu-central-1', 1],
    ['bruno.costa', 'AdministratorAccess', [production, staging, shared], 'us-east-1', -5],
    ['chloe.martin', 'PowerUserAccess', [development, staging], 'eu-west-1', 0],
    ['daniel.okafor', 'PowerUserAccess', [development, staging, production], 'eu-west-1', 0],
    ['emi.tanaka', 'PowerUserAccess', [development, sandbox], 'ap-southeast-2', 10],
    ['farid.rahimi', 'PowerUserAccess', [development, staging], 'eu-central-1', 1],
    ['grace.lee', 'DataScientist', [production, development], 'us-east-1', -8],
    ['hannah.weber', 'SecurityAudit', EVERY_ACCOUNT, 'eu-central-1', 1],
    ['ivan.petrov', 'SecurityAudit', [security, production], 'us-east-1', -5],
    ['julia.santos', 'ReadOnlyAccess', [production, staging], 'us-east-1', -3],
    ['kofi.mensah', 'PowerUserAccess', [sandbox, development], 'eu-west-1', 0],
    ['liam.walsh', 'ReadOnlyAccess', [production], 'ap-southeast-2', 10],
    ['mara.novak', 'Billing', [management], 'eu-central-1', 1],
    ['noah.berg', 'DataScientist', [production], 'eu-central-1', 1],
  ];

const USERS: readonly [name: string, account: string, ip: string, mfa: boolean, console: boolean][] = [
  ['legacy-deployer', staging, '198.51.100.44', false, false],
  ['backup-sync', production, DATA_CENTRE_IP, false, false],
  ['report-export', production, '203.0.113.45', false, false],
  ['olga.reyes', production, '198.51.100.61', true, true],
  ['peter.lind', development, '198.51.100.62', true, true],
  ['contractor-qa', staging, '198.51.100.63', false, true],
];

const FLEETS: readonly [role: string, account: string, region: string, count: number][] = [
  ['web-frontend', production, 'us-east-1', 8],
  ['web-frontend', production, 'eu-central-1', 6],
  ['order-service', production, 'us-east-1', 6],
  ['order-service', production, 'eu-central-1', 4],
  ['search-indexer', production, 'ap-southeast-2', 3],
  ['web-frontend', staging, 'eu-central-1', 2],
  ['order-service', staging, 'eu-west-1', 2],
  ['build-agent', shared, 'us-east-1', 4],
  ['dev-workstation', development, 'eu-west-1', 3],
];

const BUCKETS: readonly [name: string, account: string, region: string][] = [
  ['example-prod-orders', production, 'us-east-1'],
  ['example-prod-media', production, 'eu-central-1'],
  ['example-prod-customer-exports', production, 'us-east-1'],
  ['example-prod-search-snapshots', production, 'ap-southeast-2'],
  ['example-staging-artifacts', staging, 'eu-central-1'],
  ['example-dev-scratch', development, 'eu-west-1'],
  ['example-shared-terraform-state', shared, 'us-east-1'],
  ['example-shared-build-cache', shared, 'us-east-1'],
  ['example-org-cloudtrail-logs', security, 'us-east-1'],
  ['example-analytics-lake', production, 'eu-central-1'],
];

const FUNCTIONS: readonly [name: string, account: string, region: string, trigger: string][] = [
  ['order-webhook', production, 'us-east-1', 'apigateway.amazonaws.com'],
  ['invoice-render', production, 'us-east-1', 'sqs.amazonaws.com'],
  ['image-resize', production, 'eu-central-1', 's3.amazonaws.com'],
  ['fraud-score', production, 'eu-central-1', 'apigateway.amazonaws.com'],
  ['nightly-report', production, 'us-east-1', 'scheduler.amazonaws.com'],
  ['order-webhook', staging, 'eu-central-1', 'apigateway.amazonaws.com'],
  ['slack-notify', shared, 'us-east-1', 'sns.amazonaws.com'],
  ['key-rotation', security, 'us-east-1', 'secretsmanager.amazonaws.com'],
];

const KEYS: readonly [account: string, region: string][] = [
  [production, 'us-east-1'],
  [production, 'eu-central-1'],
  [production, 'ap-southeast-2'],
  [staging, 'eu-central-1'],
  [development, 'eu-west-1'],
  [shared, 'us-east-1'],
  [security, 'us-east-1'],
];

const SECRETS = [
  'orders/database', 'orders/payment-api', 'orders/webhook-signing', 'search/admin', 'fraud/model-store', 'mail/smtp',
  'crm/sync-token', 'sso/scim-token', 'ci/deploy-key', 'partners/acme-api', 'partners/globex-api', 'analytics/warehouse',
  'media/cdn-signing', 'billing/ledger', 'support/chat-token', 'mobile/push-key',
]; // prettier-ignore

const CLUSTERS: readonly [name: string, account: string, region: string][] = [
  ['prod-eu', production, 'eu-central-1'],
  ['prod-us', production, 'us-east-1'],
  ['staging', staging, 'eu-central-1'],
];

export function createCompany(random: Random): Company {
  const roleIds = new Map<string, string>();
  const home = (index: number): string => `198.51.100.${10 + index}`;
  const keys = KEYS.map(([account, region]): KmsKey => {
    const id = random.uuid();
    return { id, arn: `arn:aws:kms:${region}:${account}:key/${id}`, account, region };
  });
  const instances = FLEETS.flatMap(([role, account, region, count], fleet) => {
    const vpcEndpointId = `vpce-0${random.hex(16)}`;
    return Array.from({ length: count }, (_, n): Instance => {
      const ip = `10.${20 + fleet}.${random.int(0, 15)}.${10 + n}`;
      return { id: `i-0${random.hex(16)}`, role, account, region, ip, vpcEndpointId };
    });
  });
  return {
    people: PEOPLE.map(([name, permissions, accounts, region, utcOffset], index) => ({
      name: `${name}@example.com`,
      userId: `${random.hex(10)}-${random.uuid()}`,
      permissions,
      accounts,
      region,
      utcOffset,
      // The office three days in five; one person is on an IPv6 home line.
      ips: [OFFICE_IP, OFFICE_IP, index === 5 ? '2001:db8:4f3a:12::5' : home(index), '203.0.113.77', OFFICE_IP],
      browser: BROWSERS[index % BROWSERS.length] ?? BROWSERS[0],
      cli: CLIS[index % CLIS.length] ?? CLIS[0],
    })),
    users: USERS.map(([name, account, ip, mfa, console]) => ({
      name,
      account,
      userId: principalId(random, 'AIDA'),
      keyId: principalId(random, 'AKIA'),
      ip,
      mfa,
      console,
    })),
    instances,
    buckets: BUCKETS.map(([name, account, region]) => ({ name, account, region })),
    functions: FUNCTIONS.map(([name, account, region, trigger]) => ({ name, account, region, trigger })),
    keys,
    secrets: SECRETS.map((name) => ({
      name,
      arn: `arn:aws:secretsmanager:us-east-1:${production}:secret:${name}-${random.base32(6)}`,
      account: production,
      region: 'us-east-1',
    })),
    clusters: CLUSTERS.map(([name, account, region]) => ({
      name,
      account,
      region,
      oidcProvider: `oidc.eks.${region}.amazonaws.com/id/${random.hex(32).toUpperCase()}`,
    })),
    roleId(account, role) {
      const name = `${account}/${role}`;
      let id = roleIds.get(name);
      if (id === undefined) roleIds.set(name, (id = principalId(random.fork(name), 'AROA')));
      return id;
    },
  };
}
