import type { Mapping } from '../../content/compile/field.ts';

const keyword: Mapping = { type: 'keyword', ignore_above: 8191 };

/** One row per rejected document, under the document's own id: rejected again, it takes its former place. */
export const DEAD_LETTER_MAPPING: Mapping = {
  dynamic: false,
  properties: {
    /** The row's own `_id`, to sort by. */
    id: keyword,
    rejected_at: { type: 'date' },
    /** A stable word: what the encoder found, or the error type the cluster gave. */
    reason: keyword,
    message: { type: 'text', norms: false },
    /** HTTP status, where the cluster rejected it. */
    status: { type: 'integer' },
    /** Where it was meant to go. */
    index: keyword,
    source: keyword,
    bucket: keyword,
    key: keyword,
    etag: keyword,
    /** 1-based record number in the object. */
    position: { type: 'long' },
    // Neither indexed nor in doc values: whatever the document is, this cannot reject it.
    document: { type: 'keyword', index: false, doc_values: false },
    /** Bytes of the document as kept. */
    bytes: { type: 'long' },
    /** The document was too large to be kept whole: read the object again instead. */
    truncated: { type: 'boolean' },
  },
};
