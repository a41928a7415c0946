import type { DeadLetter, DeadLetters } from '../ports.ts';

export interface StoredLetter extends DeadLetter {
  /** ISO 8601. */
  readonly rejectedAt: string;
  /** The document was too large to be kept whole. */
  readonly truncated: boolean;
}

export interface LetterFilter {
  readonly reason?: string;
  readonly source?: string;
  /** Epoch ms: rejected then or later. */
  readonly since?: number;
}

/** Dead letters that can be read back: what `replay` works on. */
export interface DeadLetterStore extends DeadLetters {
  /** Oldest first. Letters that come meanwhile may be missing. */
  list(filter: LetterFilter, signal: AbortSignal): AsyncIterable<StoredLetter>;
  /** Takes letters out; those that are gone already are no fault. */
  delete(ids: readonly string[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface LetterOptions {
  /** Epoch ms. */
  readonly now?: () => number;
  /** Characters of a document at most. Default 10 Mi. */
  readonly maxDocument?: number;
}

/** A letter as it is stored: flat, for dashboards. `mapping.ts` says what the fields mean. */
export interface LetterDocument {
  readonly id: string;
  readonly rejected_at: string;
  readonly reason: string;
  readonly message: string;
  readonly status?: number;
  readonly index?: string;
  readonly source: string;
  readonly bucket: string;
  readonly key: string;
  readonly etag?: string;
  readonly position: number;
  readonly document: string;
  readonly bytes: number;
  readonly truncated: boolean;
}

export const DEFAULT_MAX_DOCUMENT = 10 * 1024 * 1024;
const MAX_MESSAGE = 2000;

/** `now` is epoch ms; `maxDocument` in characters. */
export function letterDocument(letter: DeadLetter, now: number, maxDocument: number): LetterDocument {
  const { id, reason, message, status, index, source, ref, position } = letter;
  const truncated = letter.document.length > maxDocument;
  const document = truncated ? letter.document.slice(0, maxDocument) : letter.document;
  return {
    id,
    rejected_at: new Date(now).toISOString(),
    reason,
    message: message.slice(0, MAX_MESSAGE),
    ...(status === undefined ? {} : { status }),
    ...(index === undefined ? {} : { index }),
    source,
    bucket: ref.bucket,
    key: ref.key,
    ...(ref.etag === undefined ? {} : { etag: ref.etag }),
    position,
    document,
    bytes: Buffer.byteLength(document),
    truncated,
  };
}

export function toStoredLetter(row: LetterDocument): StoredLetter {
  const { id, rejected_at, reason, message, status, index, source, bucket, key, etag, position } = row;
  return {
    id,
    reason,
    message,
    ...(status === undefined ? {} : { status }),
    ...(index === undefined ? {} : { index }),
    source,
    ref: { bucket, key, ...(etag === undefined ? {} : { etag }) },
    position,
    document: row.document,
    rejectedAt: rejected_at,
    truncated: row.truncated,
  };
}
