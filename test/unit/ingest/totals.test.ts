import { describe, expect, test } from '@jest/globals';
import { assertAddsUp, zeroCounts } from '../../../src/ingest/counts.ts';
import type { ObjectReport, ObjectSource, SkipReason } from '../../../src/ingest/ports.ts';
import { Totals } from '../../../src/ingest/totals.ts';

const report: ObjectReport = {
  ref: { bucket: 'b', key: 'k' },
  source: 's',
  state: 'done',
  counts: { read: 10, indexed: 4, duplicate: 3, rejected: 2, skipped: 1 },
  bytes: 100,
  seconds: 1,
};
const idle = { ...report, counts: zeroCounts(), bytes: 0 };
const failed = {
  ...idle,
  state: 'failed',
  error: { code: 'OBJECT_CORRUPT', message: 'cut', permanent: true },
} as const;
const sourceOf = (skips: Partial<Record<SkipReason, number>>) => ({ skipped: () => skips }) as ObjectSource;

describe('the report of a run', () => {
  test('counts every object once, by what became of it', () => {
    const totals = new Totals();
    for (const one of [
      report,
      report,
      failed,
      { ...idle, state: 'settled' },
      { ...idle, state: 'settled' },
      { ...idle, state: 'held' },
      { ...idle, state: 'skipped', format: 'digest' },
      { ...idle, state: 'skipped', format: 'empty' },
      { ...idle, state: 'skipped', error: { code: 'OBJECT_GONE', message: '404', permanent: false } },
    ] as const)
      totals.add(one);
    const sources = [sourceOf({ digest: 5, folder: 1 }), sourceOf({ folder: 2 })];
    const expected = {
      objects: {
        seen: 17,
        done: 2,
        skipped: 14,
        failed: 1,
        skips: { settled: 2, held: 1, digest: 6, empty: 1, gone: 1, folder: 3 },
      },
      events: { read: 20, indexed: 8, duplicate: 6, rejected: 4, skipped: 2 },
      bytes: 200,
      seconds: 1.235,
      failures: [{ bucket: 'b', key: 'k', code: 'OBJECT_CORRUPT', message: 'cut' }],
      failedSources: [{ name: 'gone', code: 'SOURCE_NOT_FOUND', message: 'no bucket' }],
      interrupted: false,
    };
    totals.addFailedSource({ name: 'gone', code: 'SOURCE_NOT_FOUND', message: 'no bucket' });
    expect(totals.report(sources, 1.23456, false)).toEqual(expected);
    // Asked again, it says the same.
    expect(totals.report(sources, 1.23456, false)).toEqual(expected);
  });

  test('names the first hundred failures, and counts all', () => {
    const totals = new Totals();
    for (let i = 0; i < 150; i += 1) totals.add({ ...failed, ref: { bucket: 'b', key: String(i) } });
    const { objects, failures } = totals.report([], 1, true);
    expect([objects.failed, failures.length, failures[99]?.key]).toEqual([150, 100, '99']);
  });

  test('is refused where events are lost, or accounted for without having been read', () => {
    for (const read of [9, 11]) {
      const counts = { ...report.counts, read };
      const totals = new Totals();
      totals.add({ ...report, counts });
      expect(() => totals.report([], 1, false)).toThrow(expect.objectContaining({ code: 'COUNT_MISMATCH' }));
      expect(() => assertAddsUp(counts, 'b/k')).toThrow(/^b\/k: /);
    }
  });
});
