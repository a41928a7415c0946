import { describe, expect, test } from '@jest/globals';
import { STORIES } from '../../../src/demo/attacks/stories.ts';
import { createCompany } from '../../../src/demo/company.ts';
import { generateEvents, toldStories, type GenerateOptions } from '../../../src/demo/generate.ts';
import { Random } from '../../../src/demo/random.ts';
import type { RawRecord } from '../../../src/demo/record.ts';
import { World } from '../../../src/demo/world.ts';
import { createRecordProcessor } from '../../../src/ingest/record.ts';

const END = Date.UTC(2026, 10, 20, 15, 30);
const OPTIONS: GenerateOptions = { seed: 'test', end: END, hours: 24, events: 12_000 };
const records = [...generateEvents(OPTIONS)];

/** What the CIS AWS Foundations monitors look for. */
const called = (service: string, names: RegExp) => (r: RawRecord) =>
  r.eventSource === `${service}.amazonaws.com` && names.test(r.eventName ?? '');
const signIn = called('signin', /^ConsoleLogin$/);
const CIS: Record<string, (r: RawRecord) => boolean> = {
  '4.1 unauthorised calls': (r) => /AccessDenied|UnauthorizedOperation/.test(r.errorCode ?? ''),
  '4.2 sign-in without MFA': (r) =>
    signIn(r) &&
    r.additionalEventData?.['MFAUsed'] === 'No' &&
    r.userIdentity?.type === 'IAMUser' &&
    r.errorMessage === undefined,
  '4.3 root': (r) => r.userIdentity?.type === 'Root' && r.eventType !== 'AwsServiceEvent',
  '4.4 IAM policies': called('iam', /^(Create|Delete|Put|Attach|Detach|SetDefault)\w*Policy(Version)?$/),
  '4.5 CloudTrail': called('cloudtrail', /^(Create|Update|Delete)Trail|^(Start|Stop)Logging$/),
  '4.6 failed sign-ins': (r) => signIn(r) && r.errorMessage === 'Failed authentication',
  '4.7 keys disabled or deleted': called('kms', /^(DisableKey|ScheduleKeyDeletion)$/),
  '4.8 bucket policies': called('s3', /^(Put|Delete)Bucket(Acl|Policy|Cors|Lifecycle|Replication)$/),
  '4.9 AWS Config': called('config', /^(StopConfigurationRecorder|DeleteDeliveryChannel|PutConfigurationRecorder)$/),
  '4.10 security groups': called('ec2', /SecurityGroup(Ingress|Egress)?$/),
  '4.11 network ACLs': called('ec2', /NetworkAcl(Entry|Association)?$/),
  '4.12 gateways': called('ec2', /^(Create|Delete|Attach|Detach)(Customer|Internet)Gateway$/),
  '4.13 route tables': called('ec2', /^(Create|Delete|Replace)Route(Table)?$/),
  '4.14 VPCs': called('ec2', /^(Create|Delete|Modify)Vpc(Attribute|PeeringConnection)?$/),
  '4.15 organisation': called('organizations', /^(Create|Move|Attach|Leave|Remove)/),
  '4.16 Security Hub': called('securityhub', /^(Enable|Disable)SecurityHub$/),
};

describe('generated CloudTrail', () => {
  test('the same seed, end, hours and events give the same records; another seed gives others', () => {
    const small = { ...OPTIONS, hours: 2, events: 2000 };
    const text = (options: GenerateOptions): string => JSON.stringify([...generateEvents(options)]);
    expect(text(small)).toBe(text(small));
    const ids = new Set([...generateEvents({ ...small, seed: 'other' })].map((r) => r.eventID));
    expect([...generateEvents(small)].filter((r) => ids.has(r.eventID))).toHaveLength(0);
  });

  test.each([[1, 0.1], [500, 1], [4000, 3], [9999, 50]])('%i events in %d hours are exactly as many, in order, and end at the end', (events, hours) => {
    const made = [...generateEvents({ ...OPTIONS, events, hours })];
    expect(made).toHaveLength(events);
    const times = made.map((r) => Date.parse(r.eventTime));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(END - hours * 3_600_000);
    expect(times.at(-1)).toBeLessThan(END);
    expect(times.at(-1)).toBeGreaterThan(END - Math.max(60_000, (20 * hours * 3_600_000) / events));
    expect(new Set(made.map((r) => r.eventID)).size).toBe(events);
  }); // prettier-ignore

  test('every record becomes a document under its own eventID', () => {
    const process = createRecordProcessor({ indexPrefix: 'x-', period: 'month', now: END, filters: {} });
    const results = records.map((record) => ({ record, result: process(structuredClone(record)) }));
    expect(results.filter(({ result }) => result.kind !== 'document')).toEqual([]);
    expect(results.every(({ record, result }) => result.kind === 'document' && result.id === record.eventID)).toBe(
      true,
    );
  });

  test.each(Object.entries(CIS))('CIS monitor %s has hits', (_, monitor) => {
    expect(records.filter(monitor).length).toBeGreaterThanOrEqual(2);
  });

  test('all stories are told, each by an address that everyday work never has', () => {
    const told = toldStories(OPTIONS);
    expect(told.length).toBe(8);
    const attackers = new Set(records.map((r) => r.sourceIPAddress ?? '').filter((ip) => ip.startsWith('192.0.2.')));
    for (const { story } of told)
      for (const [ip] of story.query.matchAll(/192\.0\.2\.\d+/g)) expect(attackers).toContain(ip);
    expect(attackers.size).toBe(12);
  });

  test.each(STORIES.map((story) => [story.id, story] as const))(
    'the story %s makes no more records than it says',
    (_, story) => {
      const random = new Random('story');
      const w = new World(createCompany(random), random, END, () => undefined);
      story.tell(w, (minute) => END - 86_400_000 + minute * 60_000);
      expect(w.count).toBeGreaterThan(story.size / 3);
      expect(w.count).toBeLessThanOrEqual(story.size);
    },
  );

  test('accounts, addresses and keys are those of documentation', () => {
    for (const r of records) {
      const ip = r.sourceIPAddress ?? 'none.amazonaws.com';
      expect(ip).toMatch(/^(10\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8:)|\.amazonaws\.com$/);
      const key = r.userIdentity?.accessKeyId ?? '';
      if (key !== '') expect(key).toMatch(/^A(SIA|KIA)[A-Z2-7]{9}EXAMPLE$/);
    }
  });

  test('a session exists before it is used: credentials are no older than their first call', () => {
    for (const r of records) {
      const attributes = (r.userIdentity?.sessionContext as { attributes?: { creationDate: string } } | undefined)
        ?.attributes;
      if (attributes !== undefined) expect(attributes.creationDate <= r.eventTime).toBe(true);
    }
  });

  test('all four categories and every kind of identity occur', () => {
    expect(new Set(records.map((r) => r.eventCategory))).toEqual(
      new Set(['Management', 'Data', 'NetworkActivity', 'Insight']),
    );
    const types = new Set(records.map((r) => r.userIdentity?.type));
    for (const type of [
      'AssumedRole',
      'IAMUser',
      'Root',
      'AWSService',
      'AWSAccount',
      'WebIdentityUser',
      'SAMLUser',
      'IdentityCenterUser',
      'FederatedUser',
    ])
      expect(types).toContain(type);
  });

  test('people sleep: a working hour has more console and terminal work than the dead of night', () => {
    const people = (hour: number): number =>
      records.filter(
        (r) =>
          r.userIdentity?.arn?.includes('AWSReservedSSO') === true &&
          r.eventTime.includes(`T${String(hour).padStart(2, '0')}:`),
      ).length;
    expect(people(13) + people(14)).toBeGreaterThan(2 * (people(3) + people(4)));
  });
});
