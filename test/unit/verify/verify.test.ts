import { describe, expect, test } from '@jest/globals';
import type { Answer } from '../../../src/content/compile/response.ts';
import type { SearchRequest } from '../../../src/content/compile/request.ts';
import type { Outcome, VerifyCluster } from '../../../src/verify/cluster.ts';
import { fieldsFromCaps } from '../../../src/verify/field-caps.ts';
import { questionsOf, requestLines, verify } from '../../../src/verify/verify.ts';
import { pattern } from '../../fixtures/osd/index-pattern.ts';
import {
  bundleOf,
  dashboardLine,
  indexPatternLine,
  searchLine,
  visualizationLine,
} from '../../support/saved-objects.ts';

const options = { now: Date.parse('2026-11-21T12:00:00Z'), timeZone: 'UTC' };
const count = { id: '1', type: 'count', schema: 'metric' };
const byStatus = { id: '2', type: 'terms', schema: 'segment', params: { field: 'status', orderBy: '1' } };
const queryLine = (id: string, query: string, language = 'kuery') => ({
  type: 'query',
  id,
  attributes: { title: `Query ${id}`, query: { query, language } },
  references: [],
});
const bundle = bundleOf([
  indexPatternLine({ ...pattern, id: 'p' }),
  visualizationLine('chart', 'pie', [count, byStatus]),
  visualizationLine('text', 'markdown', []),
  visualizationLine('vega', 'vega', []),
  visualizationLine('alone', 'metric', [count]),
  searchLine('rows', { columns: ['status'] }),
  dashboardLine('d', [{ id: 'chart' }, { id: 'text' }, { type: 'search', id: 'rows' }, { id: 'vega' }, { id: 'gone' }]),
  queryLine('good', 'status: Failure'),
  queryLine('bad', 'status:'),
  queryLine('ppl', 'source=x', 'PPL'),
]);

/** A cluster that answers by what is asked; presence requests are those with `present`. */
function cluster(answer: (request: SearchRequest) => Answer | string): VerifyCluster & { asked: SearchRequest[] } {
  const asked: SearchRequest[] = [];
  return {
    asked,
    search: async (requests) => {
      asked.push(...requests);
      return requests.map((request): Outcome => {
        const said = answer(request);
        return typeof said === 'string' ? { failure: said } : { answer: said };
      });
    },
    fields: async () => [],
    refresh: async () => undefined,
  };
}
const hits = (value: number, aggregations: object = {}): Answer => ({
  _shards: { total: 1 },
  hits: { total: { value } },
  aggregations,
});
const full = { 2: { buckets: [{ key: 'a', doc_count: 3, 1: {} }] } };

describe('verify', () => {
  test('asks panels, objects on no dashboard and saved queries, in this order', () => {
    const questions = questionsOf(bundle, options);
    expect(questions.map(({ dashboard, panel }) => [dashboard, panel])).toEqual([
      ['Title of d', 'Title of chart'],
      ['Title of d', 'Title of text'],
      ['Title of d', 'Title of rows'],
      ['Title of d', 'Title of vega'],
      ['Title of d', 'gone'],
      [null, 'Title of alone'],
      [null, 'Query good'],
      [null, 'Query bad'],
    ]);
  });

  test('tells what shows something, what is refused and what is not known', async () => {
    const report = await verify(
      bundle,
      cluster(() => hits(5, full)),
      options,
    );
    expect(report.panels.map(({ status, reason }) => [status, reason])).toEqual([
      ['ok', undefined],
      ['ok', undefined],
      ['ok', undefined],
      ['failed', 'Vega visualizations are not supported.'],
      ['failed', 'Could not locate that visualization (id: gone)'],
      ['ok', undefined],
    ]);
    expect(report.queries).toEqual([
      { query: 'Query good', status: 'ok', hits: 5 },
      expect.objectContaining({ query: 'Query bad', status: 'failed', hits: 0 }),
    ]);
    expect(report).toMatchObject({ installed: true, missing: [] });
  });

  test('of what shows nothing it tells why: no events, no values, no match, zeros', async () => {
    const whyNot = async (all: number, matching: number, present: number, buckets: object = { 2: { buckets: [] } }) => {
      const { panels, queries } = await verify(
        bundle,
        cluster(({ body }) =>
          'present' in ((body['aggs'] ?? {}) as object)
            ? hits(all, { present: { buckets: { status: { doc_count: present } } } })
            : hits(matching, buckets),
        ),
        options,
      );
      return [panels[0], queries[0]];
    };
    const both = (what: object) => [expect.objectContaining(what), expect.objectContaining(what)];
    expect(await whyNot(0, 0, 0)).toEqual(both({ status: 'empty', reason: 'no events in this time range' }));
    expect(await whyNot(9, 0, 0)).toEqual(both({ reason: 'no event has a value in status', absent: ['status'] }));
    expect(await whyNot(9, 0, 9)).toEqual(both({ reason: 'no event matches its query' }));
    const zeros = { 2: { buckets: [{ key: 'a', doc_count: 0 }] } };
    const [panel, query] = await whyNot(9, 3, 9, zeros);
    expect(panel).toMatchObject({ reason: 'the events that match have nothing to show' });
    expect(query).toEqual({ query: 'Query good', status: 'ok', hits: 3 });
  });

  test('an index that does not exist is said to be not installed', async () => {
    const report = await verify(
      bundle,
      cluster(() => ({ ...hits(0), _shards: { total: 0 } })),
      options,
    );
    expect(report).toMatchObject({ installed: false, missing: ['logs-cloudtrail'] });
    expect(report.panels[0]).toMatchObject({ status: 'empty', reason: 'not installed: no such index' });
  });

  test('a search that fails gives its reason, and the others go on', async () => {
    const failing = cluster(({ body }) => (body['size'] === 1 ? 'parsing_exception: no' : hits(5, full)));
    const { panels } = await verify(bundle, failing, options);
    expect(panels[0]?.status).toBe('ok');
    expect(panels[2]).toMatchObject({ status: 'failed', reason: 'parsing_exception: no' });
  });

  test('saved searches are asked for one row', async () => {
    const asked = cluster(() => hits(1, full));
    await verify(bundle, asked, options);
    expect(asked.asked.filter(({ body }) => 'sort' in body).map(({ body }) => body['size'])).toEqual([1, 1]);
  });
});

describe('requestLines', () => {
  test('one line for each request, with the object’s id and the index; a reason where there is none', () => {
    const lines = requestLines(questionsOf(bundle, options));
    expect(lines.map((line) => [line.id, 'request' in line])).toEqual([
      ['chart', true],
      ['rows', true],
      ['vega', false],
      ['gone', false],
      ['alone', true],
      ['good', true],
      ['bad', false],
    ]);
    expect(lines[0]).toMatchObject({
      dashboard: 'Title of d',
      panel: 'Title of chart',
      index: 'logs-cloudtrail',
      request: { size: 0, aggs: {}, query: {} },
    });
    expect(lines[5]).toMatchObject({ query: 'Query good' });
  });
});

describe('fieldsFromCaps', () => {
  const caps = (type: string, more: object = {}) => ({
    [type]: { type, searchable: true, aggregatable: true, ...more },
  });

  test('types are grouped as OpenSearch Dashboards does', () => {
    const fields = fieldsFromCaps({
      a: caps('long'),
      b: caps('text', { aggregatable: false }),
      c: caps('flat_object'),
      d: { ...caps('keyword'), ...caps('long') },
      e: caps('object'),
      n: caps('nested'),
      'n.x': caps('keyword'),
      _id: caps('_id'),
    });
    expect(Object.fromEntries(fields.map(({ name, type }) => [name, type]))).toEqual({
      a: 'number',
      b: 'string',
      c: 'unknown',
      d: 'conflict',
      'n.x': 'string',
      _id: 'string',
    });
    expect(fields.find(({ name }) => name === 'n.x')?.subType).toEqual({ nested: { path: 'n' } });
    expect(fields.find(({ name }) => name === '_id')?.readFromDocValues).toBe(false);
  });
});
