import { describe, expect, test } from '@jest/globals';
import { unflatten } from '../../../../src/ingest/map/request-data.ts';

describe('request data from its flat form', () => {
  test('nothing under the prefix is nothing', () => {
    expect(unflatten({ requestParameters: 'x', other: 'y' }, 'requestParameters.')).toBeUndefined();
  });

  test('paths become members, lists become elements', () => {
    const flat = { 'r.a.b': 'x', 'r.list[]': 'x,y', 'r.items[].id': '1,2', 'r.items[].name': 'n,m' };
    expect(unflatten(flat, 'r.')).toEqual({
      a: { b: 'x' },
      list: ['x', 'y'],
      items: [
        { id: '1', name: 'n' },
        { id: '2', name: 'm' },
      ],
    });
  });

  test('columns that do not agree are not torn apart', () => {
    expect(unflatten({ 'r.items[].id': '1,2', 'r.items[].name': 'n' }, 'r.')).toEqual({
      items: [{ id: '1,2', name: 'n' }],
    });
  });

  test('a list inside the only element of a list is rebuilt as one', () => {
    const flat = {
      'r.tagSpecificationSet.items[].tags[].key': 'Name,B',
      'r.tagSpecificationSet.items[].tags[].value': 'a,c',
      'r.ipPermissions.items[].fromPort': '22',
      'r.ipPermissions.items[].ipRanges.items[].cidrIp': '0.0.0.0/0',
    };
    expect(unflatten(flat, 'r.')).toEqual({
      tagSpecificationSet: {
        items: [
          {
            tags: [
              { key: 'Name', value: 'a' },
              { key: 'B', value: 'c' },
            ],
          },
        ],
      },
      ipPermissions: { items: [{ fromPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] },
    });
  });

  test('lists inside several elements go to one each where the counts agree, else nothing is torn apart', () => {
    const flat = { 'r.a[].id': '1,2', 'r.a[].b[].c': 'x,y' };
    expect(unflatten(flat, 'r.')).toEqual({
      a: [
        { id: '1', b: [{ c: 'x' }] },
        { id: '2', b: [{ c: 'y' }] },
      ],
    });
    expect(unflatten({ ...flat, 'r.a[].b[].c': 'x,y,z' }, 'r.')).toEqual({
      a: [{ id: '1,2', b: [{ c: 'x' }, { c: 'y' }, { c: 'z' }] }],
    });
  });

  test('lists of lists are one list, and a path of any number of lists is read', () => {
    expect(unflatten({ 'r.a[][]': 'x,y' }, 'r.')).toEqual({ a: ['x', 'y'] });
    expect(unflatten({ [`r.${'a[].'.repeat(100_000)}b`]: 'x' }, 'r.')).toMatchObject({ a: [{ a: { a: {} } }] });
  });

  test('words of booleans become booleans; digits become numbers only under names of quantities', () => {
    const flat = {
      'r.durationSeconds': '3600',
      'r.accountId': '123456789012',
      'r.tags.count': '1',
      'r.dryRun': 'false',
    };
    expect(unflatten(flat, 'r.')).toEqual({
      durationSeconds: 3600,
      accountId: '123456789012',
      tags: { count: '1' },
      dryRun: false,
    });
  });

  test('a policy with commas is one value', () => {
    expect(unflatten({ 'r.policies[]': '{"a":1,"b":2}' }, 'r.')).toEqual({ policies: ['{"a":1,"b":2}'] });
  });

  test('a path that is both a value and a parent loses neither the parent nor the prototype', () => {
    expect(unflatten({ 'r.a': 'x', 'r.a.b': 'y', 'r.__proto__.c': 'z' }, 'r.')).toEqual({ a: { b: 'y' } });
    expect(({} as Record<string, unknown>)['c']).toBeUndefined();
  });
});
