import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { dqlToDsl } from '../../src/content/dql/dql.ts';
import { messageOf } from '../../src/errors.ts';
import { pattern } from '../fixtures/osd/index-pattern.ts';

const file = new URL('../fixtures/osd/dql-golden.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as { dql: string; dsl: unknown }[];

describe('DQL recorded from OpenSearch Dashboards', () => {
  test.each(recorded)('$dql', ({ dql, dsl }) => {
    expect(compile(dql)).toEqual(dsl);
  });
});

function compile(dql: string): unknown {
  try {
    return dqlToDsl(dql, pattern, { timeZone: 'UTC' });
  } catch (error) {
    return `ERR ${messageOf(error)}`;
  }
}
