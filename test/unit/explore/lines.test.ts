import { expect, test } from '@jest/globals';
import { answerOf, lineOf } from '../../../src/explore/lines.ts';
import { phrase } from '../../../src/explore/page/filters.ts';
import type { PanelAnswer, ResultTable } from '../../../src/explore/protocol.ts';

test('an answer is read as it was written, and a filter of many cells stands once in its line', () => {
  const long = phrase('status', 'x'.repeat(10_000));
  const columns: ResultTable['columns'] = [
    { label: 'Filter', kind: 'bucket', schema: 'group', agg: 'filters' },
    { label: 'Count', kind: 'metric', schema: 'metric', agg: 'count' },
  ];
  const rows = Array.from({ length: 50 }, (_, n) => [
    { value: 'named', filter: n % 2 === 0 ? long : phrase('n', n) },
    { value: n },
  ]);
  const answer: PanelAnswer = { panel: '1', status: 'table', missing: 'some', table: { columns, rows, intervalMs: 5 } };
  const line = lineOf(answer);
  expect(line.length).toBeLessThan(40_000);
  expect(answerOf(line)).toEqual(answer);
});

test.each<PanelAnswer>([
  { panel: '1', status: 'error', reason: 'x' },
  { panel: '1', status: 'empty', reason: 'x', absent: [] },
  { panel: '1', status: 'events', total: 1, from: 'i', columns: [], events: [{ id: 'a', index: 'i', source: {} }] },
  { panel: '1', status: 'table', table: { columns: [], rows: [] } },
])('an answer without filters is read as it was written: $status', (answer) =>
  expect(answerOf(lineOf(answer))).toEqual(answer),
);
