import { ACCOUNTS, ATTACKER_ACCOUNT, type Instance } from '../company.ts';
import { isoSeconds, otherAccount } from '../identities.ts';
import { machine } from '../callers.ts';
import { AGENTS } from '../agents.ts';
import type { World } from '../world.ts';
import type { Activity } from './activity.ts';

/** Calls that pass a VPC endpoint, seen by the endpoint's owner; its policy turns some away. */
function endpoint(w: World, at: number): void {
  const instance = w.random.pick(w.company.instances);
  const blocked = w.random.chance(0.12);
  const operation = w.random.pick([
    's3:GetObject',
    's3:PutObject',
    'kms:Decrypt',
    'secretsmanager:GetSecretValue',
    'ec2:DescribeInstances',
  ]);
  if (blocked) blockedCall(w, at, instance);
  else
    w.call(at, machine(w, instance, at, AGENTS.javaSdk), operation, {
      category: 'NetworkActivity',
      type: 'AwsVpceEvent',
      sharedEventID: w.random.uuid(),
    });
}

/** Someone inside the network works with a foreign account's credentials: the endpoint's policy says no. */
export function blockedCall(w: World, at: number, instance: Instance): void {
  const stranger = otherAccount(ATTACKER_ACCOUNT, `${w.company.roleId(ATTACKER_ACCOUNT, 'drop')}:upload`);
  const { account, region, ip, vpcEndpointId } = instance;
  w.call(at, { identity: stranger, account, region, ip, agent: AGENTS.python, vpcEndpointId }, 's3:PutObject', {
    category: 'NetworkActivity',
    type: 'AwsVpceEvent',
    error: ['VpceAccessDenied', 'The request was denied due to a VPC endpoint policy'],
  });
}

/** CloudTrail Insights: a rate far above its baseline, as a pair of start and end. */
export function insight(
  w: World,
  at: number,
  what: { source: string; name: string; error?: string; account?: string; minutes: number },
): void {
  const sharedEventID = w.random.uuid();
  const baseline = w.random.int(1, 40) / 10;
  const average = w.random.int(60, 400) / 2;
  for (const state of ['Start', 'End'] as const) {
    const time = w.within(state === 'Start' ? at : at + what.minutes * 60_000);
    w.record(time, {
      eventVersion: '1.09',
      eventTime: isoSeconds(time),
      awsRegion: 'us-east-1',
      eventID: w.random.uuid(),
      eventType: 'AwsCloudTrailInsight',
      recipientAccountId: what.account ?? ACCOUNTS.production,
      sharedEventID,
      insightDetails: {
        state,
        eventSource: what.source,
        eventName: what.name,
        insightType: what.error === undefined ? 'ApiCallRateInsight' : 'ApiErrorRateInsight',
        ...(what.error === undefined ? {} : { errorCode: what.error }),
        insightContext: {
          statistics: {
            baseline: { average: baseline },
            insight: { average },
            ...(state === 'Start' ? {} : { insightDuration: what.minutes }),
            baselineDuration: 10_080,
          },
        },
      },
      eventCategory: 'Insight',
    });
  }
}

export const NETWORK: readonly Activity[] = [{ share: 2, size: 1.1, by: 'machines', run: endpoint }];
