import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Field } from './compile/field.ts';
import { shipped } from './root.ts';

/** The reviewed list, `mappings/fields.yml`. */
export function readFields(): readonly Field[] {
  const list = parse(readFileSync(shipped('mappings', 'fields.yml'), 'utf8')) as { fields: Field[] };
  return list.fields;
}
