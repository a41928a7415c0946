import { insight } from '../activity/network.ts';
import { AGENTS } from '../agents.ts';
import { accessKey } from '../callers.ts';
import { UNUSED_REGION } from '../company.ts';
import type { Caller } from '../record.ts';
import { throttled } from '../world.ts';
import type { Story } from './story.ts';

const IP = '192.0.2.222';

/** An old deployer's key starts the biggest machines it can get, in a region nobody works in, and borrows some language models. */
export const cryptoMining: Story = {
  id: 'crypto-mining',
  title: `GPU machines started in ${UNUSED_REGION}, where nobody works, with an old deployer's key`,
  query: `cloud.region: ${UNUSED_REGION}`,
  starts: 0.82,
  minutes: 45,
  size: 120,
  tell(w, minute) {
    const user = w.company.users.find((u) => u.name === 'legacy-deployer');
    if (user === undefined) return;
    const thief: Caller = { ...accessKey(user, UNUSED_REGION, AGENTS.python), ip: IP };
    w.call(minute(0), thief, 'sts:GetCallerIdentity');
    w.call(minute(1), thief, 'ec2:DescribeRegions');
    w.call(minute(2), thief, 'account:EnableRegion', { region: 'us-east-1', request: { regionName: UNUSED_REGION } });
    w.call(minute(3), thief, 'servicequotas:ListServiceQuotas', { request: { serviceCode: 'ec2' } });
    w.call(minute(3.5), thief, 'servicequotas:RequestServiceQuotaIncrease', {
      request: { serviceCode: 'ec2', quotaCode: 'L-417A185B', desiredValue: 960 },
    });
    w.call(minute(5), thief, 'ec2:CreateKeyPair', {
      request: { keyName: 'k1', keyType: 'ed25519' },
      response: { keyName: 'k1' },
    });
    w.call(minute(5.2), thief, 'ec2:ImportKeyPair', { request: { keyName: 'k2' } });
    const groupId = `sg-0${w.random.hex(16)}`;
    w.call(minute(6), thief, 'ec2:CreateSecurityGroup', {
      request: { groupName: 'default2', groupDescription: 'default2' },
      response: { groupId },
    });
    for (const port of [22, 3389, 18_080])
      w.call(minute(6.3 + w.random.next()), thief, 'ec2:AuthorizeSecurityGroupIngress', {
        request: {
          groupId,
          ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: port, toPort: port, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] }, ipv6Ranges: { items: [{ cidrIpv6: '::/0' }] } }] },
        },
        response: { _return: true },
      }); // prettier-ignore
    for (let i = 0; i < 55; i++) {
      const instanceType = w.random.pick(['p4d.24xlarge', 'g6e.48xlarge', 'p3.16xlarge', 'c7a.48xlarge']);
      const count = w.random.int(2, 16);
      const draw = w.random.next();
      const error =
        draw < 0.35
          ? throttled('ec2:RunInstances')
          : draw < 0.7
            ? ([
                'Client.VcpuLimitExceeded',
                'You have requested more vCPU capacity than your current vCPU limit allows.',
              ] as const)
            : undefined;
      w.call(minute(9 + i * 0.35), thief, 'ec2:RunInstances', {
        request: { instancesSet: { items: [{ imageId: 'ami-0example0miner000', minCount: 1, maxCount: count, keyName: 'k1' }] }, instanceType, userData: '<sensitiveDataRemoved>', disableApiTermination: true },
        ...(error === undefined
          ? { response: { reservationId: `r-0${w.random.hex(16)}`, ownerId: user.account, instancesSet: { items: [{ instanceId: `i-0${w.random.hex(16)}`, instanceType }] } } }
          : { error }),
      }); // prettier-ignore
    }
    const modelId = 'example.large-language-model-v1';
    for (const operation of [
      'ListFoundationModels',
      'GetFoundationModelAvailability',
      'PutFoundationModelEntitlement',
      'CreateFoundationModelAgreement',
    ])
      w.call(minute(31 + w.random.next()), thief, `bedrock:${operation}`, {
        region: 'us-east-1',
        request: { modelId },
      });
    for (let i = 0; i < 12; i++)
      w.call(minute(33 + i * 0.5), thief, 'bedrock:InvokeModel', {
        region: 'us-east-1',
        request: { modelId },
        additional: { inferenceRegion: 'us-east-1' },
      });
    w.call(minute(41), thief, 'bedrock:DeleteModelInvocationLoggingConfiguration', { region: 'us-east-1' });
    insight(w, minute(10), { source: 'ec2.amazonaws.com', name: 'RunInstances', account: user.account, minutes: 20 });
    insight(w, minute(12), {
      source: 'ec2.amazonaws.com',
      name: 'RunInstances',
      account: user.account,
      error: 'Client.VcpuLimitExceeded',
      minutes: 18,
    });
  },
};
