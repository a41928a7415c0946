import { s3Object } from '../activity/machines.ts';
import { insight } from '../activity/network.ts';
import { AGENTS } from '../agents.ts';
import { ACCOUNTS, ATTACKER_ACCOUNT } from '../company.ts';
import { assumedRole } from '../identities.ts';
import type { Caller, JsonObject } from '../record.ts';
import { denied } from '../world.ts';
import type { Story } from './story.ts';

const IP = '192.0.2.180';
const LEECHES = ['192.0.2.181', '192.0.2.182'] as const;
const BUCKET = 'example-prod-customer-exports';

/** Through the hop into production: the customers' exports are opened to the world, copied out, encrypted, deleted, and a note is left. */
export const s3Ransom: Story = {
  id: 's3-ransom',
  title: 'A bucket made public, its objects copied out, then encrypted and deleted for ransom',
  query: 'src_endpoint.ip: ("192.0.2.180" or "192.0.2.181" or "192.0.2.182")',
  starts: 0.64,
  minutes: 90,
  size: 400,
  tell(w, minute) {
    const account = ACCOUNTS.production;
    const role = 'OrganizationAccountAccessRole';
    const identity = assumedRole({
      account,
      role,
      roleId: w.company.roleId(account, role),
      session: 'audit',
      keyId: w.temporaryKey(),
      created: minute(0),
    });
    const thief: Caller = { identity, account, region: 'us-east-1', ip: IP, agent: AGENTS.s3browser };
    const resources = [{ accountId: account, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${BUCKET}` }];
    const bucket = (at: number, operation: string, request: JsonObject, bucketName = BUCKET): void =>
      w.call(minute(at), thief, `s3:${operation}`, { request: { bucketName, ...request }, resources });
    w.call(minute(0), thief, 's3:ListBuckets');
    bucket(1, 'GetBucketVersioning', { versioning: '' });
    bucket(3, 'PutBucketVersioning', { versioning: '', VersioningConfiguration: { Status: 'Suspended' } });
    bucket(5, 'DeleteBucketPublicAccessBlock', { publicAccessBlock: '' });
    bucket(5.5, 'PutBucketPublicAccessBlock', {
      publicAccessBlock: '',
      PublicAccessBlockConfiguration: { BlockPublicPolicy: false, RestrictPublicBuckets: false },
    });
    const open = {
      Effect: 'Allow',
      Principal: '*',
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
    };
    const foreign = { ...open, Principal: { AWS: `arn:aws:iam::${ATTACKER_ACCOUNT}:root` } };
    bucket(6, 'PutBucketPolicy', { policy: '', bucketPolicy: { Version: '2012-10-17', Statement: [open, foreign] } });
    bucket(6.5, 'PutBucketAcl', {
      acl: '',
      AccessControlPolicy: { AccessControlList: { Grant: { Permission: 'READ' } } },
    });
    const expire = { Rule: { ID: 'tidy', Status: 'Enabled', Expiration: { Days: 1 } } };
    bucket(8, 'PutBucketLifecycle', { lifecycle: '', LifecycleConfiguration: expire }, 'example-org-cloudtrail-logs');

    // Nobody signs in to read a public bucket.
    for (let i = 0; i < 170; i++) {
      const reader: Caller = {
        identity: { type: 'AWSAccount', principalId: '', accountId: 'anonymous' },
        account, region: 'us-east-1', ip: LEECHES[i % 2] ?? IP, agent: 'curl/8.14.1',
      }; // prettier-ignore
      const data = s3Object(
        w,
        BUCKET,
        account,
        `customers/2026/part-${String(i).padStart(5, '0')}.csv.zst`,
        0,
        7_340_032,
      );
      w.call(minute(12 + i * 0.15), reader, 's3:GetObject', data);
    }
    for (let i = 0; i < 12; i++) {
      const data = s3Object(
        w,
        BUCKET,
        account,
        `customers/2026/part-${String(i).padStart(5, '0')}.csv.zst`,
        7_340_032,
        0,
      );
      w.call(minute(44 + i * 0.3), thief, 's3:CopyObject', {
        ...data,
        request: { bucketName: BUCKET, key: `customers/2026/part-${i}.csv.zst`, 'x-amz-server-side-encryption-customer-algorithm': 'AES256', 'x-amz-copy-source': `${BUCKET}/customers/2026/part-${i}.csv.zst` },
        additional: { ...data.additional, SSEApplied: 'SSE_C' },
      }); // prettier-ignore
    }
    for (let i = 0; i < 6; i++)
      w.call(minute(50 + i), thief, 's3:DeleteObjects', {
        ...s3Object(w, BUCKET, account, '', 0, 0),
        request: { bucketName: BUCKET, delete: '' },
      });
    for (let i = 0; i < 130; i++)
      w.call(
        minute(56 + i * 0.1),
        thief,
        's3:DeleteObject',
        s3Object(w, BUCKET, account, `customers/2025/part-${i}.csv.zst`, 0, 0),
      );
    w.call(minute(71), thief, 's3:PutObject', s3Object(w, BUCKET, account, 'HOW-TO-GET-YOUR-DATA-BACK.txt', 912, 0));
    for (const name of ['example-prod-orders', 'example-org-cloudtrail-logs'])
      w.call(minute(75 + w.random.next() * 5), thief, 's3:DeleteBucket', {
        request: { bucketName: name },
        error: denied(thief, 's3:DeleteBucket', `arn:aws:s3:::${name}`),
      });
    insight(w, minute(57), { source: 's3.amazonaws.com', name: 'DeleteObject', minutes: 14 });
  },
};
