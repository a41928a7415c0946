import { readFileSync, readdirSync } from 'node:fs';
import type { DashboardsConfig } from '../../config/config.ts';
import type { SavedObject } from '../../content/compile/saved-object.ts';
import { shipped } from '../../content/root.ts';
import { DEFAULT_ALIAS, type Names } from '../../names.ts';
import type { DashboardsStep, Note, Step } from '../steps.ts';
import { applyDashboardsSteps } from './apply.ts';
import { createDashboards } from './client.ts';
import { fitObjects } from './objects.ts';
import { planObjectRemoval, planObjects } from './plan.ts';
import { readObjects } from './read.ts';

/** One OpenSearch Dashboards, read before anything is changed anywhere. */
export interface DashboardsSession {
  readonly version: string;
  /** Throws NAME_TAKEN where an install with another alias has its objects. */
  planInstall(): readonly DashboardsStep[];
  planUninstall(): readonly DashboardsStep[];
  apply(steps: readonly Step[]): Promise<Note[]>;
}

export async function openDashboards(config: DashboardsConfig, names: Names): Promise<DashboardsSession> {
  const dashboards = createDashboards(config);
  const objects = fitObjects(shippedObjects(), names, config.dataSource);
  const version = await dashboards.version();
  const current = await readObjects(dashboards, config, objects);
  return {
    version,
    planInstall: () => planObjects(objects, current),
    planUninstall: () => planObjectRemoval(objects, current),
    apply: (steps) => applyDashboardsSteps(dashboards, config, steps),
  };
}

/** Files of saved objects that the package ships; absolute paths. */
function shippedFiles(): string[] {
  const folder = shipped('dashboards', 'generated');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ndjson'));
  return files.sort().map((name) => `${folder}/${name}`);
}

function shippedObjects(): SavedObject[] {
  const lines = shippedFiles().flatMap((path) => readFileSync(path, 'utf8').split('\n').filter(Boolean));
  return lines.map((line) => JSON.parse(line) as SavedObject);
}

/** Where there is no OpenSearch Dashboards to write to: what a person can do instead. */
export function importByHand(names: Names): Note {
  const title = `set the title of the index pattern to ${names.alias} afterwards`;
  const renamed = names.alias === DEFAULT_ALIAS ? '' : `, and ${title}`;
  return {
    code: 'dashboards',
    message: `The dashboards are not installed: give --dashboards-url, or import by hand under Dashboards Management → Saved objects → Import${renamed}:`,
    commands: shippedFiles(),
  };
}
