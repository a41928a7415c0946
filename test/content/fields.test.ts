import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { FieldType } from '../../src/content/compile/field.ts';
import { readFields } from '../../src/content/fields.ts';
import { GENERATORS } from '../../src/content/generated.ts';
import { shipped } from '../../src/content/root.ts';
import { ocsfType } from '../support/ocsf.ts';

/** Which of our types may hold an OCSF type. */
const FITS: Readonly<Record<string, readonly FieldType[]>> = {
  string_t: ['keyword', 'text'],
  integer_t: ['integer', 'long'],
  long_t: ['long'],
  boolean_t: ['boolean'],
  ip_t: ['ip'],
  timestamp_t: ['date'],
  datetime_t: ['date'],
  json_t: ['text'],
  object_t: ['flat_object'],
};

describe('the field list', () => {
  const fields = readFields();

  test.each(fields.map((field) => [field.path, field] as const))('%s is an attribute of OCSF 1.1.0', (path, field) => {
    const type = ocsfType(path, field.class);
    expect(type).toBeDefined();
    expect(FITS[type ?? '']).toContain(field.type);
  });

  test('every entry says what it is called and why it is indexed', () => {
    const silent = fields.filter(({ caption, why }) => caption.length < 2 || why.length < 15);
    expect(silent).toEqual([]);
  });

  test('no path and no caption is there twice', () => {
    expect(new Set(fields.map(({ path }) => path)).size).toBe(fields.length);
    expect(new Set(fields.map(({ caption }) => caption)).size).toBe(fields.length);
  });

  test('stays a short list', () => {
    expect(fields.length).toBeGreaterThan(130);
    expect(fields.length).toBeLessThan(180);
  });

  test.each(GENERATORS.map((generator) => [generator.path, generator] as const))(
    '%s is what its sources generate',
    async (path, generator) => {
      expect(await generator.render()).toBe(readFileSync(shipped(path), 'utf8'));
    },
  );
});

test('the pinned OCSF schema is the one its checksums name', () => {
  const sums = readFileSync(shipped('integration', 'ocsf', 'SHA256SUMS'), 'utf8')
    .trim()
    .split('\n');
  for (const line of sums) {
    const [sum, name = ''] = line.split(/ +/);
    const content = readFileSync(shipped('integration', 'ocsf', name));
    expect([name, createHash('sha256').update(content).digest('hex')]).toEqual([name, sum]);
  }
});
