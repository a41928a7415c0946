import { OuiCallOut, OuiLoadingSpinner } from '@opensearch-project/oui';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Content, View } from '../protocol.ts';
import { fetchContent } from './api.ts';
import { Dashboard } from './dashboard.tsx';
import { FilterBar } from './filter-bar.tsx';
import { Header } from './header.tsx';
import { QueryBar } from './query-bar.tsx';
import { searchedBy } from './searched.ts';
import { dashboardOf, formatPlace, homeOf, opened, parsePlace, type Place } from './view.ts';

/** The URL is the state: every choice is written there, and back and forward work. */
export function App() {
  const [content, setContent] = useState<Content>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    fetchContent().then(setContent, (cause: unknown) =>
      setError(cause instanceof Error ? cause.message : String(cause)),
    );
  }, []);
  if (error !== undefined)
    return (
      <main className="message">
        <OuiCallOut title="The explore server does not answer" color="danger" iconType="alert">
          {error}. Is it still running? Start it again and reload this page.
        </OuiCallOut>
      </main>
    );
  if (content === undefined)
    return (
      <main className="message">
        <OuiLoadingSpinner size="xl" />
      </main>
    );
  return <Explore content={content} />;
}

function Explore({ content }: { content: Content }) {
  const { dashboards } = content;
  const [place, setPlace] = useState(() => {
    const named = dashboards.find(({ id }) => id === dashboardOf(location.hash));
    return parsePlace(location.hash, homeOf(named ?? dashboards[0]));
  });
  const [generation, setGeneration] = useState(0);

  useEffect(() => {
    const onHash = (): void =>
      setPlace((current) => {
        const id = dashboardOf(location.hash) ?? current.dashboard;
        return parsePlace(location.hash, opened(current, id, dashboards));
      });
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, [dashboards]);
  useEffect(() => {
    const hash = formatPlace(place);
    if (location.hash !== hash) history.replaceState(null, '', hash);
  }, [place]);

  const go = useCallback((next: Place): void => {
    const hash = formatPlace(next);
    if (location.hash !== hash) history.pushState(null, '', hash);
    setPlace({ ...next, unread: undefined });
  }, []);
  const refresh = useCallback((): void => setGeneration((value) => value + 1), []);
  const setView = useCallback(
    (change: Partial<View>): void => go({ ...place, view: { ...place.view, ...change } }),
    [go, place],
  );

  const dashboard = dashboards.find(({ id }) => id === place.dashboard);
  useEffect(() => {
    document.title = dashboard === undefined ? 'CloudTrail explore' : dashboard.title;
  }, [dashboard]);

  const searched = useMemo(() => searchedBy(dashboard, content), [dashboard, content]);

  return (
    <>
      <a
        className="skip-link"
        href="#panels"
        onClick={(event) => (event.preventDefault(), document.getElementById('panels')?.focus())}
      >
        Skip to the panels
      </a>
      <Header
        dashboards={dashboards}
        current={place.dashboard}
        onOpen={(id) => go(opened(place, id, dashboards))}
        version={content.version}
      />
      <QueryBar content={content} searched={searched} place={place} onPlace={go} onRefresh={refresh} />
      <FilterBar searched={searched} view={place.view} onFilters={(filters) => setView({ filters })} />
      <main id="panels" tabIndex={-1}>
        {place.unread === true && (
          <OuiCallOut size="s" title="The filters of this link could not be read" color="danger" iconType="alert">
            It was cut or changed on its way: what is shown here is not filtered by them.
          </OuiCallOut>
        )}
        {dashboard === undefined ? (
          <OuiCallOut title="There is no such dashboard" color="warning" iconType="alert">
            Choose one above.
          </OuiCallOut>
        ) : dashboard.fault !== undefined ? (
          <OuiCallOut title="This dashboard cannot be shown" color="danger" iconType="alert">
            {dashboard.fault}
          </OuiCallOut>
        ) : (
          <Dashboard
            key={dashboard.id}
            dashboard={dashboard}
            content={content}
            place={place}
            generation={generation}
            onView={setView}
            onMaximize={(maximized) => go({ ...place, maximized })}
            onRefresh={refresh}
          />
        )}
      </main>
    </>
  );
}
