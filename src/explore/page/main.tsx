import { createRoot } from 'react-dom/client';
import './icons.ts';
import './page.css';
import { App } from './app.tsx';
import { ThemeProvider } from './theme.tsx';

const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <ThemeProvider>
      <App />
    </ThemeProvider>,
  );
