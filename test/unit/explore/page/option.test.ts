import { describe, expect, test } from '@jest/globals';
import type { PanelContent, ResultTable } from '../../../../src/explore/protocol.ts';
import { axisText, chartOption, middle } from '../../../../src/explore/page/charts/option.ts';
import { phrase } from '../../../../src/explore/page/filters.ts';

const HOUR = 3_600_000;
const panel = (type: string, more: Partial<PanelContent> = {}): PanelContent => ({
  id: '1', title: 'P', description: '', hideTitle: false, grid: { x: 0, y: 0, w: 24, h: 12 }, type, indices: [], params: {},
  controls: [], colors: {}, widths: [], ...more,
}); // prettier-ignore

/** Counts per hour and status: the second hour has no events. */
const byTime: ResultTable = {
  intervalMs: HOUR,
  columns: [
    { label: 'Time', kind: 'bucket', schema: 'segment', agg: 'date_histogram', field: 'time_dt', type: 'date' },
    { label: 'Result', kind: 'bucket', schema: 'group', agg: 'terms', field: 'status', type: 'string' },
    { label: 'Count', kind: 'metric', schema: 'metric', agg: 'count' },
  ],
  rows: [
    [{ value: 0 }, { value: 'Success', filter: phrase('status', 'Success') }, { value: 5 }],
    [{ value: 2 * HOUR }, { value: 'Success', filter: phrase('status', 'Success') }, { value: 3 }],
    [{ value: 2 * HOUR }, { value: 'Failure', filter: phrase('status', 'Failure') }, { value: 2 }],
  ],
};
interface Series {
  name: string;
  type: string;
  stack?: string;
  data: unknown[];
  itemStyle: { color: string };
}
const seriesOf = (drawing: ReturnType<typeof chartOption>): Series[] => drawing.option['series'] as Series[];

describe('a chart over time', () => {
  const drawing = chartOption(panel('histogram', { colors: { Failure: '#CC5642' } }), byTime, false);

  test('shows an hour without events as a gap, and a label in its fixed colour', () => {
    expect(seriesOf(drawing).map(({ name, type, stack, data }) => ({ name, type, stack, data }))).toEqual([
      { name: 'Success', type: 'bar', stack: 'all', data: [5, 0, 3] },
      { name: 'Failure', type: 'bar', stack: 'all', data: [0, 0, 2] },
    ]);
    expect(seriesOf(drawing)[1]?.itemStyle.color).toBe('#CC5642');
  });

  test('filters by what was clicked, and turns a brush into the times of its bars', () => {
    expect(drawing.filtersAt({ seriesIndex: 1, dataIndex: 2 })).toEqual([phrase('status', 'Failure')]);
    expect(drawing.filtersAt({ seriesIndex: 1, dataIndex: 1 })).toEqual([]);
    expect(drawing.filtersAt({ seriesIndex: 9, dataIndex: 9 })).toEqual([]);
    expect(drawing.timesAt([0.2, 1.4])).toEqual([0, 2 * HOUR]);
    expect(drawing.timesAt([-5, 99])).toEqual([0, 3 * HOUR]);
    expect(drawing.brushable).toBe(true);
  });

  test('draws no point where there is nothing to average: a lag that nobody measured is not zero', () => {
    const columns = [byTime.columns[0], { label: 'Lag', kind: 'metric', schema: 'metric', agg: 'avg' }];
    const rows = [
      [{ value: 0 }, { value: 7 }],
      [{ value: HOUR }, { value: null }],
      [{ value: 2 * HOUR }, { value: 9 }],
    ];
    const lag = chartOption(panel('line'), { intervalMs: HOUR, columns, rows } as ResultTable, false);
    expect(seriesOf(lag)[0]?.data).toEqual([7, null, 9]);
  });

  test('draws its tooltip as text, never as markup', () => {
    const tooltip = drawing.option['tooltip'] as { renderMode: string; formatter: (points: object[]) => string };
    expect(tooltip.renderMode).toBe('richText');
    expect(tooltip.formatter([{ seriesName: '<b>', value: 1, dataIndex: 0 }])).toContain('<b>: 1');
  });

  test('names the years of an axis that reaches over more than one', () => {
    const axisOf = (years: readonly number[], intervalMs: number): string[] => {
      const rows = years.map((year) => [{ value: new Date(year, 0, 5).getTime() }, { value: 'x' }, { value: 1 }]);
      const { option } = chartOption(panel('line'), { ...byTime, intervalMs, rows }, false);
      return (option['xAxis'] as { data: string[] }).data;
    };
    expect(axisOf([2026], 24 * HOUR)).toEqual(['01-05']);
    const days = axisOf([2024, 2025, 2026], 24 * HOUR);
    expect([days[0], days.at(-1)]).toEqual(['2024-01-05', '2026-01-05']);
    expect(axisOf([2024, 2026], 31 * 24 * HOUR)).toEqual(['2024-01', '2026-01']);
  });

  test('has lines for an area and bars that do not stack where the panel says so', () => {
    expect(seriesOf(chartOption(panel('area'), byTime, true))[0]?.type).toBe('line');
    const beside = panel('histogram', { params: { seriesParams: [{ mode: 'normal' }] } });
    expect(seriesOf(chartOption(beside, byTime, true))[0]?.stack).toBeUndefined();
  });
});

test('braces of an event are no styles of a tooltip', () => {
  /** As ECharts reads a drawn text. */
  const drawn = (text: string): string => text.replace(/\{([a-zA-Z0-9_]+)\|([^}]*)\}/g, '$2');
  const evil = 'x {a|b} {{c|d}} {brace|{} {e';
  const [, group, count] = byTime.columns;
  const columns = [{ ...group, schema: 'segment' }, group, count];
  const table = { columns, rows: [[{ value: evil }, { value: evil }, { value: 1 }]] } as ResultTable;
  const points: Readonly<Record<string, unknown>> = {
    histogram: [{ seriesName: evil, value: 1, dataIndex: 0 }],
    pie: { name: `0\0${evil}`, percent: 100, data: { own: 1 } },
    heatmap: { value: [0, 0, 1] },
  };
  for (const [type, point] of Object.entries(points)) {
    const { option } = chartOption(panel(type), table, false);
    const { formatter } = option['tooltip'] as { formatter: (point: unknown) => string };
    expect({ type, text: drawn(formatter(point)) }).toEqual({ type, text: expect.stringContaining(evil) });
    for (const { tooltip } of [option['legend'] ?? []].flat() as {
      tooltip: { formatter: (item: object) => string };
    }[])
      expect(drawn(tooltip.formatter({ name: type === 'pie' ? `0\0${evil}` : evil }))).toBe(evil);
  }
});

test('a date that is no interval is read as a time', () => {
  const columns = [
    { label: 'Created', kind: 'bucket', schema: 'segment', agg: 'terms', field: 'created', type: 'date' },
    { label: 'Count', kind: 'metric', schema: 'metric', agg: 'count' },
  ];
  const table = { columns, rows: [[{ value: 1_700_000_000_000 }, { value: 1 }]] } as ResultTable;
  const { data } = chartOption(panel('horizontal_bar'), table, false).option['yAxis'] as { data: string[] };
  expect(data).toEqual(['2023-11-14T22:13:20.000Z']);
});

test('a series or a slice may have the name of what every object has', () => {
  const names = ['constructor', 'toString', '__proto__'];
  const rows = names.map((value) => [{ value: 0 }, { value }, { value: 1 }]);
  const colors = { Failure: '#CC5642' };
  const bars = chartOption(panel('histogram', { colors }), { ...byTime, rows }, false);
  expect(seriesOf(bars).map(({ name, itemStyle }) => [name, itemStyle.color])).toEqual(
    names.map((name) => [name, expect.stringMatching(/^#/)]),
  );
  const slices = { columns: byTime.columns.slice(1), rows: rows.map((row) => row.slice(1)) };
  const [ring] = seriesOf(chartOption(panel('pie', { colors }), slices, false));
  expect((ring?.data as { name: string }[]).map(({ name }) => name.split('\0').at(-1))).toEqual(names);
});

test('horizontal bars cannot be brushed', () => {
  const table: ResultTable = {
    columns: [
      { label: 'Op', kind: 'bucket', schema: 'segment', agg: 'terms', field: 'api.operation', type: 'string' },
      { label: 'Count', kind: 'metric', schema: 'metric', agg: 'count' },
    ],
    rows: [
      [{ value: 'GetObject', filter: phrase('api.operation', 'GetObject') }, { value: 7 }],
      [{ value: null }, { value: 1 }],
    ],
  };
  const drawing = chartOption(panel('horizontal_bar'), table, false);
  expect(drawing.brushable).toBe(false);
  expect(drawing.timesAt([0, 1])).toBeUndefined();
  expect(drawing.filtersAt({ seriesIndex: 0, dataIndex: 0 })).toHaveLength(1);
  expect((drawing.option['yAxis'] as { data: string[] }).data).toEqual(['GetObject', 'None']);
});

/** A pie's table: each bucket is followed by its own metric. */
function ringTable(...rows: [outer: string, outerValue: number, inner: string, innerValue: number][]): ResultTable {
  const metric = { label: 'Count', kind: 'metric', schema: 'metric', agg: 'count' } as const;
  const bucket = { kind: 'bucket', schema: 'segment', agg: 'terms' } as const;
  return {
    columns: [{ label: 'Class', ...bucket }, metric, { label: 'Activity', ...bucket }, metric],
    rows: rows.map(([outer, outerValue, inner, innerValue]) => [
      { value: outer, filter: phrase('c', outer) },
      { value: outerValue },
      { value: inner, filter: phrase('a', inner) },
      { value: innerValue },
    ]),
  };
}

test('the rings of a pie add up, and a slice filters by itself and what it is part of', () => {
  const table = ringTable(['API', 8, 'Read', 6], ['API', 8, 'Create', 2], ['Auth', 2, 'Logon', 2]);
  const drawing = chartOption(panel('pie'), table, false);
  const rings = seriesOf(drawing).map(({ data }) => (data as { value: number }[]).map(({ value }) => value));
  expect(rings).toEqual([[8, 2], [6, 2, 2]]); // prettier-ignore
  expect(drawing.filtersAt({ seriesIndex: 0, dataIndex: 0 })).toEqual([phrase('c', 'API')]);
  expect(drawing.filtersAt({ seriesIndex: 1, dataIndex: 1 })).toEqual([phrase('c', 'API'), phrase('a', 'Create')]);
  expect(drawing.summary).toBe('API 80 %, Auth 20 %');
});

test('a slice says its own value where the parts of it do not add up, and they share its room', () => {
  // Ten users, nine of them in one region and eight in the other.
  const table = ringTable(['111', 10, 'us', 9], ['111', 10, 'eu', 8], ['222', 12, 'us', 12]);
  const drawing = chartOption(panel('pie'), table, false);
  const [inner, outer] = seriesOf(drawing).map(({ data }) => data as { value: number; own: number }[]);
  expect(inner?.map(({ value, own }) => [value, own])).toEqual([[10, 10], [12, 12]]); // prettier-ignore
  expect(outer?.map(({ own }) => own)).toEqual([9, 8, 12]);
  const [us = 0, eu = 0, other = 0] = outer?.map(({ value }) => value) ?? [];
  expect([us + eu, other]).toEqual([10, 12]);
  expect(us / eu).toBeCloseTo(9 / 8);
  expect(drawing.summary).toBe('111 45 %, 222 55 %');
});

test('a heatmap leaves empty cells empty and writes the numbers where there is room', () => {
  const drawing = chartOption(panel('heatmap'), { ...byTime, columns: byTime.columns }, true);
  const [series] = seriesOf(drawing) as (Series & { label: { show: boolean } })[];
  expect(series?.data).toHaveLength(3);
  expect(series?.label.show).toBe(false);
  expect(drawing.filtersAt({ dataIndex: 2 })).toEqual([phrase('status', 'Failure')]);
});

test.each([
  ['arn:aws:iam::123456789012:role/web', '123456789012 role/web'],
  ['arn:aws:s3:::a-bucket', 'a-bucket'],
  ['GetObject', 'GetObject'],
])('beside an axis, %s is %s', (text, expected) => expect(axisText(text)).toBe(expected));

test('beside a narrow drawing a label is shorter, and a service keeps its own name', () => {
  expect(axisText('elasticloadbalancing.amazonaws.com', 24)).toBe('elasticloadbalancing…');
  expect(axisText('s3.amazonaws.com', 24)).toBe('s3.amazonaws.com');
  expect(axisText('arn:aws:iam::123456789012:role/web', 24)).toBe('…9012 role/web');
  expect(axisText('arn:aws:iam::123456789012:role/a-very-long-name-of-a-role', 24)).toHaveLength(24);
});

test('what stands beside a drawing fits into it, however narrow it is', () => {
  const columns: ResultTable['columns'] = [
    { label: 'Code', kind: 'bucket', schema: 'segment', agg: 'terms' },
    { label: 'Count', kind: 'metric', schema: 'metric', agg: 'count' },
  ];
  const codes = ['TooManyRequestsException', 'Client.UnauthorizedOperation', 'AccessDenied'];
  const table: ResultTable = { columns, rows: codes.map((value) => [{ value }, { value: 1 }]) };
  for (const width of [240, 290, 460, 900]) {
    const room = { width, height: 190 };
    const { option } = chartOption(panel('pie'), table, false, room);
    const [legend] = option['legend'] as { left: number; formatter: (name: string) => string }[];
    const [ring] = option['series'] as { center: [number, string]; radius: [number, number] }[];
    expect((ring?.center[0] ?? 0) - (ring?.radius[1] ?? 0)).toBeGreaterThanOrEqual(0);
    expect((ring?.center[0] ?? 0) + (ring?.radius[1] ?? 0)).toBeLessThan(legend?.left ?? 0);
    const longest = Math.max(...codes.map((code) => legend?.formatter(`0\0${code}`).length ?? 0));
    expect((legend?.left ?? 0) + 20 + 6 * longest).toBeLessThanOrEqual(width);
    const bars = chartOption(panel('horizontal_bar'), table, false, room).option['yAxis'] as {
      axisLabel: { formatter: (text: string) => string };
    };
    for (const code of codes) expect(6 * bars.axisLabel.formatter(code).length).toBeLessThan(width / 2);
  }
});

test('a label keeps its colour under another filter and in another panel, and no two in a chart share one', () => {
  const columns: ResultTable['columns'] = [
    { label: 'Service', kind: 'bucket', schema: 'segment', agg: 'terms' },
    { label: 'Count', kind: 'metric', schema: 'metric', agg: 'count' },
  ];
  const remembered = new Map<string, string>();
  const colorsIn = (...names: string[]): Record<string, string> => {
    const table: ResultTable = { columns, rows: names.map((value) => [{ value }, { value: 1 }]) };
    const { option } = chartOption(panel('pie'), table, false, undefined, remembered);
    const [ring] = option['series'] as { data: { name: string; itemStyle: { color: string } }[] }[];
    return Object.fromEntries((ring?.data ?? []).map(({ name, itemStyle }) => [name.slice(2), itemStyle.color]));
  };
  const first = colorsIn('s3', 'ec2', 'iam');
  expect(colorsIn('ec2', 's3')).toEqual({ s3: first['s3'], ec2: first['ec2'] });
  const other = colorsIn('kms', 'sts');
  const together = colorsIn('iam', 'kms', 'sts', 's3', 'ec2');
  // Who comes first keeps a colour that two have had.
  expect(together).toMatchObject({ iam: first['iam'], ...other });
  expect(new Set(Object.values(together)).size).toBe(5);
  expect(colorsIn('sts', 'kms')).toEqual(other);
});

test('legends of rings that are too many lines for one column stand side by side, where both fit', () => {
  const activities = ['Read', 'Other', 'Update', 'Create', 'Delete', 'Logon', 'Set', 'Attach', 'Detach'];
  const classes = ['Authentication', 'Account Change'];
  const table = ringTable(
    ...classes.flatMap((name) =>
      activities.map((activity): [string, number, string, number] => [name, 9, activity, 1]),
    ),
  );
  const placed = (width: number, height: number) => {
    const { option } = chartOption(panel('pie'), table, false, { width, height });
    const [ring] = (option['series'] as { center: [number, string]; radius: [number, number] }[]).slice(-1);
    const legends = option['legend'] as { left: number; top: number; formatter: (name: string) => string }[];
    return { pieEnd: (ring?.center[0] ?? 0) + (ring?.radius[1] ?? 0), legends };
  };
  for (const width of [420, 520, 900]) {
    const { pieEnd, legends } = placed(width, 190);
    const [first, second] = legends;
    expect(first?.top).toBe(second?.top);
    expect(first?.left).toBeGreaterThan(pieEnd);
    const end = (left: number, name: string): number => left + 20 + 6 * name.length;
    expect(end(first?.left ?? 0, 'Authentication')).toBeLessThanOrEqual(second?.left ?? 0);
    expect(end(second?.left ?? 0, 'Delete')).toBeLessThanOrEqual(width);
    expect(first?.formatter('0\0Authentication')).toBe('Authentication');
  }
  for (const [width, height] of [[300, 190], [520, 400]] as const) {
    const [first, second] = placed(width, height).legends;
    expect(second?.left).toBe(first?.left);
    expect(second?.top).toBeGreaterThan(first?.top ?? 0);
  } // prettier-ignore
});

test('a long text loses its middle and no more', () => {
  expect(middle('abcdefghij', 10)).toBe('abcdefghij');
  expect(middle('abcdefghijk', 10)).toHaveLength(10);
  expect(middle('abcdefghijk', 10)).toMatch(/^abc.*ijk$/);
});
