import type { DashboardsConfig } from '../../config/config.ts';
import { toNdjson } from '../../content/compile/saved-object.ts';
import { AppError } from '../../errors.ts';
import type { Note, SavedObjectsStep, Step } from '../steps.ts';
import { refused, type Dashboards, type StoredObject } from './client.ts';
import { judgeImport } from './judge.ts';
import { storedRef } from './objects.ts';

/** Runs the steps of OpenSearch Dashboards in order. Each may be run again. Throws DASHBOARDS_REFUSED and what `Dashboards` throws. */
export async function applyDashboardsSteps(
  dashboards: Dashboards,
  config: DashboardsConfig,
  steps: readonly Step[],
): Promise<Note[]> {
  const notes: Note[] = [];
  for (const step of steps) {
    if (step.target !== 'dashboards') continue;
    if (step.what === 'default index pattern')
      await dashboards.setDefaultPattern(step.verb === 'delete' ? undefined : step.name);
    else if (step.verb === 'delete')
      for (const object of step.objects) await dashboards.delete(storedRef(object, config.dataSource));
    else notes.push(...(await importObjects(dashboards, config, step)));
  }
  return notes;
}

async function importObjects(
  dashboards: Dashboards,
  config: DashboardsConfig,
  step: SavedObjectsStep,
): Promise<Note[]> {
  const { objects, optional } = step;
  const answer = await dashboards.import(toNdjson(objects));
  const problems = judgeImport(answer, objects.length);
  if (problems.length > 0 && optional)
    return [{ code: 'skipped', message: `OpenSearch Dashboards took not all optional objects: ${some(problems)}` }];
  if (answer.status !== 200) throw refused(config, 'import the saved objects', answer);
  if (problems.length > 0)
    throw new AppError(
      'DASHBOARDS_REFUSED',
      `OpenSearch Dashboards did not take every saved object: ${some(problems)}`,
    );
  const refs = objects.map((object) => storedRef(object, config.dataSource));
  const stored = await dashboards.get(refs);
  const there = new Set(stored.map(({ type, id }) => `${type}:${id}`));
  const lost = refs.filter(({ type, id }) => !there.has(`${type}:${id}`));
  if (lost.length > 0)
    throw new AppError(
      'DASHBOARDS_REFUSED',
      `OpenSearch Dashboards says it took every saved object, and does not have ${some(lost.map(({ type, id }) => `${type} ${id}`))}.`,
      { hint: 'Check the tenant, the workspace and the data source.' },
    );
  await refuseOtherTenant(dashboards, config, stored);
  return [];
}

/** An unknown tenant silently becomes the global one: then the very same documents are there, too. */
async function refuseOtherTenant(
  dashboards: Dashboards,
  { tenant }: DashboardsConfig,
  stored: readonly StoredObject[],
): Promise<void> {
  if (tenant === undefined || tenant === '' || tenant === 'global') return;
  const global = await dashboards.get(stored, 'global').catch(() => []);
  const writes = new Set(global.map(writeOf));
  const same = stored.every((object) => object.version !== undefined && writes.has(writeOf(object)));
  if (stored.length > 0 && same)
    throw new AppError(
      'DASHBOARDS_REFUSED',
      `The tenant ${tenant} was ignored: the saved objects are in the global tenant.`,
      {
        hint: 'Check its spelling, that tenants are enabled, and that the user may write to it; uninstall without --tenant takes the objects out again.',
      },
    );
}

/** Names one write of one object: versions alone repeat from index to index. */
function writeOf({ type, id, version, updated_at: time }: StoredObject): string {
  return [type, id, version, time].join(' ');
}

function some(problems: readonly string[]): string {
  const shown = problems.slice(0, 5).join('; ');
  return problems.length > 5 ? `${shown}; and ${problems.length - 5} more` : shown;
}
