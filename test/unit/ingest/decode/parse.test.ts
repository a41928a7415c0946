import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../../../../src/ingest/decode/json/parse.ts';
import { toJson } from '../../../../src/ingest/map/json.ts';

describe('parsing JSON without rounding', () => {
  test.each([
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['[1,12345678901234567 ,{"a":18446744073709551615}]', [1, 12345678901234567n, { a: 18446744073709551615n }]],
    ['{"a":"\\"12345678901234567,\\\\","b":12345678901234567}', { a: '"12345678901234567,\\', b: 12345678901234567n }],
  ])('integers that a double cannot hold are bigints: %s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  test.each([
    '9007199254740991',
    '0.12345678901234567',
    '12345678901234567.5',
    '1234567890123456789e5',
    '["x:12345678901234567","12345678901234567",1718000000000]',
    `[${'9'.repeat(40)}]`,
  ])('other numbers, and digits in texts, are what JSON.parse makes of them: %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  test.each(['{12345678901234567:1}', '[012345678901234567]', '[-]', '[12345678901234567"a"]', '"12345678901234567'])(
    'what is no JSON is none: %s',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );

  test('a record full of long integers takes no more memory than it did', () => {
    const text = `[${Array<string>(10_001).fill('1234567890123456789').join()}]`;
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  test('names of the prototype and deep nesting are kept beside long integers', () => {
    const text = `${'{"__proto__":['.repeat(5000)}12345678901234567${']}'.repeat(5000)}`;
    expect(toJson(parseJson(text))).toBe(text);
  });

  test('every text with integers of any length is written again as it was', () => {
    const digits = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
    const leaf = fc.oneof(digits, fc.string({ unit: fc.constantFrom(...'"\\,:{}[]0123456789-e. é') }), fc.boolean());
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        leaf,
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (made) => {
        const text = toJson(made);
        expect(toJson(parseJson(text))).toBe(text);
      }),
      { numRuns: 1000, seed: 20_261_121 },
    );
  });
});
