import type { EChartsCoreOption } from 'echarts/core';
import type { PanelContent, ResultCell, ResultColumn, ResultTable, SavedFilter } from '../../protocol.ts';
import { formatBucketTimes, formatCompact, formatNumber, formatTime } from '../format.ts';
import { exactText } from '../panels/cell.ts';
import { colorsOf, ink, type Ink, type Remembered } from './palette.ts';

/** What to draw, and what a place in the drawing means. */
export interface Drawing {
  readonly option: EChartsCoreOption;
  readonly series: number;
  /** For those who cannot see the chart. */
  readonly summary: string;
  readonly brushable: boolean;
  filtersAt(event: { seriesIndex?: number; dataIndex?: number; data?: unknown }): readonly SavedFilter[];
  /** Epoch ms of the start of the first and the end of the last category. */
  timesAt(range: readonly [number, number]): readonly [number, number] | undefined;
}

/** px, on the grid of 48 columns in a window of 1600. */
const USUAL = { column: 33, row: 20 };

/** A panel's table as an ECharts option, for a drawing of this size in px. It changes nothing but what is `remembered`. */
export function chartOption(
  panel: PanelContent,
  table: ResultTable,
  dark: boolean,
  room: Room = { width: USUAL.column * panel.grid.w, height: USUAL.row * panel.grid.h },
  remembered: Remembered = new Map(),
): Drawing {
  const paper = ink(dark);
  if (panel.type === 'pie') return pie(panel, table, paper, room, remembered);
  if (panel.type === 'heatmap') return heatmap(table, paper, room);
  return axes(panel, table, paper, room, remembered);
}

export interface Room {
  readonly width: number;
  readonly height: number;
}

/** Of a character of a label; px. */
const CHARACTER = 6.5;
const charactersIn = (px: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, Math.floor(px / CHARACTER)));

const base = (paper: Ink): EChartsCoreOption => ({
  animation: false,
  textStyle: { fontFamily: 'Inter, system-ui, sans-serif', color: paper.text },
  // Labels come from events: the tooltip draws text, never markup.
  tooltip: {
    renderMode: 'richText',
    confine: true,
    backgroundColor: paper.background,
    borderColor: paper.line,
    textStyle: { color: paper.text, fontSize: 12 },
  },
});

/** What would begin a styled part of a drawn text stays what it is: ECharts reads `{a|b}` as "b, in the style a". */
const unstyled = (text: string): string => text.replace(/\{(?=\w+\|)/g, '{brace|{}');

/** A few short names fit above the drawing; more stand beside it. */
const isShort = (names: readonly string[]): boolean => names.length <= 4 && names.join('   ').length <= 42;
const ABOVE = { orient: 'horizontal', right: 8, top: 0 };
const BESIDE = { orient: 'vertical', right: 0, top: 4, bottom: 4 };

const legend = (paper: Ink, names: readonly string[], place: object, characters: number): object => ({
  type: 'scroll',
  ...place,
  itemWidth: 10,
  itemHeight: 10,
  icon: 'circle',
  data: names,
  formatter: (name: string) => middle(name, characters),
  tooltip: { show: true, formatter: ({ name }: { name: string }) => unstyled(ringName(name)) },
  textStyle: { color: paper.text, fontSize: 11 },
  pageTextStyle: { color: paper.muted, fontSize: 10 },
  pageIconColor: paper.text,
  pageIconInactiveColor: paper.line,
  pageIconSize: 9,
});

const LONGEST_NAME = 26;
/** Of a legend beside the drawing, what is not its names: signs and gaps; px. */
const LEGEND_SIGNS = 44;

/** Characters of the longest name, as far as the drawing can spare them. */
function legendCharacters(names: readonly string[], { width }: Room): number {
  const most = charactersIn(0.43 * width - LEGEND_SIGNS, 8, LONGEST_NAME);
  return Math.min(most, Math.max(...names.map((name) => name.length)));
}

/** ARNs differ at their ends: what is cut is the middle. */
export function middle(text: string, most: number): string {
  if (text.length <= most) return text;
  const tail = Math.ceil((most - 1) * 0.6);
  return `${text.slice(0, most - 1 - tail)}…${text.slice(-tail)}`;
}

/**
 * A label beside an axis: of an ARN, whose and which; of a long name of a service, its own part. Beside a narrow
 * drawing the end of an account must do. The tooltip has all of it.
 */
export function axisText(text: string, most = LONGEST_LABEL): string {
  const [, account = '', name = ''] = /^arn:[^:]*:[^:]*:[^:]*:([^:]*):(.+)$/.exec(text) ?? [];
  if (name === '') return middle(text.length > most ? text.replace(/\.amazonaws\.com$/, '…') : text, most);
  const whose = most < LONGEST_LABEL && account.length > 5 ? `…${account.slice(-4)}` : account;
  return middle(`${whose} ${name}`.trim(), most);
}
const LONGEST_LABEL = 34;
/** Characters of a label beside an axis: less than half of the drawing. */
const labelCharacters = ({ width }: Room): number => charactersIn(0.45 * width, 12, LONGEST_LABEL);

const labelOf = ({ columns }: ResultTable, row: readonly ResultCell[], column: number): string =>
  exactText(row[column], columns[column]) ?? 'None';

interface Parts {
  /** Column of the category axis, -1: none. */
  readonly x: number;
  /** Column of the series, -1: none. */
  readonly group: number;
  readonly metrics: readonly number[];
}

function parts({ columns }: ResultTable): Parts {
  const of = (schema: string): number =>
    columns.findIndex((column) => column.kind === 'bucket' && column.schema === schema);
  const metrics = columns.flatMap((column, position) => (column.kind === 'metric' ? [position] : []));
  return { x: of('segment'), group: of('group'), metrics };
}

function axes(panel: PanelContent, table: ResultTable, paper: Ink, room: Room, remembered: Remembered): Drawing {
  const { x, group, metrics } = parts(table);
  const horizontal = panel.type === 'horizontal_bar';
  const xColumn = table.columns[x];
  const isTime = xColumn?.agg === 'date_histogram';
  const interval = table.intervalMs ?? 3_600_000;
  const categories = isTime
    ? timeline(table, x, interval)
    : [...new Set(table.rows.map((row) => labelOf(table, row, x)))];
  const indexOf = new Map(categories.map((category, position) => [category, position]));

  const series = new Map<
    string,
    { data: (number | null)[]; rows: (readonly ResultCell[] | undefined)[]; metric: number }
  >();
  for (const row of table.rows)
    for (const metric of metrics) {
      const name =
        group === -1
          ? (table.columns[metric]?.label ?? 'Count')
          : labelOf(table, row, group) + (metrics.length > 1 ? `: ${table.columns[metric]?.label ?? ''}` : '');
      let entry = series.get(name);
      if (entry === undefined) {
        entry = {
          data: categories.map(() => (isTime && adds(table.columns[metric]) ? 0 : null)),
          rows: categories.map(() => undefined),
          metric,
        };
        series.set(name, entry);
      }
      const key = isTime ? Number(row[x]?.value) : labelOf(table, row, x);
      const position = x === -1 ? 0 : indexOf.get(key);
      if (position === undefined) continue;
      const value = row[metric]?.value ?? null;
      if (value !== null) entry.data[position] = Number(value);
      entry.rows[position] = row;
    }

  // By size, not by which happens to be in the first interval; named filters stay in the order they were written.
  const total = (name: string): number =>
    name === 'Other' ? -1 : (series.get(name)?.data ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const names = [...series.keys()];
  if (table.columns[group]?.agg === 'terms') names.sort((a, b) => total(b) - total(a));
  const colors = colorsOf(names, panel.colors, remembered);
  const stacked = seriesMode(panel) === 'stacked';
  const kind = panel.type === 'line' || panel.type === 'area' ? 'line' : 'bar';
  const showLegend = group !== -1 || metrics.length > 1;
  const above = showLegend && isShort(names);
  const legendNames = legendCharacters(names, room);
  const categoryAxis = {
    type: 'category',
    data: isTime ? formatBucketTimes(categories.map(Number), interval) : categories.map(String),
    inverse: horizontal,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: paper.line } },
    axisLabel: {
      color: paper.muted,
      fontSize: 11,
      hideOverlap: !horizontal,
      ...(horizontal ? {} : { alignMaxLabel: 'right' }),
      interval: horizontal ? 0 : 'auto',
      ...(horizontal ? { formatter: (text: string) => axisText(text, labelCharacters(room)) } : {}),
    },
  };
  const valueAxis = {
    type: 'value',
    minInterval: 1,
    // Numbers along a narrow axis must not run into each other.
    ...(horizontal ? { splitNumber: Math.min(5, Math.max(2, Math.round(room.width / 130))) } : {}),
    splitLine: { lineStyle: { color: paper.line } },
    axisLabel: { color: paper.muted, fontSize: 11, formatter: formatCompact, hideOverlap: true },
  };
  const option: EChartsCoreOption = {
    ...base(paper),
    tooltip: {
      ...(base(paper)['tooltip'] as object),
      trigger: 'axis',
      axisPointer: { type: kind === 'bar' ? 'shadow' : 'line' },
      formatter: (points: { seriesName: string; value: number | null; dataIndex: number }[]) => {
        const category = categories[points[0]?.dataIndex ?? 0] ?? '';
        const head = isTime ? formatTime(Number(category)) : String(category);
        const lines = points
          .filter(({ value }) => value !== null && value !== 0)
          .map(({ seriesName, value }) => `${middle(seriesName, 60)}: ${formatNumber(value ?? 0)}`);
        return unstyled([head, ...lines].join('\n'));
      },
    },
    grid: {
      left: 8,
      right: showLegend && !above ? LEGEND_SIGNS + CHARACTER * legendNames : 16,
      top: above ? 28 : 12,
      bottom: 6,
      containLabel: true,
    },
    xAxis: horizontal ? valueAxis : categoryAxis,
    yAxis: horizontal ? categoryAxis : valueAxis,
    ...(showLegend ? { legend: legend(paper, names, above ? ABOVE : BESIDE, legendNames) } : {}),
    ...(isTime && !horizontal
      ? {
          // Brushing brings buttons along; dragging needs none.
          toolbox: { show: false },
          brush: {
            xAxisIndex: 0,
            toolbox: [],
            brushStyle: { color: 'rgba(96,146,192,0.25)', borderColor: '#6092C0' },
            throttleType: 'debounce',
            throttleDelay: 100,
            outOfBrush: { colorAlpha: 1 },
          },
        }
      : {}),
    series: names.map((name) => ({
      name,
      type: kind,
      data: series.get(name)?.data ?? [],
      ...(stacked ? { stack: 'all' } : {}),
      ...(panel.type === 'area' ? { areaStyle: { opacity: 0.45 } } : {}),
      ...(kind === 'line'
        ? { showSymbol: isSparse(series.get(name)?.data ?? []), symbolSize: 5, lineStyle: { width: 1.5 } }
        : { barMaxWidth: horizontal ? 22 : 40, barCategoryGap: '18%' }),
      itemStyle: { color: colors.get(name) },
      emphasis: { focus: 'none' },
    })),
  };
  return {
    option,
    series: names.length,
    summary: `${names.length} series over ${categories.length} ${isTime ? 'intervals' : 'values'}`,
    brushable: isTime && !horizontal,
    filtersAt: ({ seriesIndex = 0, dataIndex = 0 }) => {
      const row = series.get(names[seriesIndex] ?? '')?.rows[dataIndex];
      return (row ?? []).flatMap((cell) => (cell.filter === undefined ? [] : [cell.filter]));
    },
    timesAt: ([from, to]) => {
      if (!isTime) return undefined;
      const first = Number(categories[Math.max(0, Math.round(from))]);
      const last = Math.min(categories.length - 1, Math.round(to));
      // Days of daylight saving's changes and months have lengths of their own: an interval ends where the next begins.
      const end = Number(categories[last + 1] ?? later(Number(categories[last]), 1, interval));
      return Number.isFinite(first) && Number.isFinite(end) ? [first, end] : undefined;
    },
  };
}

/** Nothing happened is a zero where things are counted; an average of nothing is not. */
const adds = (column: ResultColumn | undefined): boolean => ['count', 'sum', 'cardinality'].includes(column?.agg ?? '');

/** Points without neighbours make no line. */
const isSparse = (data: readonly (number | null)[]): boolean =>
  data.filter((value) => value !== null).length < Math.max(3, data.length / 3);

const MOST_INTERVALS = 1000;

/** Every interval of the time range, where it is known: a gap in the events is a gap in the chart. */
function timeline(table: ResultTable, x: number, interval: number): number[] {
  const times = [...new Set(table.rows.map((row) => Number(row[x]?.value)))].sort((a, b) => a - b);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || interval >= 28 * DAY) return times;
  const [from, to] = table.range ?? [first, last];
  if ((Math.max(to, last) - Math.min(from, first)) / interval > MOST_INTERVALS) return times;
  const all = [first];
  for (let i = -1, time = later(first, i, interval); (all[0] ?? 0) > from; time = later(first, --i, interval))
    all.unshift(time);
  for (let i = 1, time = later(first, i, interval); time < to || time <= last; time = later(first, ++i, interval))
    all.push(time);
  // In other steps than these: then only what is known is drawn.
  const known = new Set(all);
  return times.every((time) => known.has(time)) ? all : times;
}
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** So many intervals later. Those longer than an hour are counted by the clock, over daylight saving's changes as well. */
function later(time: number, intervals: number, interval: number): number {
  if (interval <= HOUR) return time + intervals * interval;
  const at = new Date(time);
  const ms = at.getMilliseconds() + intervals * interval;
  return new Date(
    at.getFullYear(), at.getMonth(), at.getDate(), at.getHours(), at.getMinutes(), at.getSeconds(), ms,
  ).getTime(); // prettier-ignore
}

function seriesMode(panel: PanelContent): string {
  const [first] = (panel.params['seriesParams'] ?? []) as { mode?: string }[];
  return first?.mode ?? 'stacked';
}

interface Slice {
  readonly name: string;
  /** The bucket's own: of unique users, an account has less than its regions together. */
  readonly value: number;
  /** Its share of the circle, which is a part of its parent's. */
  angle: number;
  readonly row: readonly ResultCell[];
}

/** Ring by ring, inner first; a ring's bucket is followed by its own metric. */
function slicesOf(table: ResultTable, rings: readonly number[]): Slice[][] {
  const parents = new Map<string, Slice>();
  return rings.map((ring, depth) => {
    const metric = table.columns.findIndex(({ kind }, place) => place > ring && kind === 'metric');
    const slices = new Map<string, Slice & { readonly parent: string }>();
    const keyOf = (row: readonly ResultCell[], levels: number): string =>
      rings.slice(0, levels).map((position) => labelOf(table, row, position)).join('\0'); // prettier-ignore
    for (const row of table.rows) {
      const key = keyOf(row, depth + 1);
      if (slices.has(key)) continue;
      const value = Number(row[metric]?.value ?? 0);
      const own = { name: labelOf(table, row, ring), value, angle: value, row: row.slice(0, ring + 1) };
      slices.set(key, { ...own, parent: keyOf(row, depth) });
    }
    const sums = new Map<string, number>();
    for (const { parent, value } of slices.values()) sums.set(parent, (sums.get(parent) ?? 0) + value);
    for (const [key, slice] of slices) {
      const parent = parents.get(slice.parent);
      const sum = sums.get(slice.parent) ?? 0;
      if (parent !== undefined) slice.angle = sum === 0 ? 0 : (parent.angle * slice.value) / sum;
      parents.set(key, slice);
    }
    return [...slices.values()];
  });
}

function pie(panel: PanelContent, table: ResultTable, paper: Ink, room: Room, remembered: Remembered): Drawing {
  const rings = table.columns.flatMap((column, position) => (column.kind === 'bucket' ? [position] : []));
  const data = slicesOf(table, rings);
  // A name may be in two rings, and means something else there.
  const names = data.map((slices) => [...new Set(slices.map(({ name }) => name))]);
  const keys = names.flatMap((ring, depth) => ring.map((name) => `${depth}\0${name}`));
  const colors = colorsOf(keys, panel.colors, remembered, ringName);
  const many = rings.length > 1;
  // In a narrow panel the pie makes room for the names beside it.
  const radius = Math.min(0.44 * room.height, 0.26 * room.width);
  const legends = names.map((ring, depth) => ({
    title: many ? (table.columns[rings[depth] ?? 0]?.label ?? '') : '',
    items: ring.map((name) => `${depth}\0${name}`),
  }));
  const columns = legendColumns(legends, room.height, room.width - 2 * (radius + 8) - 8);
  const middleOfPie = Math.max(
    radius + 8,
    columns === undefined
      ? 0.32 * room.width - 0.08 * Math.max(0, room.width - 400)
      : Math.min(0.25 * room.width, room.width - radius - 16 - columns.reduce((sum, width) => sum + width, 0)),
  );
  const hole = 0.3 * radius;
  const ringWidth = (radius - hole) / Math.max(1, data.length);
  const total = (data[0] ?? []).reduce((sum, { value }) => sum + value, 0);
  const option: EChartsCoreOption = {
    ...base(paper),
    tooltip: {
      ...(base(paper)['tooltip'] as object),
      trigger: 'item',
      formatter: ({ name, percent, data }: { name: string; percent: number; data: { own: number } }) =>
        unstyled(`${ringName(name)}\n${formatNumber(data.own)} (${percent} %)`),
    },
    ...ringLegends(paper, legends, middleOfPie + radius + 16, room, columns),
    series: data.map((slices, depth) => ({
      type: 'pie',
      center: [middleOfPie, '50%'],
      radius: [hole + depth * ringWidth, hole + (depth + 1) * ringWidth - 2],
      label: { show: false },
      labelLine: { show: false },
      itemStyle: { borderColor: paper.background, borderWidth: 1 },
      data: slices.map(({ name, value, angle }) => ({
        name: `${depth}\0${name}`,
        value: angle,
        own: value,
        itemStyle: { color: colors.get(`${depth}\0${name}`) },
      })),
    })),
  };
  return {
    option,
    series: names.flat().length,
    summary: (data[0] ?? [])
      .map(({ name, value }) => `${name} ${total === 0 ? 0 : Math.round((100 * value) / total)} %`)
      .join(', '),
    brushable: false,
    filtersAt: ({ seriesIndex = 0, dataIndex = 0 }) =>
      (data[seriesIndex]?.[dataIndex]?.row ?? []).flatMap((cell) => (cell.filter === undefined ? [] : [cell.filter])),
    timesAt: () => undefined,
  };
}

const ringName = (key: string): string => key.slice(key.indexOf('\0') + 1);
/** Of a line of a legend, its gap included; px. */
const LEGEND_LINE = 15;
/** Its sign and gaps; px. */
const LEGEND_SIGN = 26;

/** What one ring shows. */
interface RingLegend {
  readonly title: string;
  readonly items: readonly string[];
}

const legendHeight = ({ title, items }: RingLegend): number =>
  LEGEND_LINE * ((title === '' ? 0 : 1) + items.length) + 6;

/** Widths of the legends, where they stand side by side: those of several rings that are too high in one column; px. */
function legendColumns(rings: readonly RingLegend[], height: number, room: number): readonly number[] | undefined {
  const high = rings.reduce((sum, ring) => sum + legendHeight(ring), 4);
  if (rings.length < 2 || high <= height) return undefined;
  const widths = rings.map(
    ({ title, items }) =>
      LEGEND_SIGN +
      CHARACTER * Math.max(title.length, ...items.map((key) => Math.min(LONGEST_NAME, ringName(key).length))),
  );
  return widths.reduce((sum, width) => sum + width, 0) <= room ? widths : undefined;
}

/** A legend for each ring under the name of what the ring shows, one below the other or in `columns` of these widths. */
function ringLegends(
  paper: Ink,
  rings: readonly RingLegend[],
  start: number,
  { width }: Room,
  columns: readonly number[] | undefined,
): EChartsCoreOption {
  const titles: object[] = [];
  let left = start;
  let top = 4;
  const legends = rings.map((ring, place) => {
    const { title, items } = ring;
    const column = columns?.[place] ?? width - left;
    const characters = charactersIn(column - LEGEND_SIGN, 6, LONGEST_NAME);
    if (title !== '')
      titles.push({ text: title, left, top, textStyle: { color: paper.muted, fontSize: 11, fontWeight: 600 } });
    const own = {
      ...legend(paper, items, { orient: 'vertical', left, top: top + (title === '' ? 0 : LEGEND_LINE) }, characters),
      itemGap: LEGEND_LINE - 12,
      formatter: (key: string) => middle(ringName(key), characters),
      ...(place === rings.length - 1 || columns !== undefined ? { bottom: 2 } : {}),
    };
    if (columns === undefined) top += legendHeight(ring);
    else left += column;
    return own;
  });
  return { legend: legends, ...(titles.length === 0 ? {} : { title: titles }) };
}

/** Columns of a heatmap up to which its cells have room for their numbers. */
const NUMBERED = 12;

const longest = (texts: readonly (string | number)[]): number =>
  Math.max(0, ...texts.map((text) => String(text).length));

const shadeOf = (count: number): number => Math.log1p(count);

function heatmap(table: ResultTable, paper: Ink, room: Room): Drawing {
  const { x, group, metrics } = parts(table);
  const [metric = -1] = metrics;
  const xColumn: ResultColumn | undefined = table.columns[x];
  const isTime = xColumn?.agg === 'date_histogram';
  const interval = table.intervalMs ?? 3_600_000;
  const across: (string | number)[] = isTime
    ? timeline(table, x, interval)
    : [...new Set(table.rows.map((row) => labelOf(table, row, x)))];
  const down = [...new Set(table.rows.map((row) => labelOf(table, row, group)))];
  const key = (row: readonly ResultCell[]): string | number =>
    isTime ? Number(row[x]?.value) : labelOf(table, row, x);
  const data = table.rows
    .filter((row) => Number(row[metric]?.value ?? 0) > 0)
    .map((row) => ({
      value: [across.indexOf(key(row)), down.indexOf(labelOf(table, row, group)), Number(row[metric]?.value ?? 0)],
      row,
    }));
  const label = (text: string): string => axisText(text, labelCharacters(room));
  const cell = (room.width - CHARACTER * longest(down.map(label)) - 20) / across.length;
  const counts = data.map(({ value }) => value[2] ?? 0);
  const [least, most] = [Math.min(...counts, Infinity), Math.max(1, ...counts)];
  const axis = { axisTick: { show: false }, axisLine: { show: false }, splitArea: { show: false } };
  const option: EChartsCoreOption = {
    ...base(paper),
    tooltip: {
      ...(base(paper)['tooltip'] as object),
      formatter: ({ value }: { value: [number, number, number] }) => {
        const column = across[value[0]] ?? '';
        const head = isTime ? formatTime(Number(column)) : String(column);
        return unstyled(`${down[value[1]] ?? ''}\n${head}: ${formatNumber(value[2])}`);
      },
    },
    grid: { left: 8, right: 12, top: 8, bottom: 6, containLabel: true },
    xAxis: {
      ...axis,
      type: 'category',
      data: isTime ? formatBucketTimes(across.map(Number), interval) : across.map(String),
      axisLabel: {
        color: paper.muted,
        fontSize: 11,
        hideOverlap: true,
        ...(isTime ? {} : { rotate: CHARACTER * longest(across) > cell ? 30 : 0, interval: 0 }),
      },
    },
    yAxis: {
      ...axis,
      type: 'category',
      inverse: true,
      data: down,
      axisLabel: { color: paper.muted, fontSize: 11, formatter: label },
    },
    // Counts differ by orders of magnitude: a linear scale would show one dark cell.
    visualMap: {
      show: false,
      min: shadeOf(least) * 0.8,
      max: shadeOf(most),
      dimension: 3,
      inRange: { color: paper.scale },
    },
    series: [
      {
        type: 'heatmap',
        data: data.map(({ value }) => {
          const [, , count = 0] = value;
          const low = shadeOf(least) * 0.8;
          const dark = (shadeOf(count) - low) / Math.max(shadeOf(most) - low, 0.001) > 0.55;
          return {
            value: [...value, shadeOf(count)],
            label: { color: dark ? paper.background : paper.text },
          };
        }),
        label: {
          show: across.length <= NUMBERED && !isTime,
          fontSize: 11,
          formatter: ({ value }: { value: readonly number[] }) => formatCompact(value[2] ?? 0),
        },
        itemStyle: { borderColor: paper.background, borderWidth: 2 },
        encode: { x: 0, y: 1, value: 3 },
      },
    ],
  };
  return {
    option,
    series: data.length,
    summary: `${down.length} rows, ${across.length} columns, largest ${formatNumber(most)}`,
    brushable: false,
    filtersAt: ({ dataIndex = 0 }) =>
      (data[dataIndex]?.row ?? []).flatMap((cell) => (cell.filter === undefined ? [] : [cell.filter])),
    timesAt: () => undefined,
  };
}
