import { expect, test } from '@jest/globals';
import type { SearchRequest } from '../../../src/content/compile/request.ts';
import type { Answer } from '../../../src/content/compile/response.ts';
import { looksTwice, newestRows, type SparseLists } from '../../../src/explore/newest.ts';
import { shippedBundles } from '../../../src/verify/load.ts';

const pattern = shippedBundles({ alias: 'logs' })[0]?.indexPattern('logs-cloudtrail');
const range = { gte: '2026-01-01T00:00:00.000Z', lte: '2026-01-01T01:40:00.000Z' };

function list(sort: object, size = 10): SearchRequest {
  if (pattern === undefined) throw new Error('there is no index pattern');
  const query = { bool: { must: [], filter: [{ range: { time_dt: range } }], should: [], must_not: [] } };
  return { index: 'logs', pattern, body: { size, sort: [sort], query } as never };
}

const hits = (total: number, ...rows: string[]): Answer => ({ hits: { total: { value: total }, hits: rows } });

/** What is asked, and what comes of it. */
function run(request: SearchRequest, rounds: readonly (readonly Answer[])[], sparse: SparseLists = new Set()) {
  const steps = newestRows(request, 'list', sparse);
  const asked: (readonly SearchRequest[])[] = [];
  let step = steps.next();
  for (const answers of rounds) {
    if (step.done === true) break;
    asked.push(step.value);
    step = steps.next(answers);
  }
  return { asked, answer: step.done === true ? step.value : undefined };
}

const newest = list({ time_dt: { order: 'desc' } });

test('rows that fill a page at the end of the range are the newest of all; the total is that of the whole range', () => {
  const { asked, answer } = run(newest, [[hits(12, 'a', 'b'), hits(9_000)]]);
  expect(answer).toEqual({ hits: { total: 9_000, hits: ['a', 'b'] } });
  const [[end, all] = []] = asked;
  expect(asked).toHaveLength(1);
  const last = { range: { time_dt: { gte: '2026-01-01T01:39:00.000Z', format: 'strict_date_optional_time' } } };
  expect(end?.body).toEqual({ ...newest.body, query: { bool: { filter: [newest.body['query'], last] } } });
  expect(all?.body).toEqual({ size: 0, query: newest.body['query'] });
});

test('where the end of the range holds fewer rows than a page, the whole list is asked', () => {
  const whole = hits(9_000, 'a', 'b', 'c');
  const { asked, answer } = run(newest, [[hits(9, 'a'), hits(9_000)], [whole]]);
  expect(asked[1]).toEqual([newest]);
  expect(answer).toBe(whole);
});

test('fewer rows than a page are enough where they are all there are', () => {
  expect(run(newest, [[hits(3, 'a'), hits(3)]])).toMatchObject({ answer: { hits: { total: 3, hits: ['a'] } } });
});

test('a list with few rows at the end of the range is asked as a whole at once from then on, until a page of it is full there', () => {
  const sparse: SparseLists = new Set();
  const rows = (time: string): Answer => ({
    hits: { total: { value: 9_000 }, hits: Array.from({ length: 10 }, () => ({ sort: [Date.parse(time)] })) },
  });
  const [before, within] = [rows('2026-01-01T01:38:59.999Z'), rows('2026-01-01T01:39:00.000Z')];
  const looks = (): boolean => looksTwice(newest, 'list', sparse);
  expect(looks()).toBe(true);
  expect(run(newest, [[hits(9, 'a'), hits(9_000)], [before]], sparse).asked).toHaveLength(2);
  expect(looks()).toBe(false);
  expect(run(newest, [[before]], sparse)).toEqual({ asked: [[newest]], answer: before });
  expect(run(newest, [[hits(3, 'a', 'b', 'c')]], sparse).asked).toEqual([[newest]]);
  expect(looks()).toBe(false);
  expect(run(newest, [[within]], sparse)).toEqual({ asked: [[newest]], answer: within });
  expect(looks()).toBe(true);
});

test.each([
  ['oldest first', list({ time_dt: { order: 'asc' } })],
  ['by another field', list({ status: { order: 'desc' } })],
  ['of an index without a time', { ...newest, pattern: { ...newest.pattern, timeFieldName: undefined } as never }],
])('a list %s is asked as it is', (_, request) => {
  const { asked, answer } = run(request, [[hits(1, 'a')]]);
  expect(asked).toEqual([[request]]);
  expect(answer).toEqual(hits(1, 'a'));
});
