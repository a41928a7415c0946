import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRecordProcessor } from '../../../src/ingest/record.ts';
import { anything } from '../../support/hostile.ts';
import { encodeOptions } from '../../support/records.ts';

const process = createRecordProcessor(encodeOptions());
/** Fixed, so that a failure is a change of the code; FUZZ_SEED tries another. */
const runs = { numRuns: 3000, seed: Number(globalThis.process.env['FUZZ_SEED'] ?? 20261121) };
describe('the record processor, given anything', () => {
  test('has an outcome with a reason it foresaw, and never throws', () => {
    fc.assert(
      fc.property(anything, (input) => {
        const result = process(input);
        if (result.kind === 'rejected')
          expect(['not_an_event', 'no_time', 'time_out_of_range', 'too_large']).toContain(result.reason);
      }),
      runs,
    );
  });

  test('maps a mapped document to itself', () => {
    fc.assert(
      fc.property(anything, (input) => {
        const once = process(input);
        if (once.kind !== 'document') return;
        const twice = process(JSON.parse(once.source));
        if (twice.kind !== 'document') throw new Error(JSON.stringify(twice));
        expect(JSON.parse(twice.source)).toEqual(JSON.parse(once.source));
      }),
      runs,
    );
  });
});
