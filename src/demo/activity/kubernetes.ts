import { AGENTS } from '../agents.ts';
import { machine, pod } from '../callers.ts';
import type { Cluster } from '../company.ts';
import { throttled, type World } from '../world.ts';
import { type Activity, pace } from './activity.ts';

/** The cluster autoscaler looks around; at busy moments EC2 and Auto Scaling throttle it. */
function autoscaler(w: World, at: number): void {
  const cluster = w.random.pick(w.company.clusters);
  const caller = pod(w, cluster, 'cluster-autoscaler', at, AGENTS.goSdk);
  const busy = w.random.chance(0.04);
  const next = pace(w, at, 0, 2);
  const groups = { autoScalingGroupNames: [`${cluster.name}-general`, `${cluster.name}-spot`], maxRecords: 100 };
  for (let i = busy ? w.random.int(15, 40) : 1; i > 0; i--) {
    const error = busy && w.random.chance(0.7) ? { error: throttled('autoscaling:DescribeAutoScalingGroups') } : {};
    w.call(next(), caller, 'autoscaling:DescribeAutoScalingGroups', { request: groups, ...error });
    if (w.random.chance(0.5))
      w.call(next(), caller, 'ec2:DescribeInstanceTypes', {
        request: { DescribeInstanceTypesRequest: { InstanceType: { tag: 1, content: 'm7g.xlarge' } } },
        ...(busy && w.random.chance(0.5) ? { error: throttled('ec2:DescribeInstanceTypes') } : {}),
      });
  }
}

function loadBalancers(w: World, at: number): void {
  const cluster = w.random.pick(w.company.clusters);
  const caller = pod(w, cluster, 'aws-load-balancer-controller', at, AGENTS.loadBalancerController);
  const targetGroupArn = `arn:aws:elasticloadbalancing:${cluster.region}:${cluster.account}:targetgroup/k8s-shop-web/${w.random.hex(16)}`;
  w.call(at, caller, 'elbv2:DescribeLoadBalancers', { request: { pageSize: 400 } });
  w.call(at + 1000, caller, 'elbv2:DescribeTargetGroups', { request: { loadBalancerArn: balancerArn(cluster) } });
  w.call(at + 1000, caller, 'elbv2:DescribeTargetHealth', { request: { targetGroupArn } });
  if (w.random.chance(0.15)) {
    const targets = [{ id: `10.40.${w.random.int(1, 9)}.${w.random.int(2, 250)}`, port: 8080 }];
    const change = w.random.chance(0.5) ? 'elbv2:RegisterTargets' : 'elbv2:DeregisterTargets';
    w.call(at + 2000, caller, change, { request: { targetGroupArn, targets } });
  }
}

function balancerArn(cluster: Cluster): string {
  return `arn:aws:elasticloadbalancing:${cluster.region}:${cluster.account}:loadbalancer/app/k8s-shop/50dc6c495c0c9188`;
}

/** external-dns keeps the zone in step with the services. */
function names(w: World, at: number): void {
  const cluster = w.random.pick(w.company.clusters);
  const caller = pod(w, cluster, 'external-dns', at, AGENTS.goSdk);
  const hostedZoneId = 'Z0123456EXAMPLE';
  w.call(at, caller, 'route53:ListHostedZones', { region: 'us-east-1', request: { maxItems: 100 } });
  w.call(at + 1000, caller, 'route53:ListResourceRecordSets', { region: 'us-east-1', request: { hostedZoneId } });
  if (!w.random.chance(0.05)) return;
  const name = `${w.random.pick(['shop', 'api', 'search'])}.${cluster.name}.example.com.`;
  w.call(at + 2000, caller, 'route53:ChangeResourceRecordSets', {
    region: 'us-east-1',
    request: {
      hostedZoneId,
      changeBatch: { changes: [{ action: 'UPSERT', resourceRecordSet: { name, type: 'A', tTL: 60 } }] },
    },
    response: { changeInfo: { id: `/change/C${w.random.base32(13)}`, status: 'PENDING' } },
  });
}

/** A node pulls images. */
function pull(w: World, at: number): void {
  const instance = w.random.pick(w.company.instances);
  const caller = machine(w, instance, at, AGENTS.kubelet);
  w.call(at, caller, 'ecr:GetAuthorizationToken', {});
  const next = pace(w, at, 0, 2);
  const repositoryName = w.random.pick(['shop/web', 'shop/orders', 'search/indexer', 'platform/sidecar']);
  const registryId = '555566667777';
  const resources = [{ accountId: registryId, type: 'AWS::ECR::Repository', ARN: `arn:aws:ecr:us-east-1:${registryId}:repository/${repositoryName}` }]; // prettier-ignore
  w.call(next(), caller, 'ecr:BatchGetImage', {
    request: { registryId, repositoryName, imageIds: [{ imageTag: `v1.${w.random.int(10, 60)}.0` }] },
    resources,
  });
  for (let i = w.random.int(1, 4); i > 0; i--)
    w.call(next(), caller, 'ecr:GetDownloadUrlForLayer', {
      request: { registryId, repositoryName, layerDigest: `sha256:${w.random.hex(64)}` },
      resources,
    });
}

export const KUBERNETES: readonly Activity[] = [
  { share: 7, size: 3.2, by: 'machines', run: autoscaler },
  { share: 6, size: 3.2, by: 'machines', run: loadBalancers },
  { share: 3, size: 2.1, by: 'machines', run: names },
  { share: 3, size: 4.5, by: 'machines', run: pull },
];
