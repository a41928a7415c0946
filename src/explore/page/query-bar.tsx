import { OuiButton, OuiButtonEmpty, OuiPopover, OuiSuperDatePicker } from '@opensearch-project/oui';
import { useEffect, useState } from 'react';
import type { Content, QueryContent, View } from '../protocol.ts';
import { describe, loaded } from './filters.ts';
import { QueryInput } from './query-input.tsx';
import type { Searched } from './searched.ts';
import { formatPlace, type Place } from './view.ts';

interface Props {
  readonly content: Content;
  readonly searched: Searched;
  readonly place: Place;
  readonly onPlace: (place: Place) => void;
  readonly onRefresh: () => void;
}

const QUICK_RANGES = [
  ['Last 15 minutes', 'now-15m'],
  ['Last hour', 'now-1h'],
  ['Last 4 hours', 'now-4h'],
  ['Last 24 hours', 'now-24h'],
  ['Last 7 days', 'now-7d'],
  ['Last 30 days', 'now-30d'],
  ['Last 90 days', 'now-90d'],
  ['Last year', 'now-1y'],
].map(([label = '', start = '']) => ({ label, start, end: 'now' }));

/** Query, saved queries, time range and refresh. */
export function QueryBar({ content, searched, place, onPlace, onRefresh }: Props) {
  const { view } = place;
  const [text, setText] = useState(view.query);
  useEffect(() => setText(view.query), [view.query]);
  const ask = (next: View): void => {
    setText(next.query);
    const there = { ...place, view: next };
    if (formatPlace(there) === formatPlace(place)) onRefresh();
    else onPlace(there);
  };
  const submit = (query: string): void => ask({ ...view, query });
  return (
    <div className="query-bar" role="search">
      <SavedQueries content={content} onLoad={(saved) => ask(loaded(view, saved))} />
      <QueryInput searched={searched} view={view} text={text} onText={setText} onSubmit={submit} />
      {/* Without onRefresh: its own timer needs a polyfill that is not there; the dashboard refreshes itself. */}
      <OuiSuperDatePicker
        start={view.from}
        end={view.to}
        commonlyUsedRanges={QUICK_RANGES}
        dateFormat="YYYY-MM-DD HH:mm"
        isPaused={place.refresh === 0}
        refreshInterval={place.refresh === 0 ? 60_000 : place.refresh}
        showUpdateButton={false}
        onTimeChange={({ start, end, isInvalid }: { start: string; end: string; isInvalid: boolean }) => {
          if (!isInvalid) onPlace({ ...place, view: { ...view, from: start, to: end } });
        }}
        onRefreshChange={({ isPaused, refreshInterval }: { isPaused: boolean; refreshInterval: number }) =>
          onPlace({ ...place, refresh: isPaused ? 0 : refreshInterval })
        }
      />
      <OuiButton fill iconType="refresh" onClick={() => submit(text)} data-test="refresh">
        {text === view.query ? 'Refresh' : 'Update'}
      </OuiButton>
    </div>
  );
}

function SavedQueries({ content, onLoad }: { content: Content; onLoad: (saved: QueryContent) => void }) {
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const found = content.queries.filter(({ title, description }) =>
    `${title} ${description}`.toLowerCase().includes(search.toLowerCase()),
  );
  return (
    <OuiPopover
      isOpen={open}
      closePopover={() => setOpen(false)}
      anchorPosition="downLeft"
      panelPaddingSize="s"
      button={
        <OuiButtonEmpty iconType="save" onClick={() => setOpen(!open)} data-test="saved-queries">
          Saved queries
        </OuiButtonEmpty>
      }
    >
      <div className="saved-queries">
        <input
          autoFocus
          className="plain-input"
          placeholder={`Search ${content.queries.length} queries`}
          aria-label="Search saved queries"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <ul>
          {found.map((saved) => (
            <li key={saved.id}>
              <button
                type="button"
                title={[saved.query, ...saved.filters.map((filter) => describe(filter))].join('\n').trim()}
                onClick={() => {
                  setOpen(false);
                  onLoad(saved);
                }}
              >
                <strong>{saved.title.replace(/^CloudTrail: /, '')}</strong>
                <span>{saved.description}</span>
              </button>
            </li>
          ))}
          {found.length === 0 && <li className="muted">No saved query has these words.</li>}
        </ul>
      </div>
    </OuiPopover>
  );
}
