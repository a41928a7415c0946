import { describe, expect, test } from '@jest/globals';
import { isOcsf, normalise } from '../../../../src/ingest/map/normalise.ts';

const product = { name: 'CloudTrail', vendor_name: 'AWS' };

function normalised(event: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(normalise(structuredClone(event)))) as Record<string, unknown>;
}

describe('normalising OCSF', () => {
  test('an event is told by its class, or by metadata and time', () => {
    expect(isOcsf({ class_uid: 6003 })).toBe(true);
    expect(isOcsf({ metadata: { version: '1.1.0' }, time: 1 })).toBe(true);
    expect(isOcsf({ metadata: 'x', time: 1 })).toBe(false);
    expect(isOcsf({ eventName: 'GetObject' })).toBe(false);
  });

  test('the version becomes 1.1.0 and the old one is kept; a second time changes nothing', () => {
    const once = normalised({ metadata: { version: '1.8.0' } });
    expect(once['metadata']).toEqual({ version: '1.1.0', log_version: '1.8.0' });
    expect(normalised(once)).toEqual(once);
  });

  test('class 3005 is API Activity only in the release candidates', () => {
    const event = { class_uid: 3005, class_name: 'API Activity', category_uid: 3, activity_id: 2, type_uid: 300502 };
    expect(normalised({ ...event, metadata: { version: '1.0.0-rc.2' } })).toMatchObject({
      class_uid: 6003,
      category_uid: 6,
      category_name: 'Application Activity',
      type_uid: 600302,
    });
    const later = { ...event, class_name: 'User Access Management', metadata: { version: '1.0.0' } };
    expect(normalised(later)).toMatchObject({ class_uid: 3005, category_uid: 3 });
  });

  test('principal id and ARN change places in the release candidates only', () => {
    const user = { uid: 'AIDAEXAMPLE', uuid: 'arn:aws:iam::123456789012:user/alice', account_uid: '123456789012' };
    expect(normalised({ metadata: { version: '1.0.0-rc.2' }, actor: { user } })['actor']).toEqual({
      user: { uid: user.uuid, uid_alt: user.uid, account: { uid: '123456789012' } },
    });
    expect(normalised({ metadata: { version: '1.1.0' }, actor: { user: { uid: 'alice' } } })['actor']).toEqual({
      user: { uid: 'alice' },
    });
  });

  test('time comes from time_dt and the other way round', () => {
    expect(normalised({ time: 1795168800000 })['time_dt']).toBe('2026-11-20T10:00:00.000Z');
    expect(normalised({ time_dt: '2026-11-20T10:00:00.123Z' })['time']).toBe(1795168800123);
  });

  test('where time and time_dt differ, time wins and time_dt is kept', () => {
    expect(normalised({ time: 1795168800000, time_dt: '2026-11-20T11:00:00.000Z' })).toMatchObject({
      time_dt: '2026-11-20T10:00:00.000Z',
      unmapped: { time_dt: '2026-11-20T11:00:00.000Z' },
    });
  });

  test.each([
    [{ status: 'Failure' }, { status: 'Failure', status_id: 2 }],
    [{ status_id: 1 }, { status: 'Success', status_id: 1 }],
    [{ status: 'New' }, { status: 'New', status_id: 99 }],
    [{ severity_id: 4 }, { severity: 'High', severity_id: 4 }],
    [
      { class_uid: 3002, activity_id: 1 },
      { type_uid: 300201, category_uid: 3, class_name: 'Authentication' },
    ],
  ])('of %j the missing half is filled in', (event, expected) => {
    expect(normalised(event)).toMatchObject(expected);
  });

  test("the account comes from the source's leftovers, from a table's partition, or from the caller of CloudTrail", () => {
    const account = { account: { uid: '123456789012' } };
    expect(normalised({ unmapped: { recipientAccountId: '123456789012' } })['cloud']).toEqual(account);
    expect(normalised({ accountid: '123456789012', region: 'eu-west-1' })['cloud']).toEqual({
      ...account,
      region: 'eu-west-1',
    });
    const actor = { user: account };
    expect(normalised({ metadata: { product }, actor })['cloud']).toEqual({ provider: 'AWS', ...account });
    expect(normalised({ metadata: { product: { name: 'Amazon EKS' } }, actor })['cloud']).toBeUndefined();
  });

  test('an account of its own is not replaced', () => {
    const cloud = { account: { uid: '210987654321' } };
    expect(normalised({ cloud, unmapped: { recipientAccountId: '123456789012' } })['cloud']).toEqual(cloud);
  });

  test('an Account Change that names nobody has the same user as the record it was made of', () => {
    const of = (operation: string, data?: string, user?: object, answer?: string): unknown =>
      normalised({
        class_uid: 3001,
        metadata: { version: '1.1.0', product },
        actor: { user: { name: 'alice', uid: 'arn:aws:iam::123456789012:user/alice', uid_alt: 'AIDAEXAMPLE' } },
        api: { operation, request: { uid: 'r', data }, response: { data: answer } },
        ...(user === undefined ? {} : { user }),
      })['user'];
    const caller = { name: 'alice', uid: 'arn:aws:iam::123456789012:user/alice', uid_alt: 'AIDAEXAMPLE' };
    expect(of('ChangePassword')).toEqual(caller);
    expect(of('UpdateAccessKey', '{"accessKeyId":"AKIAEXAMPLE"}')).toEqual(caller);
    expect(of('UpdateAccessKey', '{"accessKeyId":"AKIAEXAMPLE","userName":"bob"}')).toEqual({ name: 'bob' });
    expect(of('UpdateAccessKey', '{"accessKeyId":"AKIAEXAMPLE"}', { name: 'bob' })).toEqual({ name: 'bob' });
    expect(of('CreateAccessKey', undefined, undefined, '{"accessKey":{"accessKeyId":"AKIAEXAMPLE"}}')).toEqual(caller);
    expect(of('DeleteLoginProfile')).toBeUndefined();
    expect(of('DeleteAccountPasswordPolicy')).toBeUndefined();
  });

  test('a failed sign-in says why, whether its source wrote the status as a word or as a number', () => {
    const of = (status: object): unknown =>
      normalised({
        class_uid: 3002,
        metadata: { version: '1.1.0', product },
        api: { operation: 'ConsoleLogin', response: { message: 'Failed authentication' } },
        ...status,
      })['status_detail'];
    expect(of({ status: 'Failure' })).toBe('Failed authentication');
    expect(of({ status_id: 2 })).toBe('Failed authentication');
    expect(of({ status: 'Failure', status_id: 1 })).toBeUndefined();
    expect(of({ status: 'Success' })).toBeUndefined();
  });

  test('a sign-in without a status has the verdict of its answer', () => {
    const event = (data: string) => ({
      class_uid: 3002,
      metadata: { product },
      api: { operation: 'ConsoleLogin', response: { data } },
    });
    expect(normalised(event('{"ConsoleLogin":"Failure"}'))).toMatchObject({ status: 'Failure', status_id: 2 });
    expect(normalised(event('not JSON'))).toMatchObject({ status: 'Success', status_id: 1 });
  });

  test('events of other products get no status they did not have', () => {
    expect(normalised({ class_uid: 6003, metadata: { product: { name: 'Amazon EKS' } } })['status_id']).toBeUndefined();
  });
});
