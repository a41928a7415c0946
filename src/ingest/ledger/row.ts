import { createHash } from 'node:crypto';
import type { Filters } from '../filter.ts';
import {
  isRead,
  isSettled,
  type EventCounts,
  type LedgerRow,
  type ObjectFormat,
  type ObjectRef,
  type Settlement,
} from '../ports.ts';
import { scopeOf, withReading, type Scope } from '../scope.ts';

/** A row as it is stored: flat, for dashboards. `mapping.ts` says what the fields mean, but for `kept`, which nobody searches. */
export interface LedgerDocument extends Partial<EventCounts> {
  readonly bucket: string;
  readonly key: string;
  readonly etag?: string | undefined;
  readonly size?: number | undefined;
  readonly object_time?: string | undefined;
  readonly source: string;
  readonly state: LedgerRow['state'];
  readonly attempts: number;
  readonly worker: string;
  readonly claim: string;
  readonly claimed_at: string;
  readonly updated_at: string;
  readonly lease_until?: string;
  readonly settled_at?: string;
  readonly format?: ObjectFormat | undefined;
  readonly bytes?: number;
  readonly seconds?: number;
  readonly lag_seconds?: number | undefined;
  readonly error?: { readonly code: string; readonly message: string; readonly permanent: boolean } | undefined;
  readonly kept?: readonly Scope[] | undefined;
}

/** Keys can be longer than a document id. */
export function rowId({ bucket, key }: ObjectRef): string {
  return createHash('sha256').update(`${bucket}\0${key}`).digest('hex');
}

export interface ClaimInput {
  readonly ref: ObjectRef;
  readonly source: string;
  readonly worker: string;
  readonly claim: string;
  readonly attempts: number;
  /** Epoch ms. */
  readonly now: number;
  readonly leaseMs: number;
}

export function claimedRow({ ref, source, worker, claim, attempts, now, leaseMs }: ClaimInput): LedgerDocument {
  const at = iso(now);
  return {
    bucket: ref.bucket,
    key: ref.key,
    etag: ref.etag,
    size: ref.size,
    object_time: ref.lastModified,
    source,
    state: 'claimed',
    attempts,
    worker,
    claim,
    claimed_at: at,
    updated_at: at,
    lease_until: iso(now + leaseMs),
  };
}

export function renewedRow(row: LedgerDocument, now: number, leaseMs: number): LedgerDocument {
  return { ...row, updated_at: iso(now), lease_until: iso(now + leaseMs) };
}

const MAX_MESSAGE = 1000;

/** What of the object was kept, by this reading under `filters` and by those of the row that the claim replaced. */
export function keptOf(
  { ref, counts }: Settlement,
  filters: Filters,
  replaced: LedgerDocument | undefined,
): readonly Scope[] | undefined {
  if (counts.skipped === 0) return undefined;
  const before = replaced !== undefined && isRead(toLedgerRow(replaced), ref) ? replaced.kept : undefined;
  return withReading(before, scopeOf(filters, ref));
}

export function settledRow(
  row: LedgerDocument,
  settlement: Settlement,
  now: number,
  kept?: readonly Scope[],
): LedgerDocument {
  const { ref, state, format, counts, bytes, seconds, error } = settlement;
  const at = iso(now);
  const objectTime = ref.lastModified === undefined ? NaN : Date.parse(ref.lastModified);
  return {
    bucket: ref.bucket,
    key: ref.key,
    etag: ref.etag,
    size: ref.size,
    object_time: ref.lastModified,
    source: row.source,
    state,
    attempts: row.attempts,
    worker: row.worker,
    claim: row.claim,
    claimed_at: row.claimed_at,
    updated_at: at,
    settled_at: at,
    format,
    read: counts.read,
    indexed: counts.indexed,
    duplicate: counts.duplicate,
    rejected: counts.rejected,
    skipped: counts.skipped,
    bytes,
    seconds: Math.round(seconds * 1000) / 1000,
    lag_seconds: Number.isNaN(objectTime) ? undefined : Math.max(0, (now - objectTime) / 1000),
    error: error === undefined ? undefined : { ...error, message: error.message.slice(0, MAX_MESSAGE) },
    ...(kept === undefined ? {} : { kept }),
  };
}

export function toLedgerRow(document: LedgerDocument): LedgerRow {
  const { bucket, key, etag, size, object_time, source, state, attempts, worker } = document;
  const { claimed_at, lease_until, settled_at, format, kept, error, read, indexed, duplicate, rejected, skipped } =
    document;
  const counted = [read, indexed, duplicate, rejected, skipped].every((value) => value !== undefined);
  return {
    ref: {
      bucket,
      key,
      ...(etag === undefined ? {} : { etag }),
      ...(size === undefined ? {} : { size }),
      ...(object_time === undefined ? {} : { lastModified: object_time }),
    },
    source,
    state,
    attempts,
    worker,
    claimedAt: claimed_at,
    ...(lease_until === undefined ? {} : { leaseUntil: lease_until }),
    ...(settled_at === undefined ? {} : { settledAt: settled_at }),
    ...(format === undefined ? {} : { format }),
    ...(counted ? { counts: { read, indexed, duplicate, rejected, skipped } as EventCounts } : {}),
    ...(kept === undefined ? {} : { kept }),
    ...(error === undefined ? {} : { error }),
  };
}

export type Decision =
  { readonly do: 'take'; readonly attempts: number } | { readonly do: 'leave'; readonly because: 'settled' | 'held' };

export interface DecideOptions {
  readonly filters: Filters;
  readonly force: boolean;
  /** Epoch ms. */
  readonly now: number;
  /** Whether a worker is known to have ended without settling; its claims are taken over at once. */
  readonly isGone?: (worker: string) => boolean;
  /** How long the row has been seen to stay as it is, ms. Default 0. */
  readonly unchangedMs?: number;
}

/** Whether a row lets its object be claimed. */
export function decide(
  row: LedgerDocument,
  ref: ObjectRef,
  { filters, force, now, isGone, unchangedMs = 0 }: DecideOptions,
): Decision {
  const { state, lease_until = '', updated_at, error, attempts } = row;
  const until = Date.parse(lease_until);
  // Its length tells what its end does not where the worker's clock is ahead of ours: it has not been prolonged in time.
  const outlived = unchangedMs >= until - Date.parse(updated_at);
  const leased = state === 'claimed' && until > now && !outlived;
  if (leased && isGone?.(row.worker) !== true) return { do: 'leave', because: 'held' };
  if (!force && isSettled(toLedgerRow(row), ref, filters)) return { do: 'leave', because: 'settled' };
  const sameVersion = ref.etag === undefined || row.etag === undefined || ref.etag === row.etag;
  // A worker that died over the object counts as a failure of the object; a fault of the way there does not.
  const failed = state === 'claimed' || (state === 'failed' && error?.permanent === true);
  return { do: 'take', attempts: sameVersion && failed ? attempts + 1 : 1 };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
