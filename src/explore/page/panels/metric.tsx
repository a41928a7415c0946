import type { PanelContent, ResultTable } from '../../protocol.ts';
import { cellText } from './cell.ts';

/** Big numbers with their labels; red when the panel counts what should not be and it is not zero. */
export function Metric({ panel, table }: { panel: PanelContent; table: ResultTable }) {
  const settings = panel.params['metric'] as { metricColorMode?: string } | undefined;
  const warns = settings?.metricColorMode === 'Labels';
  const [row] = table.rows;
  const first = row?.find((_, position) => table.columns[position]?.kind === 'metric')?.value ?? 0;
  const bad = warns && Number(first) > 0;
  return (
    <dl className={`metrics${bad ? ' metrics-bad' : ''}`}>
      {table.columns.map((column, position) =>
        column.kind === 'metric' ? (
          <div key={column.label + String(position)}>
            <dd>{cellText(row?.[position], column)}</dd>
            <dt>{column.label}</dt>
          </div>
        ) : null,
      )}
    </dl>
  );
}
