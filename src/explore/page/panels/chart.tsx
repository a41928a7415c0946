import { useEffect, useMemo, useRef, useState } from 'react';
import type { PanelContent, ResultTable } from '../../protocol.ts';
import { init, type EChartsType } from '../charts/echarts.ts';
import { chartOption, type Room } from '../charts/option.ts';
import type { Remembered } from '../charts/palette.ts';
import type { Actions } from '../dashboard.tsx';
import { timeFieldOf } from '../filters.ts';
import { useTheme } from '../theme.tsx';

/** Of all charts of the page. */
const COLORS: Remembered = new Map();

interface Props {
  readonly panel: PanelContent;
  readonly table: ResultTable;
  readonly act: Actions;
}

/** Draws a result table as a chart; a click filters, a drag over a time axis chooses the range. */
export function Chart({ panel, table, act }: Props) {
  const { dark } = useTheme();
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const [room, setRoom] = useState<Room>();
  const drawing = useMemo(() => chartOption(panel, table, dark, room, COLORS), [panel, table, dark, room]);
  const latest = useRef({ drawing, act, table });
  latest.current = { drawing, act, table };

  useEffect(() => {
    const node = element.current;
    if (node === null) return undefined;
    const instance = init(node, { renderer: 'canvas' });
    chart.current = instance;
    const measure = (): void => setRoom((room) => measured(node, room));
    measure();
    const resize = new ResizeObserver(() => {
      instance.resize();
      measure();
    });
    resize.observe(node);
    instance.on('click', (event) => {
      const { drawing, act, table } = latest.current;
      const filters = drawing.filtersAt(event);
      if (filters.length > 0) act.filter(filters, timeFieldOf(table));
    });
    instance.on('brushEnd', (event) => {
      const range = (event as { areas?: { coordRange?: [number, number] }[] }).areas?.[0]?.coordRange;
      const times = range === undefined ? undefined : latest.current.drawing.timesAt(range);
      instance.dispatchAction({ type: 'brush', areas: [] });
      if (times !== undefined)
        latest.current.act.range(new Date(times[0]).toISOString(), new Date(times[1]).toISOString());
    });
    return () => {
      resize.disconnect();
      instance.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    const instance = chart.current;
    if (instance === null || room === undefined) return;
    instance.setOption(drawing.option, { notMerge: true });
    if (drawing.brushable)
      instance.dispatchAction({
        type: 'takeGlobalCursor',
        key: 'brush',
        brushOption: { brushType: 'lineX', brushMode: 'single' },
      });
  }, [drawing, room]);
  return (
    <div
      ref={element}
      className="chart"
      role="img"
      aria-label={`${panel.title}: ${drawing.summary}`}
      data-drawn={drawing.series}
    />
  );
}

/** A change by less than this many px draws nothing anew. */
const STEP = 16;

/** Behind a maximized panel there is no room: it is drawn when it is seen. */
function measured(
  { clientWidth: width, clientHeight: height }: HTMLElement,
  known: Room | undefined,
): Room | undefined {
  if (width === 0 || height === 0) return known;
  const near = (a: number, b: number): boolean => Math.abs(a - b) < STEP;
  return known !== undefined && near(known.width, width) && near(known.height, height) ? known : { width, height };
}
