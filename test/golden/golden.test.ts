import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../src/ingest/map/json.ts';
import { createRecordProcessor } from '../../src/ingest/record.ts';
import { createValidator } from '../../src/ingest/validate.ts';
import { encodeOptions } from '../support/records.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** `npm run golden:update` writes what the mapper makes now; the diff is the review. */
const UPDATE = process.env['UPDATE_GOLDEN'] !== undefined;
const toDocument = createRecordProcessor(encodeOptions());
const validate = createValidator();

const inputs = ['cloudtrail', 'ocsf'].flatMap((kind) =>
  readdirSync(`${HERE}${kind}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json') && !file.endsWith('.expected.json'))
    .map((file) => `${kind}/${file}`)
    .sort(),
);

function read(file: string): unknown {
  return JSON.parse(readFileSync(HERE + file, 'utf8'));
}

function map(value: unknown): unknown {
  const result = toDocument(value);
  return result.kind === 'document' ? JSON.parse(result.source) : result;
}

describe('golden events', () => {
  test.each(inputs)('%s maps to its expected document', (file) => {
    const actual = map(read(file));
    const expected = file.replace(/\.json$/, '.expected.json');
    if (UPDATE) writeFileSync(HERE + expected, `${JSON.stringify(actual, null, 2)}\n`);
    expect(actual).toEqual(read(expected));
  });

  test.each(inputs.filter((file) => file.startsWith('cloudtrail/')))(
    '%s maps to nothing that OCSF 1.1.0 does not have: at most, what the record does not say is missing',
    (file) => {
      const found = validate(map(read(file)) as JsonObject);
      expect(found.filter(({ rule }) => rule !== 'required' && rule !== 'at_least_one')).toEqual([]);
    },
  );

  test.each(inputs)('%s is not changed by being mapped again', (file) => {
    const once = map(read(file));
    expect(map(structuredClone(once))).toEqual(once);
  });
});
