import type { Mapping } from '../../content/compile/field.ts';

const keyword: Mapping = { type: 'keyword', ignore_above: 8191 };
const date: Mapping = { type: 'date' };
const count: Mapping = { type: 'long' };
const seconds: Mapping = { type: 'double' };

/**
 * One row per object; `_id` is sha256(bucket NUL key). The row tells of the last time the object was read: with `--force`
 * a row of new events becomes one of duplicates.
 */
export const LEDGER_MAPPING: Mapping = {
  dynamic: false,
  properties: {
    bucket: keyword,
    key: keyword,
    etag: keyword,
    /** Bytes as stored. */
    size: count,
    /** The object's own time (Last-Modified). */
    object_time: date,
    source: keyword,
    /** `claimed`, `done`, `failed` or `skipped`. */
    state: keyword,
    format: keyword,
    /** Events: read = indexed + duplicate + rejected + skipped. */
    read: count,
    indexed: count,
    duplicate: count,
    rejected: count,
    skipped: count,
    /** Bytes read, and how long it took from opening to the last outcome. */
    bytes: count,
    seconds,
    /** From `object_time` to `settled_at`. */
    lag_seconds: seconds,
    /** Times this version was claimed since it last ended otherwise than by a permanent failure. */
    attempts: { type: 'integer' },
    error: { properties: { code: keyword, message: keyword, permanent: { type: 'boolean' } } },
    worker: keyword,
    /** Which claim wrote the row: a worker's claims are numbered. */
    claim: keyword,
    claimed_at: date,
    lease_until: date,
    settled_at: date,
    /** Always there: when the row was claimed, prolonged or settled last. */
    updated_at: date,
  },
};
