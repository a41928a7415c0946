import { expect, test } from '@jest/globals';
import { allOrdinals, batchOf, documentAt, gather } from '../../../../src/ingest/sink/body.ts';
import { createBatch } from '../../../support/batches.ts';

const a = createBatch('i', { a0: { v: 'ä' }, a1: { v: 1 }, a2: { v: 2 } });
const b = createBatch('j', { b0: {} });

test('a whole batch alone is its own body, not a copy', () => {
  expect(gather([{ batch: a, ordinals: allOrdinals(a) }]).buffer).toBe(a.body.buffer);
});

test('documents are cut out at their offsets, in order, over several batches', () => {
  const body = gather([
    { batch: a, ordinals: Uint32Array.of(0, 2) },
    { batch: b, ordinals: Uint32Array.of(0) },
  ]);
  expect(body.toString()).toBe(
    [
      '{"create":{"_index":"i","_id":"a0"}}',
      '{"v":"ä"}',
      '{"create":{"_index":"i","_id":"a2"}}',
      '{"v":2}',
      '{"create":{"_index":"j","_id":"b0"}}',
      '{}',
      '',
    ].join('\n'),
  );
});

test('a document comes back out of its batch', () => {
  expect(documentAt(a, 0)).toEqual({ id: 'a0', index: 'i', source: '{"v":"ä"}' });
  expect(documentAt(a, 2)).toEqual({ id: 'a2', index: 'i', source: '{"v":2}' });
});

test('a delete is a single line', () => {
  const batch = batchOf([{ action: { delete: { _id: '1' } } }, { action: { delete: { _id: '2' } } }]);
  expect(gather([{ batch, ordinals: Uint32Array.of(1) }]).toString()).toBe('{"delete":{"_id":"2"}}\n');
});
