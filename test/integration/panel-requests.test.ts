import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  compileVisualization,
  searchOf,
  type AggsRequest,
  type CompileContext,
} from '../../src/content/compile/request.ts';
import { asking, cellFilters, type Answer, type Asked } from '../../src/content/compile/response.ts';
import type { AggState, Filter } from '../../src/content/compile/request/types.ts';
import { pattern } from '../fixtures/osd/index-pattern.ts';
import { bundleOf, indexPatternLine, visualizationLine } from '../support/saved-objects.ts';
import { testClient, uniqueName } from '../support/servers.ts';

const client = testClient();
const index = uniqueName('panels');
const now = Date.parse('2026-11-21T12:00:00Z');
const context: CompileContext = { now, timeZone: 'UTC', timeRange: { from: 'now-7d', to: 'now' } };
const ours = { ...pattern, id: 'p', title: index };

interface Recorded {
  readonly id: string;
  readonly type: string;
  readonly aggs: readonly AggState[];
}
const file = new URL('../fixtures/osd/golden-dsl.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded[];

function compile(
  type: string,
  aggs: readonly AggState[],
  more: Parameters<typeof visualizationLine>[3] = {},
): AggsRequest {
  const compiled = compileVisualization(
    bundleOf([indexPatternLine(ours), visualizationLine('v', type, aggs, more)]),
    'v',
    context,
  );
  if (compiled.kind !== 'aggs') throw new Error(JSON.stringify(compiled));
  return compiled;
}

/** Runs a panel to its table. A failure of any of its requests throws. */
async function ask(compiled: AggsRequest): Promise<Asked> {
  const steps = asking(compiled);
  let step = steps.next();
  while (step.done !== true) {
    const { header, body } = searchOf(step.value);
    const { body: answer } = await client.msearch({ body: [header, body] as never });
    const [response] = answer.responses as unknown as Answer[];
    if (response?.['error'] !== undefined) throw new Error(JSON.stringify(response['error']));
    step = steps.next(response ?? {});
  }
  return step.value;
}

const rowsOf = ({ table }: Asked) => table.rows.map((row) => table.columns.map(({ id }) => row[id]));
const agg = (id: string, type: string, schema: string, params: object = {}): AggState => ({
  id,
  type,
  schema,
  params: params as Record<string, unknown>,
});
const count = agg('1', 'count', 'metric');

beforeAll(async () => {
  const types = { string: 'keyword', number: 'integer', unknown: 'keyword' } as Record<string, string>;
  const fields = pattern.fields.filter(({ name }) => !name.startsWith('_') && !name.startsWith('observables'));
  const properties = Object.fromEntries(
    fields.map(({ name, type, esTypes }) => [
      name,
      { type: type === 'unknown' ? 'flat_object' : (esTypes?.[0] ?? types[type]) },
    ]),
  );
  const mappings = {
    properties: { ...properties, observables: { type: 'nested', properties: { value: { type: 'keyword' } } } },
  };
  await client.indices.create({ index, body: { mappings, settings: { number_of_replicas: 0 } } as never });
  const regions = ['eu-west-1', 'eu-west-1', 'eu-west-1', 'us-east-1', 'us-east-1', 'ap-south-1', undefined];
  const lines = Array.from({ length: 28 }, (_, i) => ({
    time_dt: new Date(now - i * 6 * 3_600_000).toISOString(),
    'cloud.region': regions[i % 7],
    'api.operation': ['GetObject', 'PutObject', 'DeleteObject', 'CreateUser'][i % 4],
    'api.service.name': i % 2 === 0 ? 's3.amazonaws.com' : 'iam.amazonaws.com',
    status: i % 3 === 0 ? 'Failure' : 'Success',
    status_id: i % 3 === 0 ? 2 : 1,
    severity_id: i % 5,
    class_uid: 6003,
    'actor.user.name': `user-${i % 4}`,
    'actor.session.is_mfa': i % 2 === 0,
    'src_endpoint.ip': `192.0.2.${i}`,
    'src_endpoint.location.coordinates': { lat: i, lon: -i },
    observables: [{ value: `192.0.2.${i}` }],
  }));
  const body = lines.flatMap((line) => [{ index: {} }, line]);
  const { body: done } = await client.bulk({ index, body: body as never, refresh: true });
  expect(done.errors).toBe(false);
});

afterAll(async () => {
  await client.indices.delete({ index, ignore_unavailable: true });
  await client.close();
});

describe('compiled requests on a real cluster', () => {
  test.each(recorded)('the recorded panel $id runs', async ({ type, aggs }) => {
    await ask(compile(type, aggs));
  });

  const byDay = { field: 'time_dt', interval: 'd', min_doc_count: 0, extended_bounds: {} };
  const pipelines = ['derivative', 'cumulative_sum', 'serial_diff', 'moving_avg'];
  test.each(pipelines)('%s over days runs, of the count and of a metric of its own', async (type) => {
    const custom = { customMetric: { type: 'sum', params: { field: 'severity_id' } } };
    const aggs = [
      count,
      agg('2', 'date_histogram', 'segment', byDay),
      agg('3', type, 'metric', { metricAgg: '1' }),
      agg('4', type, 'metric', custom),
    ];
    const { table } = await ask(compile('line', aggs));
    expect(table.rows.length).toBeGreaterThan(5);
  });

  test.each(['avg_bucket', 'sum_bucket', 'min_bucket', 'max_bucket'])('%s over terms runs', async (type) => {
    const params = {
      customBucket: { type: 'terms', params: { field: 'api.operation', orderBy: '_key', order: 'asc', size: 10 } },
      customMetric: { type: 'cardinality', params: { field: 'actor.user.name' } },
    };
    expect(rowsOf(await ask(compile('metric', [agg('1', type, 'metric', params)])))).toHaveLength(1);
  });

  test('every other bucket aggregation runs', async () => {
    const coordinates = { field: 'src_endpoint.location.coordinates', precision: 3 };
    const mask = { field: 'src_endpoint.ip', ipRangeType: 'mask', ranges: { mask: [{ mask: '192.0.2.0/28' }] } };
    const buckets = [
      agg('2', 'range', 'bucket', { field: 'severity_id', ranges: [{ from: 0, to: 2 }, { from: 2 }] }),
      agg('2', 'ip_range', 'bucket', { field: 'src_endpoint.ip' }),
      agg('2', 'ip_range', 'bucket', mask),
      agg('2', 'geotile_grid', 'segment', coordinates),
      agg('2', 'histogram', 'bucket', { field: 'severity_id', interval: 'auto' }),
    ];
    for (const bucket of buckets) {
      const { table } = await ask(compile('table', [count, bucket]));
      expect([bucket.type, table.rows.length]).toEqual([bucket.type, expect.any(Number)]);
    }
  });

  test('ranges come in the order saved and filter by what they show', async () => {
    const ranges = agg('2', 'range', 'bucket', {
      field: 'severity_id',
      ranges: [
        { from: 3, to: 5 },
        { from: 0, to: 3 },
      ],
    });
    const asked = await ask(compile('table', [count, ranges]));
    expect(rowsOf(asked).map(([, events]) => events)).toEqual([10, 18]);
    expect(cellFilters(asked.table, 0, 0)).toMatchObject([{ range: { severity_id: { gte: 3, lt: 5 } } }]);
  });

  test('the Other bucket counts what the terms leave, and filters by it', async () => {
    const params = { field: 'cloud.region', orderBy: '1', size: 1, otherBucket: true, missingBucket: false };
    const asked = await ask(compile('pie', [count, agg('2', 'terms', 'segment', params)]));
    expect(rowsOf(asked)).toEqual([
      ['eu-west-1', 12],
      ['__other__', 12],
    ]);
    const filters = cellFilters(asked.table, 0, 1);
    expect(await countWith([...filters, exists('cloud.region')])).toBe(12);
  });

  test('missing values are a bucket of their own, apart from Other', async () => {
    const params = { field: 'cloud.region', orderBy: '1', size: 2, otherBucket: true, missingBucket: true };
    const asked = await ask(compile('pie', [count, agg('2', 'terms', 'segment', params)]));
    const rows = rowsOf(asked);
    expect(rows.map(([key]) => key)).toContain('__other__');
    expect(rows.reduce((sum, [, events]) => sum + Number(events), 0)).toBe(28);
  });

  test('Other below another level, with its own metrics and terms that hold hyphens', async () => {
    const aggs = [
      count,
      agg('4', 'cardinality', 'metric', { field: 'actor.user.name' }),
      agg('2', 'terms', 'bucket', { field: 'cloud.region', orderBy: '_key', order: 'asc', size: 2, otherBucket: true }),
      agg('3', 'terms', 'bucket', {
        field: 'api.operation',
        orderBy: '_key',
        order: 'asc',
        size: 1,
        otherBucket: true,
      }),
    ];
    const asked = await ask(compile('table', aggs));
    const rows = rowsOf(asked);
    expect(rows.map(([region, operation]) => [region, operation])).toEqual([
      ['ap-south-1', 'CreateUser'],
      ['ap-south-1', '__other__'],
      ['eu-west-1', 'CreateUser'],
      ['eu-west-1', '__other__'],
      ['__other__', 'CreateUser'],
      ['__other__', '__other__'],
    ]);
    // 24 events have a region. As in OpenSearch Dashboards, what is below Other is "none of the terms", so that events
    // without a region are counted there as well.
    expect(rows.slice(0, 5).reduce((sum, row) => sum + Number(row[2]), 0)).toBe(18);
    expect(rows[5]?.[2]).toBe(9);
  });

  test('booleans, times and filters filter by the bucket that was clicked', async () => {
    const labels = { filters: [{ input: { query: 'status_id: 2', language: 'kuery' }, label: 'Failed' }] };
    const aggs = [
      count,
      agg('2', 'terms', 'bucket', { field: 'actor.session.is_mfa', orderBy: '1' }),
      agg('3', 'date_histogram', 'bucket', { field: 'time_dt', interval: 'd' }),
      agg('4', 'filters', 'bucket', labels),
    ];
    const { table } = await ask(compile('table', aggs));
    for (const [rowIndex, row] of table.rows.slice(0, 5).entries()) {
      const filters = [0, 1, 2].flatMap((column) => cellFilters(table, column, rowIndex));
      expect(await countWith(filters)).toBe(row[table.columns[3]?.id ?? '']);
    }
  });

  test('a search over nested fields finds its documents', async () => {
    const { answer } = await ask(compile('metric', [count], { query: 'observables: { value: "192.0.2.7" }' }));
    expect(answer).toMatchObject({ hits: { total: { value: 1 } } });
  });
});

const exists = (field: string): Filter => ({ meta: {}, exists: { field } });

async function countWith(filters: readonly Filter[]): Promise<unknown> {
  const asked = await ask(compile('metric', [count], { filter: filters }));
  return rowsOf(asked)[0]?.[0];
}
