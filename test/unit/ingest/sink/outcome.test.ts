import { describe, expect, test } from '@jest/globals';
import { ERROR_CODES } from '../../../../src/errors.ts';
import { TABLE, judge, type Verdict } from '../../../../src/ingest/sink/outcome.ts';

type Case = [on: 'item' | 'response', status: number, type: string, reason: string, verdict: Verdict];

// Types, statuses and reasons as OpenSearch 3.8.0 gave them when provoked; those marked * are from its sources or from AWS.
const CASES: readonly Case[] = [
  ['item', 200, '', '', 'indexed'],
  ['item', 201, '', '', 'indexed'],
  ['item', 409, 'version_conflict_engine_exception', '[x]: version conflict, document already exists', 'duplicate'],
  ['item', 404, '', '', 'duplicate'],
  [
    'item',
    429,
    'cluster_block_exception',
    'index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded …]',
    'retry',
  ],
  ['item', 403, 'cluster_block_exception', 'index [x] blocked by: [FORBIDDEN/8/index write (api)];', 'retry'],
  ['item', 403, 'cluster_block_exception', 'index [x] blocked by: [FORBIDDEN/5/index read-only (api)];', 'retry'],
  ['response', 503, 'cluster_block_exception', 'blocked by: [SERVICE_UNAVAILABLE/2/no cluster manager];', 'retry'],
  ['item', 403, 'index_create_block_exception', '*', 'retry'],
  ['item', 429, 'rejected_execution_exception', '*', 'retry'],
  ['response', 429, 'rejected_execution_exception', 'rejected execution of coordinating operation', 'retry'],
  ['response', 429, 'circuit_breaking_exception', '[parent] Data too large', 'retry'],
  ['response', 429, '', '429 Too Many Requests *', 'retry'],
  ['response', 408, '', '*', 'retry'],
  ['item', 404, 'shard_not_found_exception', 'no such shard *', 'retry'],
  ['item', 404, 'index_shard_closed_exception', 'CurrentState[CLOSED] Closed *', 'retry'],
  ['item', 421, 'node_weighed_away_exception', '*', 'retry'],
  ['item', 413, '', '*', 'rejected'],
  ['item', 400, 'mapper_parsing_exception', 'failed to parse field [d] of type [date]', 'rejected'],
  ['item', 400, 'document_parsing_exception', '*', 'rejected'],
  ['item', 400, 'strict_dynamic_mapping_exception', 'mapping set to strict', 'rejected'],
  ['item', 500, 'mapper_exception', '*', 'rejected'],
  ['item', 400, 'script_exception', 'runtime error', 'rejected'],
  ['item', 500, 'fail_processor_exception', 'no', 'rejected'],
  ['item', 400, 'illegal_argument_exception', 'pipeline with id [nope] does not exist', 'fatal'],
  ['item', 400, 'illegal_argument_exception', 'no write index is defined for alias [x]. The write index…', 'fatal'],
  ['item', 400, 'illegal_argument_exception', 'Number of documents in shard [x][0] exceeds the limit *', 'fatal'],
  ['item', 400, 'illegal_argument_exception', 'Document contains at least one immense term in field="k"', 'rejected'],
  ['item', 400, 'illegal_argument_exception', 'DocValuesField "w" is too large, must be <= 32766', 'rejected'],
  ['item', 400, 'illegal_argument_exception', 'Limit of total fields [20] has been exceeded', 'rejected'],
  ['item', 400, 'illegal_argument_exception', "field [nope] doesn't exist", 'rejected'],
  ['item', 500, 'null_pointer_exception', '*', 'suspect'],
  ['response', 413, '', '', 'split'],
  ['response', 401, '', 'Unauthorized', 'fatal'],
  ['item', 403, 'security_exception', 'no permissions for [indices:data/write/index]', 'fatal'],
  ['response', 403, '', 'User: anonymous is not authorized to perform: es:ESHttpPost *', 'fatal'],
  ['item', 404, 'index_not_found_exception', 'no such index [x] and [action.auto_create_index] is [false]', 'fatal'],
  ['item', 400, 'index_closed_exception', 'closed', 'fatal'],
  ['item', 400, 'validation_exception', 'Validation Failed: 1: this action would add [2] total shards', 'fatal'],
  ['response', 0, 'tls', 'unable to verify the first certificate', 'fatal'],
  ['response', 0, 'credentials', 'Could not load credentials from any providers', 'fatal'],
  ['response', 0, 'connection', 'connect ECONNREFUSED', 'retry'],
  ['response', 0, 'timeout', 'Request timed out', 'retry'],
  ['response', 0, 'garbled', 'Unexpected end of JSON input', 'retry'],
  ['response', 502, '', 'Bad Gateway', 'retry'],
  ['response', 503, 'cluster_manager_not_discovered_exception', '*', 'retry'],
  ['item', 500, 'node_not_connected_exception', '*', 'retry'],
  ['item', 503, 'unavailable_shards_exception', '[x][0] primary shard is not active Timeout: [1s]', 'retry'],
  ['item', 503, 'process_cluster_event_timeout_exception', '*', 'retry'],
  ['item', 500, 'illegal_state_exception', 'engine is shutting down *', 'retry'],
  ['item', 409, 'index_primary_shard_not_allocated_exception', '*', 'retry'],
  ['item', 409, 'anything_else_exception', '*', 'fatal'],
  ['item', 400, 'invalid_index_name_exception', 'Invalid index name [X], must be lowercase', 'fatal'],
  ['item', 400, 'routing_missing_exception', 'routing is required', 'fatal'],
  ['response', 400, 'illegal_argument_exception', 'Malformed action/metadata line [1]', 'fatal'],
  ['response', 400, 'action_request_validation_exception', 'id [i…] is too long', 'fatal'],
  ['response', 406, '', 'Content-Type header [text/plain] is not supported', 'fatal'],
  ['response', 200, '', '<html>', 'fatal'],
  ['response', 302, '', '', 'fatal'],
];

describe('what an answer means', () => {
  test.each(CASES)('%s %i %s (%s) is %s', (on, status, type, reason, verdict) => {
    expect(judge(on, { status, type, reason }).verdict).toBe(verdict);
  });

  test('every row of the table decides one of these cases', () => {
    const used = new Set(CASES.map(([on, status, type, reason]) => judge(on, { status, type, reason })));
    expect(TABLE.filter((row) => !used.has(row))).toEqual([]);
  });

  test('every fatal row has a code and a hint', () => {
    for (const { verdict, code, hint } of TABLE.filter((row) => row.verdict === 'fatal'))
      expect([verdict, Object.keys(ERROR_CODES).includes(code ?? ''), typeof hint]).toEqual(['fatal', true, 'string']);
  });

  test('every status has a verdict', () => {
    for (let status = 0; status < 1000; status += 1)
      for (const on of ['item', 'response'] as const)
        expect(judge(on, { status, type: 'never_heard_of', reason: '' }).verdict).toMatch(/^[a-z]+$/);
  });
});
