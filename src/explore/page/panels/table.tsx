import { OuiButtonIcon, OuiIcon } from '@opensearch-project/oui';
import { useMemo, useState } from 'react';
import type { PanelContent, ResultCell, ResultColumn, ResultTable } from '../../protocol.ts';
import { quoteValue } from '../completion.ts';
import type { Actions } from '../dashboard.tsx';
import { timeFieldOf, toggleNegated } from '../filters.ts';
import { charactersIn, columnRoom, columnShares, cutText, leastRoom } from '../layout.ts';
import { cellText, compareCells } from './cell.ts';
import { useRoom } from './use-room.ts';

interface Props {
  readonly panel: PanelContent;
  readonly table: ResultTable;
  readonly drillDown: Readonly<Record<string, string>>;
  readonly act: Actions;
}

/** Rows of buckets: sortable, paged; a value filters for or out, or leads to the dashboard about it. A chart's too. */
export function Table({ panel, table, drillDown, act }: Props) {
  const [sort, setSort] = useState<{ column: number; descending: boolean }>();
  const [page, setPage] = useState(0);
  const [scroll, room] = useRoom();
  const timeField = timeFieldOf(table);
  // Without a number: all rows on one page.
  const perPage = Number(panel.params['perPage'] ?? 10) || Math.max(1, table.rows.length);
  const rows = useMemo(
    () =>
      sort === undefined
        ? table.rows
        : [...table.rows].sort((a, b) => compareCells(a[sort.column], b[sort.column], sort.descending)),
    [table, sort],
  );
  const available = charactersIn(room.width, panel.grid.w, room.character);
  const texts = useMemo(() => {
    const cells = table.columns.map((column, position) => table.rows.map((row) => cellText(row[position], column)));
    // The sign of the sorting order needs room too.
    const titled = cells.map((column, position) => [`${columnTitle(table.columns[position])}  `, ...column]);
    return leastRoom(titled) <= available
      ? titled
      : titled.map(([title = '', ...column]) => [title.slice(0, HEADING), ...column]);
  }, [table, available]);
  const least = leastRoom(texts);
  const characters = Math.max(least, available);
  const shares = useMemo(() => columnShares(texts, characters), [texts, characters]);
  const rooms = columnRoom(shares, characters);
  const pages = Math.max(1, Math.ceil(rows.length / perPage));
  const shown = Math.min(page, pages - 1);
  return (
    <div className="table-panel">
      <div className="table-scroll" tabIndex={0} ref={scroll} role="region" aria-label={panel.title}>
        <table style={{ minWidth: least * room.character }}>
          <colgroup>
            {table.columns.map((column, position) => (
              <col key={column.label + String(position)} style={{ width: `${shares[position] ?? 0}%` }} />
            ))}
          </colgroup>
          <thead>
            <tr>
              {table.columns.map((column, position) => {
                const sorted = sort?.column === position;
                return (
                  <th
                    key={column.label + String(position)}
                    scope="col"
                    className={numeric(column) ? 'number' : ''}
                    aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
                  >
                    <button
                      type="button"
                      onClick={() =>
                        setSort({ column: position, descending: sorted ? !sort.descending : numeric(column) })
                      }
                    >
                      {columnTitle(column)}
                      {sorted && <OuiIcon type={sort.descending ? 'sortDown' : 'sortUp'} size="s" />}
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {rows.slice(shown * perPage, (shown + 1) * perPage).map((row, position) => (
              <tr key={position}>
                {row.map((cell, index) => {
                  const column = table.columns[index];
                  return column === undefined ? null : (
                    <Cell
                      key={index}
                      cell={cell}
                      column={column}
                      room={rooms[index] ?? 0}
                      target={
                        column.kind === 'bucket' && column.field !== undefined ? drillDown[column.field] : undefined
                      }
                      timeField={timeField}
                      act={act}
                    />
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <footer className="pager">
          <OuiButtonIcon
            iconType="arrowLeft"
            aria-label="Previous page"
            isDisabled={shown === 0}
            onClick={() => setPage(shown - 1)}
          />
          <span>
            {shown + 1} of {pages}
          </span>
          <OuiButtonIcon
            iconType="arrowRight"
            aria-label="Next page"
            isDisabled={shown === pages - 1}
            onClick={() => setPage(shown + 1)}
          />
        </footer>
      )}
    </div>
  );
}

/** Characters of a heading for which a table is not made wider than its panel. */
const HEADING = 10;

/** OpenSearch Dashboards calls a column of named filters after its aggregation. */
const columnTitle = (column: ResultColumn | undefined): string =>
  column?.agg === 'filters' && column.label === 'filters' ? 'Filter' : (column?.label ?? '');

const numeric = ({ kind, type }: ResultColumn): boolean => kind === 'metric' && type !== 'date';

function Cell({
  cell,
  column,
  room,
  target,
  timeField,
  act,
}: {
  cell: ResultCell;
  column: ResultColumn;
  /** Characters that fit. */
  room: number;
  target: string | undefined;
  timeField: string | undefined;
  act: Actions;
}) {
  const text = cellText(cell, column);
  const { filter } = cell;
  return (
    <td className={numeric(column) ? 'number' : ''} title={text}>
      {target !== undefined && filter?.meta.type === 'phrase' && column.field !== undefined ? (
        <a href={act.link(target, `${column.field}: ${quoteValue(String(cell.value))}`)}>{cutText(text, room)}</a>
      ) : (
        cutText(text, room)
      )}
      {filter !== undefined && (
        <span className="cell-actions">
          <OuiButtonIcon
            size="xs"
            iconType="plusInCircle"
            aria-label={`Filter for ${text}`}
            onClick={() => act.filter([filter], timeField)}
          />
          <OuiButtonIcon
            size="xs"
            iconType="minusInCircle"
            aria-label={`Filter out ${text}`}
            onClick={() => act.filter([toggleNegated(filter)])}
          />
        </span>
      )}
    </td>
  );
}
