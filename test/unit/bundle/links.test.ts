import { describe, expect, test } from '@jest/globals';
import { linkByTitle, titleLink } from '../../../src/bundle/links.ts';
import { savedObject, stableJson, type SavedObject } from '../../../src/content/compile/saved-object.ts';

const dashboard = (id: string, title: string): SavedObject => savedObject('dashboard', id, { title, description: '' });
const markdown = (text: string): SavedObject =>
  savedObject('visualization', 'links', {
    title: 'Links',
    visState: stableJson({ type: 'markdown', params: { fontSize: 12, markdown: text } }),
  });
const textOf = (objects: readonly SavedObject[]): unknown => {
  const visState = objects.find(({ id }) => id === 'links')?.attributes['visState'];
  return (JSON.parse(String(visState)) as { params: { markdown: string } }).params.markdown;
};

describe('links in the catalog variant', () => {
  test('name the target by its title, and all else stays', () => {
    const objects = [
      markdown('**Here** · [There](#/view/there) · [web](https://example.com)'),
      dashboard('there', '[X] A & B'),
    ];
    const linked = linkByTitle(objects);
    expect(textOf(linked)).toBe('**Here** · [There](#/list?title=%5BX%5D%20A%20%26%20B) · [web](https://example.com)');
    expect(linked[1]).toEqual(objects[1]);
  });

  test('survive brackets in a title, which would end a Markdown link', () => {
    const link = titleLink('Sign-in (console)');
    expect(link).toBe('#/list?title=Sign-in%20%28console%29');
    expect(new URLSearchParams(link.split('?')[1]).get('title')).toBe('Sign-in (console)');
  });

  test('to a dashboard that is not in the bundle are refused', () => {
    expect(() => linkByTitle([markdown('[There](#/view/there)')])).toThrow('there, which is not in the bundle');
  });

  test.each([
    ['another has the same title', [dashboard('a', 'Same'), dashboard('b', 'SAME')]],
    ['it has a quotation mark', [dashboard('a', 'The "one"')]],
  ])('cannot be made to a dashboard by its title when %s', (_, objects) => {
    expect(() => linkByTitle(objects)).toThrow('cannot be found by its title');
  });

  test('of an index pattern’s values are left out, other formats kept', () => {
    const pattern = savedObject('index-pattern', 'p', {
      title: 'p',
      fieldFormatMap: stableJson({
        user: { id: 'url', params: { urlTemplate: 'dashboards#/view/there?_a=()' } },
        help: { id: 'url', params: { urlTemplate: 'https://example.com/{{value}}' } },
        count: { id: 'number', params: { pattern: '0' } },
      }),
    });
    const [linked] = linkByTitle([pattern]);
    expect(Object.keys(JSON.parse(String(linked?.attributes['fieldFormatMap'])) as object)).toEqual(['count', 'help']);
  });

  test('that stand where nothing rewrites them are refused', () => {
    const object = savedObject('query', 'q', { title: 'q', description: 'see #/view/there' });
    expect(() => linkByTitle([object])).toThrow('query:q has a link by id that is not kept: #/view/there');
  });
});
