import MarkdownIt from 'markdown-it';
import { useMemo } from 'react';
import type { Actions } from '../dashboard.tsx';

// Raw HTML stays text, and only web links become links: a saved object may come from anybody's export.
const markdown = new MarkdownIt({ html: false, linkify: false });

markdown.renderer.rules['link_open'] = (tokens, position, options, env: Pick<Actions, 'linked'>, self) => {
  const token = tokens[position];
  const here = env.linked(String(token?.attrGet('href')));
  if (here !== undefined) token?.attrSet('href', here);
  return self.renderToken(tokens, position, options);
};

/** Text of a saved object. Links to dashboards stay in the page and keep time range and filters. */
export function Markdown({ text, linked }: { text: string } & Pick<Actions, 'linked'>) {
  const html = useMemo(() => markdown.render(text, { linked }), [text, linked]);
  return <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
