import { stableJson, type SavedObject } from '../../content/compile/saved-object.ts';
import { DEFAULT_ALIAS, names, type Names } from '../../names.ts';
import type { ObjectRef, StoredObject } from './client.ts';

/** Id of the index pattern of the events, whatever its title is. */
export const EVENT_PATTERN = DEFAULT_ALIAS;

/** Saved queries in these languages work everywhere; others need a plugin or a setting. */
const CORE_LANGUAGES: ReadonlySet<unknown> = new Set(['kuery', 'lucene']);

/** Types and languages that not every OpenSearch Dashboards takes. */
export function isOptional({ type, attributes }: SavedObject): boolean {
  if (type.startsWith('observability-')) return true;
  const language = (attributes['query'] as { language?: string } | undefined)?.language;
  return type === 'query' && !CORE_LANGUAGES.has(language);
}

/**
 * Our objects for this install: index patterns point at its names, and links between dashboards follow the ids that a
 * data source gives (`<data source>_<id>`), because the import rewrites references and not texts.
 */
export function fitObjects(objects: readonly SavedObject[], own: Names, dataSource?: string): SavedObject[] {
  const shipped = names();
  const titles = new Map([
    [shipped.alias, own.alias],
    [shipped.ledger, own.ledger],
    [shipped.deadLetters, own.deadLetters],
  ]);
  const dashboards = objects.filter(({ type }) => type === 'dashboard').map(({ id }) => id);
  return objects.map((object) => {
    const { type, attributes } = object;
    const title = type === 'index-pattern' ? titles.get(String(attributes['title'])) : undefined;
    const texts = title === undefined ? attributes : { ...attributes, title };
    return { ...object, attributes: dataSource === undefined ? texts : relink(texts, dashboards, dataSource) };
  });
}

function relink(
  attributes: SavedObject['attributes'],
  dashboards: readonly string[],
  dataSource: string,
): SavedObject['attributes'] {
  const link = /#\/view\/([A-Za-z0-9-]+)/g;
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'string'
        ? value.replace(link, (whole, id: string) => (dashboards.includes(id) ? `#/view/${dataSource}_${id}` : whole))
        : value,
    ]),
  );
}

/** The id an object has after the import. */
export function storedRef({ type, id }: ObjectRef, dataSource?: string): ObjectRef {
  return { type, id: dataSource === undefined ? id : `${dataSource}_${id}` };
}

/**
 * Whether what is stored is what we would import. Not a difference: use counts of fields, which Discover writes; and what
 * the import does for a data source, which is a prefix on ids, a suffix on titles and a reference to the source.
 */
export function isCurrent(stored: StoredObject | undefined, wanted: SavedObject, dataSource?: string): boolean {
  if (stored === undefined) return false;
  const plain = (text: string): string => (dataSource === undefined ? text : text.replaceAll(`${dataSource}_`, ''));
  const title = String(stored.attributes['title']);
  const suffixed = dataSource !== undefined && title.startsWith(`${String(wanted.attributes['title'])}_`);
  const attributes = suffixed ? { ...stored.attributes, title: wanted.attributes['title'] } : stored.attributes;
  return (
    plain(comparable(attributes)) === plain(comparable(wanted.attributes)) &&
    plain(referencesOf(stored)) === plain(referencesOf(wanted))
  );
}

function referencesOf({ references }: Pick<SavedObject, 'references'>): string {
  const ours = references.filter(({ type }) => type !== 'data-source');
  return ours
    .map(({ name, type, id }) => `${name} ${type} ${id}`)
    .sort()
    .join('\n');
}

function comparable(attributes: SavedObject['attributes']): string {
  const { fields } = attributes;
  const counted = typeof fields === 'string' ? { fields: fields.replace(/"count":\d+/g, '"count":0') } : {};
  return stableJson({ ...attributes, ...counted });
}
