import { OuiButtonEmpty, OuiButtonIcon, OuiIcon, OuiToolTip } from '@opensearch-project/oui';
import { useEffect, useId, useMemo, useState, type KeyboardEvent } from 'react';
import {
  MOST_EVENTS,
  type AroundAnswer,
  type Content,
  type EventHit,
  type FieldContent,
  type PanelAnswer,
  type PanelContent,
  type View,
} from '../../protocol.ts';
import { fetchAround } from '../api.ts';
import { eventsCsv } from '../csv.ts';
import type { Actions } from '../dashboard.tsx';
import { downloadCsv } from '../download.ts';
import { exists, phrase } from '../filters.ts';
import { charactersIn, columnRoom, columnShares, cutText, leastRoom } from '../layout.ts';
import { useRoom } from './use-room.ts';
import { columnValue, formatNumber, formatTime, formatValue, isInstant, leaves, valuesAt } from '../format.ts';

interface Props {
  readonly panel: PanelContent;
  readonly answer: PanelAnswer & { status: 'events' };
  readonly view: View;
  readonly content: Content;
  readonly act: Actions;
}

/** The first events in the order of the saved search, each to be opened as fields or JSON. */
export function Events({ panel, answer: first, view, content, act }: Props) {
  const { answer, more } = useMore(panel.id, first, view, act);
  const timeField = answer.timeField ?? EVENT_TIME;
  return (
    <div className="table-panel">
      <EventTable
        timeField={timeField}
        fields={content.otherFields[answer.from] ?? content.fields}
        events={answer.events}
        columns={answer.columns}
        width={panel.grid.w}
        content={content}
        act={act}
        more={more}
      />
      <footer className="pager">
        <span>
          {answer.events.length < answer.total
            ? `First ${formatNumber(answer.events.length)} of ${formatNumber(answer.total)}`
            : `${formatNumber(answer.total)} in all`}
        </span>
        <OuiButtonEmpty
          size="xs"
          iconType="exportAction"
          onClick={() => downloadCsv(panel, eventsCsv(answer.events, [timeField, ...answer.columns]))}
        >
          CSV
        </OuiButtonEmpty>
      </footer>
    </div>
  );
}

interface More {
  readonly state: 'there is' | 'asked' | 'failed';
  readonly ask: () => void;
}

/**
 * The answer, and on demand as many events of it as there may be; `more` is undefined when they are all here. A refresh asks
 * for as many again, and leaves those that are there until then.
 */
function useMore(
  panel: string,
  first: Props['answer'],
  view: View,
  act: Actions,
): { answer: Props['answer']; more: More | undefined } {
  const [asked, setAsked] = useState<{
    of: Props['answer'];
    view: string;
    state: More['state'];
    answer?: Props['answer'];
  }>();
  const key = JSON.stringify(view);
  const own = asked?.view === key ? asked : undefined;
  const asking = own !== undefined && (own.state === 'asked' || own.of !== first);
  useEffect(() => {
    if (!asking) return undefined;
    const abort = new AbortController();
    const end = (answer?: PanelAnswer): void => {
      if (abort.signal.aborted) return;
      const known = { of: first, view: key };
      setAsked(answer?.status === 'events' ? { ...known, state: 'there is', answer } : { ...known, state: 'failed' });
    };
    act.all(panel, abort.signal).then(end, () => end());
    return () => abort.abort();
  }, [asking, first, panel, key, act]);
  const answer = own?.answer ?? first;
  const whole = answer.events.length >= Math.min(first.total, MOST_EVENTS) || own?.answer !== undefined;
  const ask = (): void => setAsked({ of: first, view: key, state: 'asked' });
  return { answer, more: whole ? undefined : { state: own?.state ?? 'there is', ask } };
}

/** A field of an event in a column; a time as all other times are written. */
function columnText(source: EventHit['source'], column: string): string {
  const text = formatValue(columnValue(source, column));
  return isInstant(text) ? formatTime(text) : text;
}

interface TableProps extends Pick<Props, 'content' | 'act'> {
  readonly events: readonly EventHit[];
  readonly columns: readonly string[];
  /** Of the panel, on the grid. */
  readonly width: number;
  readonly timeField: string;
  /** Of the index that the events come from. */
  readonly fields: readonly FieldContent[];
  readonly more?: More | undefined;
}
const EVENT_TIME = 'time_dt';
/** The time and the arrow before it. */
const TIME_CHARACTERS = 26;

/** Of a field's name that needs room; the values need more of it. */
const HEADING = 12;

const PAGE = 50;

function EventTable({ events, columns, width, timeField, fields, content, act, more }: TableProps) {
  const [opened, setOpened] = useState<string>();
  const [shown, setShown] = useState(PAGE);
  const [scroll, room] = useRoom();
  const texts = useMemo(
    () =>
      columns.map((column) => [column.slice(0, HEADING), ...events.map(({ source }) => columnText(source, column))]),
    [events, columns],
  );
  const least = leastRoom(texts);
  const characters = Math.max(least, charactersIn(room.width, width, room.character) - TIME_CHARACTERS);
  const shares = useMemo(() => columnShares(texts, characters), [texts, characters]);
  const rooms = columnRoom(shares, characters);
  return (
    <div className="table-scroll" tabIndex={0} ref={scroll} role="region" aria-label="Events">
      <table className="events" style={{ minWidth: (TIME_CHARACTERS + least) * room.character }}>
        <thead>
          <tr>
            <th scope="col" className="toggle" aria-label="Open" />
            <th scope="col" className="time">
              Time
            </th>
            {columns.map((column, position) => (
              <th key={column} scope="col" title={column} style={{ width: `${shares[position] ?? 0}%` }}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {events.slice(0, shown).map((event) => {
            const isOpen = opened === event.id;
            return [
              <tr key={event.id} className={isOpen ? 'open' : ''}>
                <td className="toggle">
                  <OuiButtonIcon
                    size="xs"
                    color="text"
                    iconType={isOpen ? 'arrowDown' : 'arrowRight'}
                    aria-label={isOpen ? 'Close event' : 'Open event'}
                    aria-expanded={isOpen}
                    onClick={() => setOpened(isOpen ? undefined : event.id)}
                  />
                </td>
                <td className="time">{formatTime(formatValue(valuesAt(event.source, timeField)[0] ?? ''))}</td>
                {columns.map((column, position) => {
                  const text = columnText(event.source, column);
                  return (
                    <td key={column} title={text}>
                      {cutText(text, rooms[position] ?? 0)}
                    </td>
                  );
                })}
              </tr>,
              isOpen ? (
                <tr key={`${event.id} details`} className="details">
                  <td colSpan={columns.length + 2}>
                    <EventDetails event={event} fields={fields} content={content} act={act} />
                  </td>
                </tr>
              ) : null,
            ];
          })}
        </tbody>
      </table>
      {events.length > shown ? (
        <OuiButtonEmpty size="xs" onClick={() => setShown(shown + PAGE)}>
          Show {Math.min(PAGE, events.length - shown)} more
        </OuiButtonEmpty>
      ) : (
        more !== undefined && (
          <OuiButtonEmpty
            size="xs"
            isLoading={more.state === 'asked'}
            onClick={() => (setShown(shown + PAGE), more.ask())}
          >
            {more.state === 'failed' ? 'They could not be loaded. Try again' : 'Load more'}
          </OuiButtonEmpty>
        )
      )}
    </div>
  );
}

const AROUND: readonly (readonly [string, string])[] = [
  ['actor.user.uid', 'this identity'],
  ['actor.user.credential_uid', 'this credential'],
  ['actor.session.uid', 'this session'],
  ['src_endpoint.ip', 'this address'],
];

function EventDetails({
  event,
  fields,
  content,
  act,
}: { event: EventHit } & Pick<TableProps, 'fields' | 'content' | 'act'>) {
  const [chosen, setChosen] = useState('fields');
  const id = useId();
  const around = AROUND.flatMap(([field, words]) => {
    const [value] = valuesAt(event.source, field);
    return typeof value === 'string' ? [{ key: field, label: `Around, of ${words}`, value }] : [];
  });
  const tabs = [{ key: 'fields', label: 'Fields' }, { key: 'json', label: 'JSON' }, ...around];
  const relation = around.find(({ key }) => key === chosen);
  return (
    <div className="event-details">
      <div role="tablist" className="event-tabs" onKeyDown={chooseByArrow}>
        {tabs.map(({ key, label }) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`${id}-${key}`}
            aria-controls={`${id}-panel`}
            aria-selected={key === chosen}
            tabIndex={key === chosen ? 0 : -1}
            onClick={() => setChosen(key)}
          >
            {label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`} tabIndex={0}>
        {chosen === 'fields' && <FieldTable event={event} fields={fields} act={act} />}
        {chosen === 'json' && <pre className="json">{JSON.stringify(event.source, null, 2)}</pre>}
        {relation !== undefined && (
          <Surroundings
            key={relation.key}
            event={event}
            field={relation.key}
            value={relation.value}
            content={content}
            act={act}
          />
        )}
      </div>
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

/** In a list of tabs an arrow leads to the next one, and from the last to the first. */
function chooseByArrow(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')];
  const next = tabs.at((tabs.findIndex((tab) => tab === event.target) + step) % tabs.length);
  next?.focus();
  next?.click();
}

/** Every value of the event; what is mapped can be filtered for or out, what is not says why. */
function FieldTable({ event, fields, act }: { event: EventHit } & Pick<TableProps, 'fields' | 'act'>) {
  const known = new Map(fields.map((field) => [field.name, field]));
  return (
    <table className="fields">
      <tbody>
        {leaves(event.source).map(([path, value]) => {
          const field = known.get(path);
          const why = whyNot(path, field, value);
          const values = (Array.isArray(value) ? value : [value]) as (string | number | boolean)[];
          return (
            <tr key={path}>
              <th scope="row">{path}</th>
              <td className="cell-actions-fixed">
                {why === undefined ? (
                  <>
                    <OuiButtonIcon
                      size="xs"
                      iconType="plusInCircle"
                      aria-label={`Filter for ${path}`}
                      onClick={() => act.filter(values.map((item) => phrase(path, item)))}
                    />
                    <OuiButtonIcon
                      size="xs"
                      iconType="minusInCircle"
                      aria-label={`Filter out ${path}`}
                      onClick={() => act.filter(values.map((item) => phrase(path, item, true)))}
                    />
                    <OuiButtonIcon
                      size="xs"
                      iconType="filter"
                      aria-label={`Filter for events with ${path}`}
                      onClick={() => act.filter([exists(path)])}
                    />
                  </>
                ) : (
                  <OuiToolTip content={why}>
                    <span tabIndex={0} aria-label={why}>
                      <OuiIcon type="iInCircle" size="s" color="subdued" />
                    </span>
                  </OuiToolTip>
                )}
              </td>
              <td className="value">{formatValue(value)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const LONGEST = 8191;

function whyNot(path: string, field: FieldContent | undefined, value: unknown): string | undefined {
  if (path.startsWith('unmapped.')) return undefined;
  if (field === undefined) return 'This field is kept but not indexed, so it cannot be filtered.';
  if (!field.searchable) return 'This field is not searchable.';
  if (typeof value === 'object' && !Array.isArray(value)) return 'This is an object: filter on one of its fields.';
  if (typeof value === 'string' && value.length > LONGEST)
    return 'This value is longer than what is indexed for exact matches.';
  return undefined;
}

/** What the same identity, credential, session or address did just before and after. */
function Surroundings({
  event,
  field,
  value,
  content,
  act,
}: { event: EventHit; field: string; value: string } & Pick<Props, 'content' | 'act'>) {
  const [answer, setAnswer] = useState<AroundAnswer>();
  const [error, setError] = useState<string>();
  const time = formatValue(event.source[EVENT_TIME] ?? '');
  useEffect(() => {
    const abort = new AbortController();
    fetchAround({ time, field, value }, abort.signal).then(setAnswer, (cause: unknown) => {
      if (!abort.signal.aborted) setError(cause instanceof Error ? cause.message : String(cause));
    });
    return () => abort.abort();
  }, [time, field, value]);
  if (error !== undefined) return <p className="note-bad">{error}</p>;
  if (answer === undefined) return <p className="muted">…</p>;
  return (
    <>
      {answer.missing !== undefined && (
        <p className="note-bad">
          <strong>{answer.missing}.</strong>
        </p>
      )}
      <EventTable
        events={answer.events}
        width={48}
        timeField={EVENT_TIME}
        fields={content.fields}
        columns={['api.operation', 'status', 'actor.user.uid', 'src_endpoint.ip', 'cloud.region']}
        content={content}
        act={act}
      />
    </>
  );
}
