import MarkdownIt from 'markdown-it';
import { useMemo, type MouseEvent } from 'react';

// Raw HTML stays text, and only web links become links: a saved object may come from anybody's export.
const markdown = new MarkdownIt({ html: false, linkify: false });

/** Text of a saved object. Links to dashboards stay in the page and keep time range and filters. */
export function Markdown({ text, onOpen }: { text: string; onOpen: (dashboard: string) => void }) {
  const html = useMemo(() => markdown.render(text), [text]);
  const onClick = (event: MouseEvent): void => {
    const link = (event.target as Element).closest('a');
    const dashboard = /#\/view\/([^?#]+)/.exec(link?.getAttribute('href') ?? '')?.[1];
    if (dashboard === undefined) return;
    event.preventDefault();
    onOpen(decodeURIComponent(dashboard));
  };
  return <div className="markdown" onClick={onClick} dangerouslySetInnerHTML={{ __html: html }} />;
}
