import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toJson } from '../../../../src/ingest/map/json.ts';
import { decoded } from '../../../support/decoded.ts';
import { objectOf } from '../../../support/objects.ts';

const records = fc.array(
  fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue(), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  { maxLength: 6 },
);
const chunk = fc.integer({ min: 1, max: 40 });
const LAYOUTS: readonly ((records: readonly unknown[]) => string)[] = [
  (all) => JSON.stringify({ Records: all }),
  (all) => JSON.stringify({ a: [1], Records: all, z: {} }, null, 1),
  (all) => JSON.stringify(all),
  (all) => all.map((r) => JSON.stringify(r)).join('\n'),
  (all) => all.map((r) => JSON.stringify(r)).join(''),
  (all) => all.map((r) => JSON.stringify(r, null, 2)).join('\n'),
];
/** Members that mean something at the top would make a record a wrapper or a digest. */
const MEANING = ['Records', 'Events', 'logEvents', 'digestStartTime'];

describe('reading JSON', () => {
  test('gives back what was written, in every layout and every cut', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.constantFrom(...LAYOUTS), chunk, async (all, layout, size) => {
        fc.pre(!all.some((r) => MEANING.some((key) => key in r)));
        const { items, error } = await decoded(objectOf(layout(all), size));
        expect(error).toBeUndefined();
        expect(toJson(items)).toBe(JSON.stringify(all));
      }),
      { numRuns: 400, seed: 20_261_121 },
    );
  });

  test('gives the same whatever the chunks, also when bytes are damaged', async () => {
    const edits = fc.array(
      fc.record({ at: fc.nat(2000), to: fc.constantFrom(...'{}[]",:\\\n 1x'), drop: fc.nat(12) }),
      {
        maxLength: 4,
      },
    );
    await fc.assert(
      fc.asyncProperty(records, fc.constantFrom(...LAYOUTS), edits, chunk, async (all, layout, changes, size) => {
        let text = layout(all);
        for (const { at, to, drop } of changes)
          text = text.slice(0, at % (text.length + 1)) + to + text.slice((at % (text.length + 1)) + drop);
        const whole = await decoded(text);
        const cut = await decoded(objectOf(text, size));
        expect(cut).toEqual(whole);
      }),
      { numRuns: 1500, seed: 20_261_121 },
    );
  });

  test('ends any bytes with records, rejections or an error', async () => {
    const jsonish = fc.array(fc.constantFrom(...'{}[]",:\\\n 1etx'), { maxLength: 200 }).map((c) => c.join(''));
    await fc.assert(
      fc.asyncProperty(fc.oneof(jsonish, fc.uint8Array({ maxLength: 300 })), chunk, async (bytes, size) => {
        const { format, error } = await decoded(objectOf(bytes, size));
        expect(format !== undefined || error !== undefined).toBe(true);
      }),
      { numRuns: 1500, seed: 20_261_121 },
    );
  });
});
