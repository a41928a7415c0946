import { useEffect, useState } from 'react';
import type { ValuesAnswer, ValuesRequest } from '../protocol.ts';
import { fetchValues, TIME_ZONE } from './api.ts';

interface Values {
  readonly values: ValuesAnswer['values'];
  readonly loading: boolean;
  /** Why there are none. */
  readonly error: string | undefined;
}

/** Between two keys of a word that is typed. */
const PAUSE_MS = 150;

/** Asks for the values of a field whenever the request changes, or `times`: what was asked before is then cancelled. */
export function useValues(request: Omit<ValuesRequest, 'timeZone'> | undefined, times = 0): Values {
  const key = request === undefined ? undefined : JSON.stringify({ ...request, timeZone: TIME_ZONE });
  const [known, setKnown] = useState<{ key?: string; values: ValuesAnswer['values']; error?: string }>({ values: [] });
  useEffect(() => {
    if (key === undefined) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      fetchValues(JSON.parse(key) as ValuesRequest, abort.signal).then(
        ({ values }) => setKnown({ key, values }),
        (error: unknown) =>
          abort.signal.aborted ||
          setKnown({ key, values: [], error: error instanceof Error ? error.message : String(error) }),
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key, times]);
  if (known.key !== key) return { values: [], loading: key !== undefined, error: undefined };
  return { values: known.values, loading: false, error: known.error };
}
