import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import dark from '@opensearch-project/oui/dist/oui_theme_dark.min.css?url';
import light from '@opensearch-project/oui/dist/oui_theme_light.min.css?url';

interface Theme {
  readonly dark: boolean;
  readonly toggle: () => void;
}

const Context = createContext<Theme>({ dark: false, toggle: () => undefined });
export const useTheme = (): Theme => useContext(Context);

const KEY = 'explore-theme';

/** Light or dark as the analyst chose, at first as the system says. The page is drawn when the style sheet is there. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [isDark, setDark] = useState(
    () =>
      (localStorage.getItem(KEY) ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark',
  );
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = isDark ? dark : light;
    link.dataset['theme'] = isDark ? 'dark' : 'light';
    link.onload = link.onerror = () => {
      for (const old of document.querySelectorAll('link[data-theme]')) if (old !== link) old.remove();
      document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
      setReady(true);
    };
    // First in the head, so that the page's own style sheet has the last word.
    document.head.prepend(link);
    // Chosen again while it loads: the later one has the say, and must not be removed by this one.
    return () => {
      link.onload = link.onerror = null;
    };
  }, [isDark]);
  const toggle = (): void => {
    localStorage.setItem(KEY, isDark ? 'light' : 'dark');
    setDark(!isDark);
  };
  return <Context.Provider value={{ dark: isDark, toggle }}>{ready ? children : null}</Context.Provider>;
}
