import { AGENTS } from '../agents.ts';
import { permissionRole } from '../callers.ts';
import { ACCOUNTS, ATTACKER_ACCOUNT } from '../company.ts';
import { assumedRole, otherAccount, roleArn } from '../identities.ts';
import type { Caller } from '../record.ts';
import { ADMINISTRATOR, type Story } from './story.ts';

const IP = '192.0.2.130';

/** An administrator's browser session was stolen: doors for later are built into the staging account, then production is entered. */
export const roleBackdoor: Story = {
  id: 'role-backdoor',
  title: 'A stolen administrator session: roles that trust a foreign account, then a hop into production',
  query: `src_endpoint.ip: "${IP}"`,
  starts: 0.56,
  minutes: 75,
  size: 60,
  tell(w, minute) {
    const account = ACCOUNTS.staging;
    const role = permissionRole(account, 'AdministratorAccess');
    const thief: Caller = {
      identity: assumedRole({
        account, role, path: '/aws-reserved/sso.amazonaws.com/', roleId: w.company.roleId(account, role),
        session: 'bruno.costa@example.com', keyId: w.temporaryKey(), created: minute(0) - 1_800_000,
      }), account, region: 'us-east-1', ip: IP, agent: AGENTS.python,
    }; // prettier-ignore
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ATTACKER_ACCOUNT}:root` }, Action: 'sts:AssumeRole' },
      ],
    });
    w.call(minute(0), thief, 'sts:GetCallerIdentity');
    w.call(minute(2), thief, 'iam:ListRoles');
    w.call(minute(5), thief, 'iam:UpdateAssumeRolePolicy', {
      request: { roleName: 'github-deploy', policyDocument: trust },
    });
    const backdoor = 'OrganizationAuditHelper';
    w.call(minute(8), thief, 'iam:CreateRole', {
      request: { roleName: backdoor, path: '/', assumeRolePolicyDocument: trust },
      response: {
        role: { roleName: backdoor, arn: roleArn(account, backdoor), roleId: w.company.roleId(account, backdoor) },
      },
    });
    w.call(minute(8.5), thief, 'iam:AttachRolePolicy', { request: { roleName: backdoor, policyArn: ADMINISTRATOR } });
    w.call(minute(12), thief, 'iam:CreateSAMLProvider', {
      request: { name: 'corp-sso-2' },
      response: { sAMLProviderArn: `arn:aws:iam::${account}:saml-provider/corp-sso-2` },
    });
    w.call(minute(13), thief, 'iam:CreateOpenIDConnectProvider', {
      request: { url: 'https://login.example.net', clientIDList: ['sts.amazonaws.com'] },
    });
    w.call(minute(15), thief, 'rolesanywhere:CreateTrustAnchor', {
      request: { name: 'device-certificates', enabled: true, source: { sourceType: 'CERTIFICATE_BUNDLE' } },
    });
    w.call(minute(15.5), thief, 'rolesanywhere:CreateProfile', {
      request: { name: 'devices', roleArns: [roleArn(account, backdoor)] },
    });
    w.call(minute(18), thief, 'sso-directory:DisableExternalIdPConfigurationForDirectory', {
      error: ['AccessDeniedException', `User: ${thief.identity.arn ?? ''} is not authorized to perform: sso-directory:DisableExternalIdPConfigurationForDirectory`],
    }); // prettier-ignore
    w.call(minute(22), thief, 'lambda:AddPermission20150331v2', {
      request: {
        functionName: 'order-webhook',
        statementId: 'public',
        action: 'lambda:InvokeFunction',
        principal: '*',
      },
      response: { statement: JSON.stringify({ Sid: 'public', Effect: 'Allow', Principal: '*' }) },
    });
    w.call(minute(23), thief, 'lambda:CreateFunctionUrlConfig', {
      request: { functionName: 'order-webhook', authType: 'NONE' },
    });
    w.call(minute(25), thief, 'lambda:UpdateFunctionCode20150331v2', {
      request: { functionName: 'order-webhook', publish: false },
    });
    w.call(minute(26), thief, 'lambda:UpdateFunctionConfiguration20150331v2', {
      request: {
        functionName: 'order-webhook',
        layers: [`arn:aws:lambda:us-east-1:${ATTACKER_ACCOUNT}:layer:telemetry:3`],
      },
    });

    // Days later in the story's time: the door is used from the attackers' own account.
    const outside: Caller = {
      identity: otherAccount(ATTACKER_ACCOUNT, `${w.company.roleId(ATTACKER_ACCOUNT, 'ops')}:ops`),
      account, region: 'us-east-1', ip: IP, agent: AGENTS.python,
    }; // prettier-ignore
    const door = { accountId: account, type: 'AWS::IAM::Role', ARN: roleArn(account, backdoor) };
    const keyId = w.temporaryKey();
    w.call(minute(50), outside, 'sts:AssumeRole', {
      request: { roleArn: door.ARN, roleSessionName: 'audit' },
      response: {
        credentials: { accessKeyId: keyId },
        assumedRoleUser: { arn: `arn:aws:sts::${account}:assumed-role/${backdoor}/audit` },
      },
      resources: [door],
      sharedEventID: w.random.uuid(),
    });
    const inside: Caller = {
      ...thief,
      identity: assumedRole({
        account,
        role: backdoor,
        roleId: w.company.roleId(account, backdoor),
        session: 'audit',
        keyId,
        created: minute(50),
      }),
    };
    for (const operation of ['sts:GetCallerIdentity', 'organizations:ListAccounts', 'iam:ListRoles', 's3:ListBuckets'])
      w.call(minute(51 + w.random.next() * 3), inside, operation);
    for (const target of [ACCOUNTS.management, ACCOUNTS.security, ACCOUNTS.shared, ACCOUNTS.production]) {
      const entered = target === ACCOUNTS.production;
      const arn = roleArn(target, 'OrganizationAccountAccessRole');
      w.call(minute(60 + w.random.next() * 4), inside, 'sts:AssumeRole', {
        account,
        request: { roleArn: arn, roleSessionName: 'audit' },
        resources: [{ accountId: target, type: 'AWS::IAM::Role', ARN: arn }],
        ...(entered
          ? { response: { assumedRoleUser: { arn: `arn:aws:sts::${target}:assumed-role/OrganizationAccountAccessRole/audit` } } }
          : { error: ['AccessDenied', `User: ${inside.identity.arn ?? ''} is not authorized to perform: sts:AssumeRole on resource: ${arn}`] as const }),
      }); // prettier-ignore
    }
  },
};
