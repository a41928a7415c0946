import type { ErrorCode } from '../../errors.ts';

/**
 * What an answer means for a document (`item`) or for a request as a whole (`response`).
 *
 * - `indexed`, `duplicate`, `rejected`: the document has its outcome. Only faults of the document itself are rejected.
 * - `retry`: the cluster cannot take it now; offered again until it can.
 * - `suspect`: the server stumbled in its own code over this document; a few tries, then rejected.
 * - `split`: too much at once; offered again in halves, a document that is too large alone is rejected.
 * - `fatal`: no retry can help and other documents would fare the same; the run ends with `code` and `hint`.
 */
export type Verdict = 'indexed' | 'duplicate' | 'rejected' | 'retry' | 'suspect' | 'split' | 'fatal';

export interface Fault {
  /** HTTP status of the response or of the item; 0 where no answer came. */
  readonly status: number;
  /** OpenSearch's `error.type`; '' where it gave none. */
  readonly type: string;
  readonly reason: string;
}

export interface Ruling {
  readonly verdict: Verdict;
  /** What to tell the operator: how to end the wait, or how to mend what stopped the run. */
  readonly hint?: string;
  /** For `fatal`. */
  readonly code?: ErrorCode;
}

export interface Row extends Ruling {
  readonly on: 'item' | 'response' | 'both';
  /** One status, or the first and the last of a range. */
  readonly status: number | readonly [number, number];
  /** Any of these; absent: whatever the type. */
  readonly types?: readonly string[];
  /** Only where the type does not tell enough. */
  readonly reason?: RegExp;
}

/** The first row that matches decides. The types and statuses are those of OpenSearch 1.x to 3.x, and of the AWS front end. */
export const TABLE: readonly Row[] = [
  // Outcomes.
  { on: 'item', status: [200, 299], verdict: 'indexed' },
  // 409 has other types too; only this one says that the document is there.
  { on: 'item', status: 409, types: ['version_conflict_engine_exception'], verdict: 'duplicate' },
  // A delete of what is gone.
  { on: 'item', status: 404, types: [''], verdict: 'duplicate' },

  // Waiting helps.
  {
    on: 'both',
    status: [400, 599],
    types: ['cluster_block_exception', 'index_create_block_exception'],
    verdict: 'retry',
    hint: 'An index or the cluster is blocked for writing: free disk space, or remove the block (index.blocks.*, cluster.blocks.*).',
  },
  { on: 'both', status: 429, verdict: 'retry', hint: 'The cluster is busy.' },
  { on: 'both', status: [408, 408], verdict: 'retry' },
  {
    on: 'both',
    status: [400, 499],
    types: [
      'shard_not_found_exception',
      'illegal_index_shard_state_exception',
      'index_shard_closed_exception',
      'index_shard_not_recovering_exception',
      'index_shard_not_started_exception',
      'index_shard_recovering_exception',
      'index_shard_relocated_exception',
      'index_shard_started_exception',
      'primary_shard_closed_exception',
      'shard_not_in_primary_mode_exception',
      'index_primary_shard_not_allocated_exception',
      'node_weighed_away_exception',
      'node_decommissioned_exception',
    ],
    verdict: 'retry',
    hint: 'A shard is moving or not ready.',
  },

  // Faults of the document.
  { on: 'item', status: 413, verdict: 'rejected' },
  {
    on: 'item',
    status: [400, 500],
    types: [
      'mapper_parsing_exception',
      'document_parsing_exception',
      'strict_dynamic_mapping_exception',
      'mapper_exception',
      'parsing_exception',
      'parse_exception',
      'timestamp_parsing_exception',
      'json_parse_exception',
      'x_content_parse_exception',
      'not_x_content_exception',
      'stream_constraints_exception',
      'max_bytes_length_exceeded_exception',
      // An ingest pipeline of the cluster's owner refuses the document; 500 is how these are answered.
      'script_exception',
      'fail_processor_exception',
      'ingest_processor_exception',
    ],
    verdict: 'rejected',
  },
  // The one type that stands for faults of documents and of indices alike: immense terms, too many fields,
  // a pipeline's missing field; but also these, which every document of the index would meet.
  {
    on: 'item',
    status: 400,
    types: ['illegal_argument_exception'],
    reason: /^pipeline with id /,
    verdict: 'fatal',
    code: 'CLUSTER_REFUSED',
    hint: 'The index names an ingest pipeline that does not exist: create it, or clear index.default_pipeline and index.final_pipeline.',
  },
  {
    on: 'item',
    status: 400,
    types: ['illegal_argument_exception'],
    reason: /^no write index is defined for alias/,
    verdict: 'fatal',
    code: 'CLUSTER_REFUSED',
    hint: 'An alias has the name of an event index: rename it, or install under another alias.',
  },
  {
    on: 'item',
    status: 400,
    types: ['illegal_argument_exception'],
    reason: /^Number of documents in (the )?(index|shard)/,
    verdict: 'fatal',
    code: 'CLUSTER_REFUSED',
    hint: 'A shard is full (2,147,483,519 documents): use a shorter index period or more shards.',
  },
  { on: 'item', status: 400, types: ['illegal_argument_exception'], verdict: 'rejected' },

  // The server's own code fails on this document, each time anew or in passing: a few tries tell.
  {
    on: 'item',
    status: 500,
    types: [
      'null_pointer_exception',
      'class_cast_exception',
      'index_out_of_bounds_exception',
      'array_index_out_of_bounds_exception',
      'string_index_out_of_bounds_exception',
      'number_format_exception',
      'arithmetic_exception',
      'unsupported_operation_exception',
      'stack_overflow_error',
    ],
    verdict: 'suspect',
  },

  { on: 'response', status: 413, verdict: 'split' },

  // No retry helps.
  {
    on: 'both',
    status: 401,
    verdict: 'fatal',
    code: 'CLUSTER_AUTH',
    hint: 'Set OPENSEARCH_USERNAME and OPENSEARCH_PASSWORD, or --username and --password.',
  },
  {
    on: 'both',
    status: 403,
    verdict: 'fatal',
    code: 'CLUSTER_FORBIDDEN',
    hint: 'Give the cluster user the writer role of integration/security.',
  },
  {
    on: 'both',
    status: 404,
    types: ['index_not_found_exception'],
    verdict: 'fatal',
    code: 'CLUSTER_REFUSED',
    hint: 'The index is missing and the cluster may not create it: allow its name in action.auto_create_index, or create the index.',
  },
  {
    on: 'both',
    status: 400,
    types: ['index_closed_exception'],
    verdict: 'fatal',
    code: 'CLUSTER_REFUSED',
    hint: 'Open the index (POST <index>/_open), or leave its time out with --since.',
  },
  {
    on: 'both',
    status: 400,
    types: ['validation_exception'],
    verdict: 'fatal',
    code: 'CLUSTER_REFUSED',
    hint: 'The cluster has as many shards as it may: raise cluster.max_shards_per_node, add nodes, or use a longer index period.',
  },
  {
    on: 'response',
    status: 0,
    types: ['tls'],
    verdict: 'fatal',
    code: 'CLUSTER_TLS',
    hint: 'Name the certificate authority with --ca FILE (PEM), or use the host name that the certificate names.',
  },
  {
    on: 'response',
    status: 0,
    types: ['credentials'],
    verdict: 'fatal',
    code: 'CLUSTER_AUTH',
    hint: 'No AWS credentials to sign with: set a profile, a role, or the environment.',
  },

  // The rest by class.
  { on: 'response', status: 0, verdict: 'retry', hint: 'The cluster does not answer.' },
  { on: 'both', status: [500, 599], verdict: 'retry' },
  {
    on: 'both',
    status: [100, 499],
    verdict: 'fatal',
    code: 'CLUSTER_REFUSED',
    hint: 'The cluster, or a proxy before it, answers in a way that is not known here.',
  },
];

/** What to do about an answer. Total: every status has a row. */
export function judge(on: 'item' | 'response', fault: Fault): Ruling {
  const row = TABLE.find((candidate) => matches(candidate, on, fault));
  if (row === undefined) return { verdict: 'fatal', code: 'CLUSTER_REFUSED' };
  return row;
}

function matches(row: Row, on: 'item' | 'response', { status, type, reason }: Fault): boolean {
  if (row.on !== 'both' && row.on !== on) return false;
  const [first, last] = typeof row.status === 'number' ? [row.status, row.status] : row.status;
  if (status < first || status > last) return false;
  if (row.types !== undefined && !row.types.includes(type)) return false;
  return row.reason === undefined || row.reason.test(reason);
}
