import { expect, test } from '@jest/globals';
import { compareVersions } from '../../../src/install/version.ts';

test.each([
  ['1.9.0', '1.10.0', -1],
  ['2.0.0', '1.99.99', 1],
  ['1.0.0', '1.0.0', 0],
  ['1.0.0-beta.2', '1.0.0', -1],
  ['1.0.0-beta.2', '1.0.0-beta.10', -1],
  ['1.0.0+build', '1.0.0', 0],
  ['2.19.4', '2.7.0', 1],
])('%s against %s', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
  expect(Math.sign(compareVersions(b, a))).toBe(sign === 0 ? 0 : -sign);
});
