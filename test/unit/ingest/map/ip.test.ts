import { describe, expect, test } from '@jest/globals';
import { isIP } from 'node:net';
import fc from 'fast-check';
import { isIp } from '../../../../src/ingest/map/ip.ts';

describe('addresses', () => {
  test.each(['192.0.2.1', '0.0.0.0', '255.255.255.255', '::', '::1', '1::', '2001:db8::1', '::ffff:192.0.2.1'])(
    '%s is one',
    (value) => expect(isIp(value)).toBe(true),
  );

  test.each(
    [
      [
        '',
        '192.0.2',
        '192.0.2.1.1',
        '192.0.2.256',
        '253.252.51.07',
        '30.*.0.210',
        ' 192.0.2.1',
        '192.0.2.0/24',
        '192.0.2.',
        '.1.2.3',
      ],
      [
        'AWS Internal',
        's3.amazonaws.com',
        ':',
        ':::',
        '1:2:3:4:5:6:7',
        '1:2:3:4:5:6:7:8:9',
        '1::2::3',
        '12345::',
        'g::',
        '::1.2.3',
        'fe80::1%eth0',
      ],
    ].flat(),
  )('%p is none', (value) => expect(isIp(value)).toBe(false));

  test('agrees with Node about every address it can write', () => {
    fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (value) => isIp(value)));
  });

  test('agrees with Node about what looks like an address', () => {
    const part = fc.oneof(
      fc.constantFrom(':', '::', '.', '0', '00', '255', '256', 'ffff'),
      fc.integer({ min: 0, max: 999 }).map(String),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
        (value) => isIp(value) === isIP(value) > 0,
      ),
      { numRuns: 5000 },
    );
  });
});
