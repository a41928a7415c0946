import { describe, expect, test } from '@jest/globals';
import { decoded } from '../../../support/decoded.ts';
import { objectOf } from '../../../support/objects.ts';

const MIB = 1024 * 1024;
const good = '{"eventID":"good"}';
const GOOD = { eventID: 'good' };

describe('hostile JSON has an outcome, and its neighbours survive', () => {
  test.each<[string, string, string]>([
    ['a line of 100 MB', `{"a":"${'x'.repeat(100 * MIB)}"}`, 'too_large'],
    ['a line of 20 MB in millions of objects', `{"a":[${'{},'.repeat(6 * MIB)}{}]}`, 'too_large'],
    ['a line of 12 MB in millions of objects', `{"a":[${'{},'.repeat(4 * MIB)}{}]}`, 'too_large'],
    ['a pretty-printed record of 20 MB', `{\n  "a": [\n${'    1,\n'.repeat(3 * MIB)}    1\n  ]\n}`, 'too_large'],
    ['a string that never ends', `{"a":"${'x'.repeat(20 * MIB)}`, 'invalid_json'],
    ['nesting that is never closed', '['.repeat(MIB) + '1', 'invalid_json'],
    ['objects that are never closed', '{"a":'.repeat(100_000), 'invalid_json'],
    ['a megabyte of closing brackets', '}'.repeat(MIB), 'invalid_json'],
    ['a line of NUL', '\0'.repeat(1000), 'invalid_json'],
    ['a line of quotes', '"'.repeat(1001), 'invalid_json'],
  ])('%s', async (_name, text, reason) => {
    // An array that is never closed swallows the rest of a file: there only what comes before can survive.
    const open = text.startsWith('[');
    const { items, error } = await decoded(objectOf(`${good}\n${text}\n${good}\n`, 256 * 1024));
    expect(items[0]).toEqual(GOOD);
    if (open) expect(error).toMatchObject({ code: 'OBJECT_CORRUPT', permanent: true });
    else {
      expect(error).toBeUndefined();
      expect(items.slice(1, -1).map((item) => (item as { rejected: string }).rejected)).toContain(reason);
      expect(items.at(-1)).toEqual(GOOD);
      expect(items.length).toBeLessThanOrEqual(4);
    }
  });

  test.each([
    ['10,000 levels of arrays', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['10,000 levels of objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['a hundred thousand keys', `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":${i}`).join()}}`],
    ['huge numbers', '{"a":1e400,"b":-123456789012345678901234567890,"c":9007199254740993}'],
    ['lone surrogates', '{"a":"\\ud800","b":"\\udfff\\ud800"}'],
  ])('%s are a record', async (_name, text) => {
    const { items } = await decoded(`${good}\n${text}\n${good}\n`);
    expect(items).toHaveLength(3);
    expect(items[0]).toEqual(GOOD);
    expect(items[2]).toEqual(GOOD);
    expect((items[1] as { rejected?: string }).rejected).toBeUndefined();
  });

  test('__proto__ and duplicate keys are keys', async () => {
    const { items } = await decoded('{"__proto__":{"polluted":1},"a":1,"a":2,"constructor":{"prototype":{}}}');
    expect(Object.keys(items[0] as object)).toEqual(['__proto__', 'a', 'constructor']);
    expect((items[0] as { a: number }).a).toBe(2);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('invalid UTF-8 is replaced', async () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xff, 0xc0, 0x80, 0xed, 0xa0), Buffer.from('"}')]);
    expect((await decoded(bytes)).items).toEqual([{ a: '\ufffd\ufffd\ufffd\ufffd\ufffd' }]);
  });

  test('a wrapper with a monster in it loses the monster', async () => {
    const { items } = await decoded(`{"Records":[${good},{"eventID":"${'x'.repeat(30 * MIB)}"},${good}]}`);
    expect(items).toHaveLength(3);
    expect(items[1]).toMatchObject({ rejected: 'too_large' });
    expect((items[1] as { text: string }).text).toHaveLength(MIB);
  });

  test('a hundred thousand bad lines are a hundred thousand positions, in linear time', async () => {
    const { items } = await decoded(`${good}\n${'{"a":{"b":1\n'.repeat(100_000)}${good}\n`);
    expect(items.at(-1)).toEqual(GOOD);
  });
});
