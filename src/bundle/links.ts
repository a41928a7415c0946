import { stableJson, type SavedObject } from '../content/compile/saved-object.ts';

const LINK = /#\/view\/([^)?\s"']+)/g;

/**
 * The same objects for the integration catalog, which gives each a new random id at installation and rewrites `references`
 * only. Links between dashboards name their target by its title: `#/list?title=…` is answered by the list of dashboards of
 * OpenSearch Dashboards 2.x and 3.x with the one dashboard of that title. That step drops the query of a drill-down, so
 * drill-downs of the index pattern are left out. Throws for a link that cannot be kept working.
 */
export function linkByTitle(objects: readonly SavedObject[]): SavedObject[] {
  const titles = dashboardTitles(objects);
  return objects.map((object) => {
    const { visState, fieldFormatMap, ...others } = object.attributes;
    const attributes = {
      ...others,
      ...(typeof visState === 'string' ? { visState: rewriteMarkdown(visState, titles) } : {}),
      ...(typeof fieldFormatMap === 'string' ? { fieldFormatMap: withoutDrillDown(fieldFormatMap) } : {}),
    };
    const result = { ...object, attributes };
    const left = /#\/view\/[\w-]*/.exec(stableJson(result))?.[0];
    if (left !== undefined) throw new Error(`${object.type}:${object.id} has a link by id that is not kept: ${left}`);
    return result;
  });
}

/** Where a link by title leads. `encodeURIComponent` leaves the brackets that would end a Markdown link. */
export function titleLink(title: string): string {
  return `#/list?title=${encodeURIComponent(title).replaceAll('(', '%28').replaceAll(')', '%29')}`;
}

/** Id → title. The list looks titles up without regard to case, and in quotes. */
function dashboardTitles(objects: readonly SavedObject[]): Map<string, string> {
  const titles = new Map<string, string>();
  const seen = new Set<string>();
  for (const { type, id, attributes } of objects) {
    if (type !== 'dashboard') continue;
    const title = String(attributes['title']);
    const key = title.toLowerCase();
    if (seen.has(key) || title.includes('"'))
      throw new Error(`the dashboard ${id} cannot be found by its title: ${title}`);
    seen.add(key);
    titles.set(id, title);
  }
  return titles;
}

function rewriteMarkdown(visState: string, titles: ReadonlyMap<string, string>): string {
  const state = JSON.parse(visState) as { params?: { markdown?: string } };
  const markdown = state.params?.markdown;
  if (markdown === undefined) return visState;
  const rewritten = markdown.replaceAll(LINK, (_, id: string) => {
    const title = titles.get(id);
    if (title === undefined) throw new Error(`a link leads to the dashboard ${id}, which is not in the bundle`);
    return titleLink(title);
  });
  return stableJson({ ...state, params: { ...state.params, markdown: rewritten } });
}

function withoutDrillDown(fieldFormatMap: string): string {
  const formats = JSON.parse(fieldFormatMap) as Record<string, { params?: { urlTemplate?: string } }>;
  const kept = Object.entries(formats).filter(([, { params }]) => params?.urlTemplate?.includes('#/view/') !== true);
  return stableJson(Object.fromEntries(kept));
}
