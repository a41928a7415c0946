import { AGENTS } from './agents.ts';
import type { Cluster, Instance, LambdaFunction, PermissionSet, Person, User } from './company.ts';
import { ACCOUNTS, VENDOR_ACCOUNT } from './company.ts';
import {
  assumedRole, awsService, iamUser, identityCenterUser, otherAccount, roleArn, samlUser, webIdentityUser,
} from './identities.ts'; // prettier-ignore
import type { CallOptions, Caller, JsonObject, Resource } from './record.ts';
import type { World } from './world.ts';

const HOUR = 3_600_000;
const IDENTITY_STORE = `arn:aws:identitystore::${ACCOUNTS.management}:identitystore/d-9067example`;
/** Identity Center lives in one region, whatever region is worked in. */
const IDENTITY_REGION = 'eu-central-1';

interface NewSession {
  readonly account: string;
  readonly role: string;
  readonly path?: string;
  readonly session: string;
  readonly at: number;
}

/** `responseElements` of the AssumeRole calls, the secret parts as CloudTrail leaves them out. */
function assumed(w: World, s: NewSession, keyId: string, extra: JsonObject = {}): JsonObject {
  return {
    credentials: {
      accessKeyId: keyId,
      sessionToken: `IQoJb3JpZ2luX2Vj${w.random.base32(24)}`,
      expiration: readable(s.at + HOUR),
    },
    assumedRoleUser: {
      assumedRoleId: `${w.company.roleId(s.account, s.role)}:${s.session}`,
      arn: `arn:aws:sts::${s.account}:assumed-role/${s.role}/${s.session}`,
    },
    ...extra,
  };
}

const READABLE = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });

/** `Nov 20, 2026, 7:27:55 AM`, as STS writes an expiration. */
function readable(epochMs: number): string {
  return READABLE.format(epochMs).replace('\u202f', ' ');
}

function roleResource(s: NewSession): Resource[] {
  return [{ accountId: s.account, type: 'AWS::IAM::Role', ARN: roleArn(s.account, s.role, s.path) }];
}

/** An AWS service calling in its own name. */
export function service(name: string, account: string, region: string): Caller {
  const host = `${name}.amazonaws.com`;
  return { identity: awsService(host), account, region, ip: host, agent: host };
}

/** A service working with a role of the account, such as AWS Config's recorder. */
export function serviceRole(w: World, name: string, role: string, account: string, region: string, at: number): Caller {
  return w.caller(`${role}/${account}/${region}`, at, HOUR, () => {
    const host = `${name}.amazonaws.com`;
    const session: NewSession = { account, role, path: `/aws-service-role/${host}/`, session: name, at };
    const keyId = w.temporaryKey();
    w.call(at, service(name, account, region), 'sts:AssumeRole', {
      request: { roleArn: roleArn(account, role, session.path), roleSessionName: name },
      response: assumed(w, session, keyId),
      resources: roleResource(session),
      sharedEventID: w.random.uuid(),
    });
    const identity = assumedRole({
      ...session,
      roleId: w.company.roleId(account, role),
      keyId,
      created: at,
      invokedBy: host,
    });
    return { identity, account, region, ip: host, agent: host };
  });
}

/** A program on an EC2 instance, with the instance's role, through the VPC endpoint. */
export function machine(w: World, instance: Instance, at: number, agent: string): Caller {
  const { account, region, role, id } = instance;
  const caller = w.caller(id, at, 6 * HOUR, () => {
    const session: NewSession = { account, role, session: id, at };
    const keyId = w.temporaryKey();
    w.call(at, service('ec2', account, region), 'sts:AssumeRole', {
      request: { roleArn: roleArn(account, role), roleSessionName: id, durationSeconds: 21_600 },
      response: assumed(w, session, keyId),
      resources: roleResource(session),
      sharedEventID: w.random.uuid(),
    });
    const identity = assumedRole({ ...session, roleId: w.company.roleId(account, role), keyId, created: at });
    return { identity, account, region, ip: instance.ip, agent, vpcEndpointId: instance.vpcEndpointId };
  });
  return caller.agent === agent ? caller : { ...caller, agent };
}

/** A Lambda function with its execution role. */
export function lambda(w: World, fn: LambdaFunction, at: number): Caller {
  const { account, region, name } = fn;
  const role = `${name}-execution`;
  return w.caller(`${role}/${account}`, at, HOUR, () => {
    const session: NewSession = { account, role, path: '/service-role/', session: name, at };
    const keyId = w.temporaryKey();
    w.call(at, service('lambda', account, region), 'sts:AssumeRole', {
      request: { roleArn: roleArn(account, role, session.path), roleSessionName: name },
      response: assumed(w, session, keyId),
      resources: roleResource(session),
      sharedEventID: w.random.uuid(),
    });
    const identity = assumedRole({ ...session, roleId: w.company.roleId(account, role), keyId, created: at });
    const ip = `10.${30 + (name.length % 4)}.1.${20 + name.length}`;
    return { identity, account, region, ip, agent: name.length % 2 === 0 ? AGENTS.boto3 : AGENTS.jsSdk };
  });
}

/** A Kubernetes workload: its service account's token is exchanged for a role (IRSA). */
export function pod(w: World, cluster: Cluster, serviceAccount: string, at: number, agent: string): Caller {
  const role = `${cluster.name}-${serviceAccount}`;
  const { account, region } = cluster;
  return w.caller(role, at, HOUR, () => {
    const session: NewSession = { account, role, session: `${serviceAccount}-${w.random.hex(10)}`, at };
    const keyId = w.temporaryKey();
    const ip = `10.40.${cluster.name.length}.${30 + serviceAccount.length}`;
    const provider = `arn:aws:iam::${account}:oidc-provider/${cluster.oidcProvider}`;
    const subject = `system:serviceaccount:kube-system:${serviceAccount}`;
    const token = webIdentityUser(provider, 'sts.amazonaws.com', subject);
    w.call(at, { identity: token, account, region, ip, agent }, 'sts:AssumeRoleWithWebIdentity', {
      request: { roleArn: roleArn(account, role), roleSessionName: session.session },
      response: assumed(w, session, keyId, {
        subjectFromWebIdentityToken: subject,
        audience: 'sts.amazonaws.com',
        provider,
      }),
      resources: roleResource(session),
    });
    const identity = assumedRole({
      ...session,
      roleId: w.company.roleId(account, role),
      keyId,
      created: at,
      oidcProvider: provider,
    });
    return { identity, account, region, ip, agent };
  });
}

/** One run of a GitHub workflow, signed in by OIDC. */
export function pipeline(w: World, repository: string, account: string, region: string, at: number): Caller {
  const role = 'github-deploy';
  const session: NewSession = { account, role, session: `GitHubActions-${w.random.int(10_000_000, 99_999_999)}`, at };
  const keyId = w.temporaryKey();
  const ip = `198.51.100.${w.random.int(200, 215)}`;
  const provider = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
  const subject = `repo:example-company/${repository}:ref:refs/heads/main`;
  const token = webIdentityUser(provider, 'sts.amazonaws.com', subject);
  w.call(at, { identity: token, account, region, ip, agent: AGENTS.jsSdk }, 'sts:AssumeRoleWithWebIdentity', {
    request: { roleArn: roleArn(account, role), roleSessionName: session.session, durationSeconds: 3600 },
    response: assumed(w, session, keyId, {
      subjectFromWebIdentityToken: subject,
      audience: 'sts.amazonaws.com',
      provider,
    }),
    resources: roleResource(session),
  });
  const identity = assumedRole({
    ...session,
    roleId: w.company.roleId(account, role),
    keyId,
    created: at,
    oidcProvider: provider,
  });
  return { identity, account, region, ip, agent: AGENTS.terraform };
}

/** The monitoring vendor's role: assumed from the vendor's account with an external id. */
export function vendor(w: World, account: string, region: string, at: number): Caller {
  const role = 'ExampleMonitorIntegration';
  return w.caller(`${role}/${account}/${region}`, at, HOUR, () => {
    const session: NewSession = { account, role, session: 'example-monitor', at };
    const keyId = w.temporaryKey();
    const collector = otherAccount(VENDOR_ACCOUNT, `${w.company.roleId(VENDOR_ACCOUNT, 'collector')}:crawler-7`);
    const ip = '198.51.100.240';
    w.call(at, { identity: collector, account, region, ip, agent: AGENTS.vendor }, 'sts:AssumeRole', {
      request: { roleArn: roleArn(account, role), roleSessionName: 'example-monitor', externalId: 'example-7d31f0' },
      response: assumed(w, session, keyId),
      resources: roleResource(session),
      sharedEventID: w.random.uuid(),
    });
    const identity = assumedRole({ ...session, roleId: w.company.roleId(account, role), keyId, created: at });
    return { identity, account, region, ip, agent: AGENTS.vendor };
  });
}

/** Role names that Identity Center makes for a permission set. */
export function permissionRole(account: string, permissions: PermissionSet): string {
  const suffix = [...`${account}${permissions}`].reduce((hash, c) => Math.imul(hash ^ c.charCodeAt(0), 0x01000193), 7);
  return `AWSReservedSSO_${permissions}_${(suffix >>> 0).toString(16).padStart(16, 'e')}`;
}

/** Someone at work in one account, in the browser or the terminal; the first call of a session records the sign-in. */
export function person(w: World, who: Person, account: string, at: number, how: 'console' | 'cli'): Caller {
  return w.caller(`${who.name}/${account}/${how}`, at, 4 * HOUR, () => {
    const ip = w.random.pick(who.ips);
    const role = permissionRole(account, who.permissions);
    const path = '/aws-reserved/sso.amazonaws.com/';
    const session: NewSession = { account, role, path, session: who.name, at };
    const keyId = w.temporaryKey();
    signIn(w, who, ip, at);
    const provider = `arn:aws:iam::${account}:saml-provider/AWSSSO_2f6e1d0example_DO_NOT_DELETE`;
    const token = samlUser(provider, who.name);
    const agent = how === 'console' ? who.browser : who.cli;
    const endpoint: Caller = { identity: token, account, region: IDENTITY_REGION, ip, agent };
    w.call(at + 1000, endpoint, 'sts:AssumeRoleWithSAML', {
      request: {
        sAMLAssertionID: `_${w.random.uuid()}`,
        roleSessionName: who.name,
        roleArn: roleArn(account, role, path),
        principalArn: provider,
        durationSeconds: 14_400,
      },
      response: assumed(w, session, keyId, {
        subject: who.name,
        issuer: 'https://portal.sso.example.com/saml',
        nameQualifier: 'A7Bexample',
      }),
      resources: [...roleResource(session), { accountId: account, type: 'AWS::IAM::SAMLProvider', ARN: provider }],
    });
    const identity = assumedRole({ ...session, roleId: w.company.roleId(account, role), keyId, created: at });
    const caller: Caller = { identity, account, region: who.region, ip, agent };
    if (how === 'cli') return caller;
    w.call(at + 2000, caller, 'signin:ConsoleLogin', {
      region: 'us-east-1',
      type: 'AwsConsoleSignIn',
      response: { ConsoleLogin: 'Success' },
      additional: { MobileVersion: 'No', MFAUsed: 'No', LoginTo: 'https://console.aws.amazon.com/console/home' },
    });
    return { ...caller, console: true };
  });
}

/** Identity Center's own record of the sign-in, in the organisation's management account. */
function signIn(w: World, who: Person, ip: string, at: number): void {
  const account = ACCOUNTS.management;
  const user = { id: who.userId, storeArn: IDENTITY_STORE, credentialId: w.random.uuid() };
  const portal: Caller = {
    identity: identityCenterUser(account, user),
    account,
    region: IDENTITY_REGION,
    ip,
    agent: who.browser,
  };
  w.call(at, portal, 'signin:UserAuthentication', {
    type: 'AwsServiceEvent',
    additional: {
      AuthWorkflowID: w.random.uuid(),
      UserName: who.name,
      LoginTo: 'https://d-9067example.awsapps.com/start',
      CredentialType: 'EXTERNAL_IDP',
    },
    serviceEventDetails: { UserAuthentication: 'Success' },
  });
  w.call(at, portal, 'sso:Authenticate', { type: 'AwsServiceEvent' });
  w.call(at + 1000, portal, 'sso:Federate', {
    type: 'AwsServiceEvent',
    serviceEventDetails: { role_name: who.permissions, account_id: account, relayId: w.random.uuid() },
  });
}

/** A long-lived access key at work. */
export function accessKey(user: User, region: string, agent: string): Caller {
  return { identity: iamUser(user), account: user.account, region, ip: user.ip, agent };
}

/** An IAM user in the browser: the first call records the sign-in, and MFA where the user has it. */
export function consoleUser(w: World, user: User, browser: string, region: string, at: number): Caller {
  return w.caller(`${user.name}/console`, at, 4 * HOUR, () => {
    const session = { created: at, mfa: user.mfa };
    const door: Caller = {
      identity: iamUser({ ...user, keyId: '' }),
      account: user.account,
      region: 'us-east-1',
      ip: user.ip,
      agent: browser,
    };
    if (user.mfa)
      w.call(at, door, 'signin:CheckMfa', {
        type: 'AwsConsoleSignIn',
        response: { CheckMfa: 'Success' },
        additional: { MfaType: 'Virtual MFA' },
      });
    w.call(at + 4000, door, 'signin:ConsoleLogin', consoleLogin(user.mfa));
    return { ...door, identity: iamUser({ ...user, keyId: w.temporaryKey(), session }), region, console: true };
  });
}

/** Options of a ConsoleLogin record; `failure` is the error message of a refused one. */
export function consoleLogin(mfa: boolean, failure?: string): CallOptions {
  return {
    type: 'AwsConsoleSignIn',
    response: { ConsoleLogin: failure === undefined ? 'Success' : 'Failure' },
    additional: {
      LoginTo: 'https://console.aws.amazon.com/console/home?region=eu-central-1&state=hashArgs%23&isauthcode=true',
      MobileVersion: 'No',
      MFAUsed: mfa ? 'Yes' : 'No',
    },
    ...(failure === undefined ? {} : { failure }),
  };
}
