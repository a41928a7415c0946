import type { DashboardsConfig } from '../../config/config.ts';
import type { SavedObject } from '../../content/compile/saved-object.ts';
import type { Dashboards } from './client.ts';
import { storedRef } from './objects.ts';
import type { CurrentObjects } from './plan.ts';

/** Reads what OpenSearch Dashboards has of these objects. Changes nothing. */
export async function readObjects(
  dashboards: Dashboards,
  { dataSource }: DashboardsConfig,
  objects: readonly SavedObject[],
): Promise<CurrentObjects> {
  const [stored, defaultPattern] = await Promise.all([
    dashboards.get(objects.map((object) => storedRef(object, dataSource))),
    dashboards.defaultPattern(),
  ]);
  return { stored, defaultPattern, ...(dataSource === undefined ? {} : { dataSource }) };
}
