import { AGENTS } from '../agents.ts';
import { accessKey, lambda, machine, service } from '../callers.ts';
import { ACCOUNTS } from '../company.ts';
import type { Caller, CallOptions, Resource } from '../record.ts';
import { denied, throttled, type World } from '../world.ts';
import { type Activity, pace } from './activity.ts';

const DATA_CENTRE_SYNC = 'backup-sync';

/** S3's data events carry sizes and two resources. */
export function s3Object(
  w: World,
  bucket: string,
  account: string,
  key: string,
  sent: number,
  got: number,
): CallOptions {
  const resources: Resource[] = [
    { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/${key}` },
    { accountId: account, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` },
  ];
  return {
    category: 'Data',
    request: { bucketName: bucket, Host: `${bucket}.s3.amazonaws.com`, key },
    additional: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn: sent,
      AuthenticationMethod: 'AuthHeader',
      'x-amz-id-2': w.random.hex(32),
      bytesTransferredOut: got,
    },
    resources,
  };
}

export function decrypt(w: World, at: number, caller: Caller, context: Record<string, string>): void {
  const keys = w.company.keys.filter((k) => k.account === caller.account);
  const key = keys.find((k) => k.region === caller.region) ?? keys[0];
  if (key === undefined) return;
  w.call(at, caller, 'kms:Decrypt', {
    region: key.region,
    request: { encryptionContext: context, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
    resources: [{ accountId: key.account, type: 'AWS::KMS::Key', ARN: key.arn }],
  });
}

/** A web or order server: objects in and out of S3, tables, keys. */
function serve(w: World, at: number): void {
  const instance = w.random.pick(w.company.instances);
  const caller = machine(w, instance, at, AGENTS.javaSdk);
  const bucket = w.company.buckets.find((b) => b.account === instance.account && b.region === instance.region);
  const next = pace(w, at, 0, 8);
  for (let i = w.random.int(2, 8); i > 0; i--) {
    const draw = w.random.next();
    if (draw < 0.6 && bucket !== undefined) {
      const key = `${w.random.pick(['orders', 'media', 'carts', 'thumbnails'])}/${w.random.hex(2)}/${w.random.hex(12)}.json`;
      const write = w.random.chance(0.3);
      const size = w.random.int(400, 90_000);
      const data = s3Object(w, bucket.name, bucket.account, key, write ? size : 0, write ? 0 : size);
      const missing = !write && w.random.chance(0.02);
      w.call(next(), caller, write ? 's3:PutObject' : 's3:GetObject', {
        ...data,
        ...(missing ? { error: ['NoSuchKey', 'The specified key does not exist.'] as const } : {}),
      });
      if (!write && w.random.chance(0.3)) decrypt(w, next(), caller, { 'aws:s3:arn': `arn:aws:s3:::${bucket.name}` });
    } else if (draw < 0.9) {
      const table = `arn:aws:dynamodb:${instance.region}:${instance.account}:table/${instance.role}-state`;
      w.call(
        next(),
        caller,
        w.random.pick(['dynamodb:GetItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:Query']),
        {
          category: 'Data',
          request: { tableName: `${instance.role}-state`, key: { id: w.random.hex(12) }, consistentRead: false },
          resources: [{ accountId: instance.account, type: 'AWS::DynamoDB::Table', ARN: table }],
        },
      );
    } else {
      w.call(next(), caller, 'ec2:DescribeTags', {
        request: {
          maxResults: 1000,
          filterSet: { items: [{ name: 'resource-id', valueSet: { items: [{ value: instance.id }] } }] },
        },
      });
    }
  }
}

/** The SSM agent of an instance reports. */
function report(w: World, at: number): void {
  const instance = w.random.pick(w.company.instances);
  const caller = machine(w, instance, at, AGENTS.ssmAgent);
  w.call(at, caller, 'ssm:UpdateInstanceInformation', {
    request: { instanceId: instance.id, agentVersion: '3.3.2746.0', agentStatus: 'Active', platformType: 'Linux', platformName: 'Amazon Linux', platformVersion: '2023', iPAddress: instance.ip, computerName: `ip-${instance.ip.replaceAll('.', '-')}.ec2.internal` },
  }); // prettier-ignore
  if (w.random.chance(0.3))
    w.call(at + 1000, caller, 'ssm:ListInstanceAssociations', { request: { instanceId: instance.id, maxResults: 20 } });
}

/** A function is invoked and does a little work. */
function invoke(w: World, at: number): void {
  const fn = w.random.pick(w.company.functions);
  const arn = `arn:aws:lambda:${fn.region}:${fn.account}:function:${fn.name}`;
  const trigger = service(fn.trigger.split('.')[0] ?? 'events', fn.account, fn.region);
  const burst = w.random.chance(0.01);
  for (let i = burst ? 25 : w.random.int(1, 3); i > 0; i--)
    w.call(at + w.random.int(0, 4000), trigger, 'lambda:Invoke', {
      category: 'Data',
      request: { functionName: arn, invocationType: fn.trigger.startsWith('apigateway') ? 'RequestResponse' : 'Event', contentType: 'application/json' },
      additional: { customerEniId: `eni-0${w.random.hex(16)}` },
      resources: [{ accountId: fn.account, type: 'AWS::Lambda::Function', ARN: arn }],
      ...(burst ? { error: throttled('lambda:Invoke') } : {}),
      sharedEventID: w.random.uuid(),
    }); // prettier-ignore
  if (burst) return;
  const caller = lambda(w, fn, at);
  if (w.random.chance(0.4)) decrypt(w, at + 1000, caller, { 'aws:lambda:FunctionArn': arn });
  if (w.random.chance(0.3))
    w.call(at + 2000, caller, 'logs:CreateLogStream', {
      request: { logGroupName: `/aws/lambda/${fn.name}`, logStreamName: `${new Date(at).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${w.random.hex(32)}` },
      ...(w.random.chance(0.1) ? { error: ['ResourceAlreadyExistsException', 'The specified log stream already exists'] as const } : {}),
    }); // prettier-ignore
}

/** A service fetches its own secrets and parameters when it starts. */
function start(w: World, at: number): void {
  const instance = w.random.pick(w.company.instances.filter((i) => i.account === ACCOUNTS.production));
  const caller = machine(w, instance, at, AGENTS.javaSdk);
  const secret = w.random.pick(w.company.secrets.slice(0, 3));
  w.call(at, caller, 'secretsmanager:GetSecretValue', { region: secret.region, request: { secretId: secret.arn } });
  decrypt(w, at + 1000, caller, { SecretARN: secret.arn });
  w.call(at + 1000, caller, 'ssm:GetParametersByPath', {
    request: { path: `/${instance.role}/`, recursive: true, withDecryption: true },
  });
}

/** The data centre copies its backups with an old access key. */
function synchronise(w: World, at: number): void {
  const user = w.company.users.find((u) => u.name === DATA_CENTRE_SYNC);
  if (user === undefined) return;
  const caller = accessKey(user, 'us-east-1', AGENTS.boto3);
  const bucket = 'example-prod-customer-exports';
  w.call(at, caller, 's3:ListObjects', s3Object(w, bucket, user.account, '', 0, 4096));
  const next = pace(w, at, 1, 5);
  for (let i = w.random.int(3, 9); i > 0; i--)
    w.call(
      next(),
      caller,
      's3:PutObject',
      s3Object(w, bucket, user.account, `nightly/${w.random.hex(8)}.tar.zst`, 8_388_608, 0),
    );
}

/** A function whose role was never given what it needs asks again and again: the noise in every real account. */
function misconfigured(w: World, at: number): void {
  const fn = w.company.functions.find((f) => f.name === 'nightly-report');
  if (fn === undefined) return;
  const caller = lambda(w, fn, at);
  const bucket = 'example-analytics-lake';
  w.call(at + 1000, caller, 's3:ListObjects', {
    ...s3Object(w, bucket, fn.account, '', 0, 0),
    error: denied(caller, 's3:ListBucket', `arn:aws:s3:::${bucket}`),
  });
  const parameter = `arn:aws:ssm:${fn.region}:${fn.account}:parameter/report/recipients`;
  if (w.random.chance(0.5))
    w.call(at + 2000, caller, 'ssm:GetParameter', {
      request: { name: '/report/recipients', withDecryption: true },
      error: denied(caller, 'ssm:GetParameter', parameter),
    });
}

export const MACHINES: readonly Activity[] = [
  { share: 30, size: 5.5, by: 'machines', run: serve },
  { share: 9, size: 1.3, by: 'machines', run: report },
  { share: 14, size: 3.2, by: 'machines', run: invoke },
  { share: 2, size: 3, by: 'machines', run: start },
  { share: 1.2, size: 7, by: 'machines', run: synchronise },
  { share: 0.8, size: 1.5, by: 'machines', run: misconfigured },
];
