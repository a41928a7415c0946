import { blockedCall, insight } from '../activity/network.ts';
import { AGENTS } from '../agents.ts';
import { service } from '../callers.ts';
import { ACCOUNTS, ATTACKER_ACCOUNT } from '../company.ts';
import { assumedRole } from '../identities.ts';
import type { Caller, JsonObject } from '../record.ts';
import { denied } from '../world.ts';
import type { Story } from './story.ts';

const IP = '192.0.2.205';

/** A web server was tricked into telling its credentials: used from outside, they share disks, images and databases with a stranger. */
export const snapshotTheft: Story = {
  id: 'snapshot-theft',
  title: "A web server's credentials used from outside: disks, images and databases shared abroad",
  query: `src_endpoint.ip: "${IP}"`,
  starts: 0.72,
  minutes: 50,
  size: 90,
  tell(w, minute) {
    const account = ACCOUNTS.production;
    const instance = w.company.instances.find((i) => i.account === account && i.role === 'web-frontend');
    if (instance === undefined) return;
    const { id, role, region } = instance;
    const session = {
      account,
      role,
      roleId: w.company.roleId(account, role),
      session: id,
      keyId: w.temporaryKey(),
      created: minute(0) - 3_600_000,
    };
    const thief: Caller = { identity: assumedRole(session), account, region, ip: IP, agent: AGENTS.pacu };
    const call = (at: number, operation: string, request: JsonObject = {}): void =>
      w.call(minute(at), thief, operation, { request });
    call(0, 'sts:GetCallerIdentity');
    for (const operation of [
      'iam:ListAttachedRolePolicies',
      'iam:GetRolePolicy',
      'secretsmanager:ListSecrets',
      's3:ListBuckets',
    ])
      w.call(minute(1 + w.random.next()), thief, operation, { error: denied(thief, operation) });
    call(3, 'ec2:DescribeInstances');
    w.company.instances.slice(0, 14).forEach((target, i) => {
      call(4 + i * 0.2, 'ec2:DescribeInstanceAttribute', { instanceId: target.id, attribute: 'userData' });
      w.call(minute(8 + i * 0.2), thief, 'ec2:GetPasswordData', {
        request: { instanceId: target.id },
        error: denied(thief, 'ec2:GetPasswordData', `arn:aws:ec2:${region}:${account}:instance/${target.id}`),
      });
    });
    const snapshotId = `snap-0${w.random.hex(16)}`;
    const imageId = `ami-0${w.random.hex(16)}`;
    call(14, 'ec2:DescribeSnapshots', { ownersSet: { items: [{ owner: 'self' }] } });
    call(15, 'ec2:CreateSnapshot', { volumeId: `vol-0${w.random.hex(16)}`, description: 'tmp' });
    call(18, 'ec2:ModifySnapshotAttribute', {
      snapshotId,
      attributeType: 'CREATE_VOLUME_PERMISSION',
      createVolumePermission: { add: { items: [{ userId: ATTACKER_ACCOUNT }] } },
    });
    call(20, 'ec2:ModifyImageAttribute', {
      imageId,
      attributeType: 'launchPermission',
      launchPermission: { add: { items: [{ userId: ATTACKER_ACCOUNT }, { group: 'all' }] } },
    });
    w.call(minute(22), service('ec2', account, region), 'ec2:SharedSnapshotCopyInitiated', {
      type: 'AwsServiceEvent',
      serviceEventDetails: { snapshotId, copiedBy: ATTACKER_ACCOUNT },
    });
    const dBSnapshotIdentifier = 'orders-nightly';
    call(25, 'rds:DescribeDBSnapshots', { includeShared: false });
    call(26, 'rds:ModifyDBSnapshotAttribute', {
      dBSnapshotIdentifier,
      attributeName: 'restore',
      valuesToAdd: [ATTACKER_ACCOUNT],
    });
    call(30, 'rds:RestoreDBInstanceFromDBSnapshot', {
      dBInstanceIdentifier: 'orders-tmp',
      dBSnapshotIdentifier,
      publiclyAccessible: true,
    });
    call(34, 'rds:ModifyDBInstance', {
      dBInstanceIdentifier: 'orders-tmp',
      masterUserPassword: '****',
      publiclyAccessible: true,
      applyImmediately: true,
    });
    for (let i = 0; i < 8; i++) blockedCall(w, minute(38 + i * 0.3), instance);
    call(45, 'rds:DeleteDBInstance', { dBInstanceIdentifier: 'orders-tmp', skipFinalSnapshot: true });
    insight(w, minute(8), {
      source: 'ec2.amazonaws.com',
      name: 'GetPasswordData',
      error: 'Client.UnauthorizedOperation',
      minutes: 6,
    });
  },
};
