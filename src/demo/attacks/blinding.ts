import { AGENTS } from '../agents.ts';
import { permissionRole } from '../callers.ts';
import { ACCOUNTS } from '../company.ts';
import { assumedRole } from '../identities.ts';
import type { Caller, JsonObject } from '../record.ts';
import type { Story } from './story.ts';

const IP = '192.0.2.240';

/** With an administrator's session every eye is closed, machines are entered, and keys are thrown away. */
export const blinding: Story = {
  id: 'blinding',
  title: 'Detection switched off piece by piece, shells on the servers, encryption keys scheduled for deletion',
  query: `src_endpoint.ip: "${IP}"`,
  starts: 0.9,
  minutes: 60,
  size: 90,
  tell(w, minute) {
    const account = ACCOUNTS.production;
    const role = permissionRole(account, 'AdministratorAccess');
    const session = {
      account,
      role,
      path: '/aws-reserved/sso.amazonaws.com/',
      roleId: w.company.roleId(account, role),
      session: 'bruno.costa@example.com',
    };
    const identity = assumedRole({ ...session, keyId: w.temporaryKey(), created: minute(0) - 600_000 });
    const thief: Caller = { identity, account, region: 'us-east-1', ip: IP, agent: AGENTS.python };
    let time = 0;
    const call = (operation: string, request: JsonObject = {}): void =>
      w.call(minute((time += 0.5)), thief, operation, { request });
    const detectorId = w.random.hex(32);
    call('sts:GetCallerIdentity');
    call('guardduty:ListDetectors');
    call('guardduty:UpdateDetector', { detectorId, enable: false });
    call('guardduty:CreateFilter', { detectorId, name: 'quiet', action: 'ARCHIVE' });
    call('guardduty:DeleteDetector', { detectorId });
    call('securityhub:BatchUpdateFindings', { workflow: { status: 'SUPPRESSED' } });
    call('securityhub:DisableSecurityHub');
    call('config:StopConfigurationRecorder', { configurationRecorderName: 'default' });
    call('config:DeleteDeliveryChannel', { deliveryChannelName: 'default' });
    call('config:DeleteConfigurationRecorder', { configurationRecorderName: 'default' });
    call('ec2:DescribeFlowLogs');
    call('ec2:DeleteFlowLogs', {
      DeleteFlowLogsRequest: { FlowLogId: { content: `fl-0${w.random.hex(16)}`, tag: 1 } },
    });
    const resolverQueryLogConfigId = `rqlc-${w.random.hex(16)}`;
    call('route53resolver:DisassociateResolverQueryLogConfig', { resolverQueryLogConfigId });
    call('route53resolver:DeleteResolverQueryLogConfig', { resolverQueryLogConfigId });
    call('logs:DeleteLogStream', { logGroupName: '/aws/vpc/flow', logStreamName: 'eni-0example' });
    call('logs:DeleteLogGroup', { logGroupName: '/aws/vpc/flow' });
    call('cloudwatch:DisableAlarmActions', { alarmNames: ['root-usage', 'unauthorized-calls'] });
    call('cloudwatch:DeleteAlarms', { alarmNames: ['root-usage', 'unauthorized-calls'] });
    call('cloudtrail:StopLogging', { name: 'production' });
    call('cloudtrail:UpdateTrail', {
      name: 'production',
      isMultiRegionTrail: false,
      includeGlobalServiceEvents: false,
    });
    call('ec2:DisableEbsEncryptionByDefault', { DisableEbsEncryptionByDefaultRequest: {} });
    call('bedrock:DeleteGuardrail', { guardrailIdentifier: 'gr-example' });

    time = 16;
    const targets = w.company.instances.filter((i) => i.account === account).slice(0, 6);
    for (const { id } of targets) {
      call('ssm:StartSession', { target: id });
      call('ec2-instance-connect:SendSSHPublicKey', {
        instanceId: id,
        instanceOSUser: 'ec2-user',
        sSHPublicKey: 'ssh-ed25519 AAAAexample',
      });
    }
    call('ec2:EnableSerialConsoleAccess', { EnableSerialConsoleAccessRequest: {} });
    for (const { id } of targets.slice(0, 2))
      call('ec2-instance-connect:SendSerialConsoleSSHPublicKey', { instanceId: id, serialPort: 0 });
    call('ssm:SendCommand', { documentName: 'AWS-RunShellScript', instanceIds: targets.map((i) => i.id) });
    for (const { id } of targets.slice(0, 2)) {
      const ids = { instancesSet: { items: [{ instanceId: id }] } };
      call('ec2:StopInstances', ids);
      call('ec2:ModifyInstanceAttribute', { instanceId: id, userData: '<sensitiveDataRemoved>' });
      call('ec2:StartInstances', ids);
    }

    time = 36;
    const open = { ipProtocol: '-1', ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } };
    call('ec2:AuthorizeSecurityGroupIngress', { groupId: `sg-0${w.random.hex(16)}`, ipPermissions: { items: [open] } });
    call('ec2:ReplaceNetworkAclEntry', {
      networkAclId: `acl-0${w.random.hex(16)}`,
      ruleNumber: 100,
      ruleAction: 'allow',
      cidrBlock: '0.0.0.0/0',
    });
    call('ec2:ReplaceRoute', { routeTableId: `rtb-0${w.random.hex(16)}`, destinationCidrBlock: '0.0.0.0/0' });

    time = 44;
    for (const key of w.company.keys.filter((k) => k.account === account)) {
      const resources = [{ accountId: account, type: 'AWS::KMS::Key', ARN: key.arn }];
      const keyState = { region: key.region, resources };
      w.call(minute((time += 1)), thief, 'kms:DisableKey', { request: { keyId: key.arn }, ...keyState });
      w.call(minute((time += 1)), thief, 'kms:ScheduleKeyDeletion', {
        request: { keyId: key.arn, pendingWindowInDays: 7 },
        ...keyState,
      });
    }
    w.call(minute(57), thief, 'organizations:RemoveAccountFromOrganization', {
      request: { accountId: ACCOUNTS.security },
      error: ['AccessDeniedException', "You don't have permissions to access this resource."],
    });
  },
};
