import type { SavedObject } from '../../content/compile/saved-object.ts';
import { AppError } from '../../errors.ts';
import type { DashboardsStep, SavedObjectsStep } from '../steps.ts';
import type { StoredObject } from './client.ts';
import { EVENT_PATTERN, isCurrent, isOptional, storedRef } from './objects.ts';

/** What OpenSearch Dashboards has of our objects. */
export interface CurrentObjects {
  readonly stored: readonly StoredObject[];
  /** undefined: none is set; null: it cannot be known, so it is left alone. */
  readonly defaultPattern: string | undefined | null;
  readonly dataSource?: string;
}

/**
 * Our objects × what is there → the imports. All or nothing of a file, since OpenSearch Dashboards checks references by file.
 * Throws NAME_TAKEN where the objects show the events of another alias: their ids are the same whatever the alias is.
 */
export function planObjects(objects: readonly SavedObject[], current: CurrentObjects): DashboardsStep[] {
  const other = otherAlias(objects, current);
  if (other !== undefined)
    throw new AppError('NAME_TAKEN', `The dashboards are there already, for the events of "${other}".`, {
      hint: 'Give this install a --tenant, --workspace or --data-source of its own, or uninstall the other first.',
    });
  const steps: DashboardsStep[] = [];
  for (const optional of [false, true]) {
    const part = objects.filter((object) => isOptional(object) === optional);
    const step = importStep(part, current, optional);
    if (step !== undefined) steps.push(step);
  }
  const pattern = objects.find(({ type, id }) => type === 'index-pattern' && id === EVENT_PATTERN);
  if (pattern !== undefined && current.defaultPattern === undefined)
    steps.push({
      target: 'dashboards',
      verb: 'create',
      what: 'default index pattern',
      name: storedRef(pattern, current.dataSource).id,
      detail: 'none was set',
    });
  return steps;
}

/** Takes away exactly our objects, and the default index pattern where it is ours; nothing of an install with another alias. */
export function planObjectRemoval(objects: readonly SavedObject[], current: CurrentObjects): DashboardsStep[] {
  if (otherAlias(objects, current) !== undefined) return [];
  const there = new Set(current.stored.map(key));
  const ours = objects.filter((object) => there.has(key(storedRef(object, current.dataSource))));
  const steps: DashboardsStep[] = [];
  const patterns = ours.filter(({ type }) => type === 'index-pattern');
  const chosen = patterns.map((object) => storedRef(object, current.dataSource).id);
  if (typeof current.defaultPattern === 'string' && chosen.includes(current.defaultPattern))
    steps.push({
      target: 'dashboards',
      verb: 'delete',
      what: 'default index pattern',
      name: current.defaultPattern,
    });
  if (ours.length > 0)
    steps.push({
      target: 'dashboards',
      verb: 'delete',
      what: 'saved objects',
      name: byType(ours),
      // What others are made of goes last, so that a broken run leaves nothing dangling.
      objects: [...ours].sort((a, b) => rank(a) - rank(b)),
      optional: false,
    });
  return steps;
}

/** What the stored index pattern of the events searches, where our alias is no part of it. */
function otherAlias(
  objects: readonly SavedObject[],
  { stored, dataSource }: Pick<CurrentObjects, 'stored' | 'dataSource'>,
): string | undefined {
  const wanted = objects.find(({ type, id }) => type === 'index-pattern' && id === EVENT_PATTERN);
  if (wanted === undefined) return undefined;
  const ref = key(storedRef(wanted, dataSource));
  const title = stored.find((object) => key(object) === ref)?.attributes['title'];
  if (typeof title !== 'string') return undefined;
  const ours = String(wanted.attributes['title']);
  // The import of a data source adds its name; users add other clusters.
  const isOurs = title
    .split(',')
    .some((part) => part === ours || (dataSource !== undefined && part.startsWith(`${ours}_`)));
  return isOurs ? undefined : title;
}

function importStep(
  objects: readonly SavedObject[],
  { stored, dataSource }: CurrentObjects,
  optional: boolean,
): SavedObjectsStep | undefined {
  const found = new Map(stored.map((object) => [key(object), object]));
  const have = (object: SavedObject) => found.get(key(storedRef(object, dataSource)));
  const added = objects.filter((object) => have(object) === undefined);
  const changed = objects.filter(
    (object) => have(object) !== undefined && !isCurrent(have(object), object, dataSource),
  );
  if (added.length + changed.length === 0) return undefined;
  const counts = [
    ...(added.length > 0 ? [`${added.length} new`] : []),
    ...(changed.length > 0 ? [`${changed.length} changed`] : []),
  ];
  return {
    target: 'dashboards',
    verb: added.length === objects.length ? 'create' : 'update',
    what: 'saved objects',
    name: byType(objects),
    detail: counts.join(', '),
    objects,
    optional,
  };
}

function byType(objects: readonly SavedObject[]): string {
  const counts = new Map<string, number>();
  for (const { type } of objects) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, count]) => `${count} ${type}`).join(', ');
}

function rank({ type }: SavedObject): number {
  return ['dashboard', 'visualization', 'search', 'query', 'index-pattern'].indexOf(type);
}

function key({ type, id }: { type: string; id: string }): string {
  return `${type}:${id}`;
}
