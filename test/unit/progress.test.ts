import { describe, expect, test } from '@jest/globals';
import { duration, rate, size, statusLine } from '../../src/progress.ts';

const state = {
  objects: 12,
  failed: 0,
  total: { read: 1234, indexed: 1200, duplicate: 34, rejected: 0, skipped: 0 },
  bytes: 5_000_000,
  eventsPerSecond: 14_200,
  bytesPerSecond: 1_000_000,
  backlog: {},
  note: '',
};

describe('progress', () => {
  test('the line says what was done and how fast', () => {
    expect(statusLine(state)).toBe('12 objects · 1,234 events (14.2k/s) · 1,200 indexed · 34 duplicate · 5.0 MB');
  });

  test('a known total gives an ETA, a queue a number waiting and its lag', () => {
    expect(statusLine({ ...state, backlog: { bytes: 65_000_000 } })).toContain('ETA 60 s');
    expect(statusLine({ ...state, backlog: { objects: 7, oldestAgeMs: 180_000 } })).toContain('7 waiting · lag 3 min');
  });

  test('a wait asked for by the cluster is shown', () => {
    expect(statusLine({ ...state, note: 'cluster busy (429), waiting 2 s' })).toContain(
      'cluster busy (429), waiting 2 s',
    );
  });

  test.each([
    [8.4, '8 s'],
    [180, '3 min'],
    [7800, '2 h 10 min'],
    [360_000, '4 d 4 h'],
  ])('%d seconds read %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  test('numbers are short enough to read at a glance', () => {
    expect([rate(950), rate(14_200), rate(1_300_000)]).toEqual(['950', '14.2k', '1.3M']);
    expect([size(512), size(1234), size(96_000_000), size(5_100_000_000)]).toEqual([
      '512 B',
      '1.2 kB',
      '96 MB',
      '5.1 GB',
    ]);
  });
});
