import { describe, expect, test } from '@jest/globals';
import { LEDGER_MAPPING } from '../../../../src/ingest/ledger/mapping.ts';
import { MAX_ATTEMPTS } from '../../../../src/ingest/ports.ts';
import { claimedRow, decide, keptOf, rowId, settledRow } from '../../../../src/ingest/ledger/row.ts';

const now = Date.parse('2026-11-21T08:00:00Z');
const ref = { bucket: 'b', key: 'k', etag: 'e', size: 5, lastModified: '2026-11-21T07:58:30Z' };
const claimed = claimedRow({ ref, source: 's', worker: 'w', claim: 'w#1', attempts: 2, now, leaseMs: 60_000 });
const settled = settledRow(
  claimed,
  {
    state: 'failed',
    ref: { ...ref, etag: 'read' },
    format: 'parquet',
    counts: { read: 4, indexed: 1, duplicate: 1, rejected: 1, skipped: 1 },
    bytes: 5,
    seconds: 1.23456,
    error: { code: 'OBJECT_CORRUPT', message: 'x'.repeat(5000), permanent: true },
  },
  now,
);

test('a settled row says what happened, how long it took and how late it was', () => {
  expect(settled).toEqual({
    bucket: 'b',
    key: 'k',
    etag: 'read',
    size: 5,
    object_time: '2026-11-21T07:58:30Z',
    source: 's',
    state: 'failed',
    format: 'parquet',
    read: 4,
    indexed: 1,
    duplicate: 1,
    rejected: 1,
    skipped: 1,
    bytes: 5,
    seconds: 1.235,
    lag_seconds: 90,
    attempts: 2,
    worker: 'w',
    claim: 'w#1',
    claimed_at: '2026-11-21T08:00:00.000Z',
    updated_at: '2026-11-21T08:00:00.000Z',
    settled_at: '2026-11-21T08:00:00.000Z',
    error: { code: 'OBJECT_CORRUPT', message: 'x'.repeat(1000), permanent: true },
  });
});

test('every field of a row is mapped, and every mapped field is written', () => {
  const written = new Set([...Object.keys(claimed), ...Object.keys(settled)]);
  expect([...written].sort()).toEqual(Object.keys(LEDGER_MAPPING.properties ?? {}).sort());
});

test('bucket and key are told apart in the id', () => {
  expect(rowId({ bucket: 'a', key: 'b/c' })).not.toBe(rowId({ bucket: 'a/b', key: 'c' }));
  expect(rowId({ bucket: 'a', key: 'b' })).toBe('59b271ae1bbcb1d31d41929817f4b16fb439eb4f31520b5ad1d5ce98920a7138');
});

test('the time of an object from a clock ahead of ours is no negative lag', () => {
  const ahead = { ...ref, lastModified: '2026-11-21T09:00:00Z' };
  const counts = { read: 0, indexed: 0, duplicate: 0, rejected: 0, skipped: 0 };
  const row = settledRow(claimed, { state: 'done', ref: ahead, counts, bytes: 0, seconds: 0 }, now);
  expect(row.lag_seconds).toBe(0);
});

test('what an earlier reading kept counts only of the same version, and only where that reading was complete', () => {
  const counts = { read: 1, indexed: 0, duplicate: 0, rejected: 0, skipped: 1 };
  const of = { state: 'done', ref: { ...ref, etag: 'read' }, counts, bytes: 0, seconds: 0 } as const;
  const kept = [{ others: 'earlier' }];
  const reading = { since: 1 };
  const done = { ...settled, state: 'done', kept } as const;
  expect(keptOf(of, reading, undefined)).toEqual([reading]);
  expect(keptOf(of, reading, done)).toEqual([...kept, reading]);
  expect(keptOf(of, reading, { ...done, etag: 'other' })).toEqual([reading]);
  expect(keptOf(of, reading, { ...settled, kept })).toEqual([reading]);
  expect(keptOf(of, reading, { ...done, state: 'claimed' })).toEqual([reading]);
  expect(keptOf({ ...of, counts: { ...counts, skipped: 0 } }, reading, done)).toBeUndefined();
});

describe('an unsettled row', () => {
  const options = { filters: {}, force: false, now: now + 1000 };
  const fault = { ...settled, error: { code: 'OBJECT_CORRUPT', message: 'cut', permanent: true } };

  test('is held until its lease ends, unless its worker is known to have ended', () => {
    expect(decide(claimed, ref, { ...options, isGone: () => false })).toEqual({ do: 'leave', because: 'held' });
    expect(decide(claimed, ref, { ...options, isGone: (worker) => worker === 'w' })).toEqual({
      do: 'take',
      attempts: 3,
    });
  });

  test('that failed for good often enough and then on the way to it is tried again', () => {
    const reset = { code: 'OBJECT_READ', message: 'reset', permanent: false };
    const row = { ...settled, etag: 'e', attempts: MAX_ATTEMPTS };
    expect(decide(row, ref, options)).toEqual({ do: 'leave', because: 'settled' });
    expect(decide({ ...row, error: reset }, ref, options)).toEqual({ do: 'take', attempts: 1 });
  });

  test.each([
    ['of this version counts', { ...ref, etag: 'read' }, fault, 3],
    ['of another version does not', { ...ref, etag: 'other' }, fault, 1],
    ['counts where a notice tells no version', { bucket: 'b', key: 'k' }, fault, 3],
    [
      'counts where the row knows none, because its worker died before it opened the object',
      ref,
      { ...fault, etag: undefined },
      3,
    ],
  ])('that failed for good: a failure %s', (_, of, row, attempts) => {
    expect(decide(row, of, options)).toEqual({ do: 'take', attempts });
  });
});
