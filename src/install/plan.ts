import { AppError } from '../errors.ts';
import type { Period } from '../ingest/ports.ts';
import { heldPeriod, reindexedName, type Names } from '../names.ts';
import type { Current, CurrentIndex } from './current.ts';
import { PACKAGE, TEMPLATE_PRIORITY, type Desired, type InstallMeta, type Template } from './desired.ts';
import { diffMappings, same } from './mapping-diff.ts';
import type { ClusterStep, Note, Plan } from './steps.ts';
import { compareVersions } from './version.ts';

export interface PlanOptions {
  /** Go on although indices of another package are behind the alias. */
  readonly allowForeign: boolean;
}

/**
 * Desired state × current state → the steps between them; none when there is nothing to do.
 * Throws DOWNGRADE, PERIOD_CHANGE, FOREIGN_INDEX or NAME_TAKEN where going on would harm what is there.
 */
export function planInstall(desired: Desired, current: Current, options: PlanOptions): Plan {
  refuseTakenNames(desired, current);
  refuseDowngrade(desired, current);
  refusePeriodChange(desired, current);
  const notes: Note[] = [];
  notes.push(...foreignIndices(desired, current, options), ...foreignTemplates(desired, current));
  if (current.cluster.dataNodes === 1 && replicasOf(desired) > 0)
    notes.push({
      code: 'replicas',
      message:
        'The cluster has one data node, so replicas stay unassigned and its health is yellow: --replicas 0 avoids that.',
    });
  const steps: ClusterStep[] = [];
  for (const template of desired.components)
    steps.push(...templateSteps('component template', template, current.components));
  for (const template of desired.templates) steps.push(...templateSteps('index template', template, current.templates));
  for (const index of current.indices) {
    const { steps: more, notes: told } = indexSteps(desired, index);
    steps.push(...more);
    notes.push(...told);
  }
  // After a reindex the index's name is an alias of its copy.
  const exists = current.indices.some(
    ({ name, aliases }) => name === desired.firstIndex || aliases.includes(desired.firstIndex),
  );
  if (!exists) steps.push(createIndex(desired));
  return { steps, notes };
}

function createIndex(desired: Desired): ClusterStep {
  return {
    target: 'cluster',
    verb: 'create',
    what: 'index',
    name: desired.firstIndex,
    detail: `behind the alias ${desired.names.alias}`,
    request: { method: 'PUT', path: `/${encodeURIComponent(desired.firstIndex)}` },
    harmless: ['resource_already_exists_exception'],
  };
}

function templateSteps(
  what: 'component template' | 'index template',
  { name, body }: Template,
  existing: readonly Template[],
): ClusterStep[] {
  const have = existing.find((template) => template.name === name)?.body;
  if (have !== undefined && same(have, body)) return [];
  const folder = what === 'component template' ? '_component_template' : '_index_template';
  return [
    {
      target: 'cluster',
      verb: have === undefined ? 'create' : 'update',
      what,
      name,
      request: { method: 'PUT', path: `/${folder}/${encodeURIComponent(name)}`, body },
    },
  ];
}

function indexSteps(desired: Desired, index: CurrentIndex): Plan & { readonly steps: readonly ClusterStep[] } {
  const owner = desired.mappings.find(({ pattern }) => matches(pattern, index.name));
  if (owner === undefined) return { steps: [], notes: [] };
  const path = `/${encodeURIComponent(index.name)}`;
  const steps: ClusterStep[] = [];
  const notes: Note[] = [];
  const { update, added, adjusted, changed } = diffMappings(index.mapping, owner.mapping);
  if (update !== undefined) {
    const details = [list(added, 'new field'), list(adjusted, 'adjusted field')].filter((text) => text !== '');
    steps.push({
      target: 'cluster',
      verb: 'update',
      what: 'mapping',
      name: index.name,
      detail: details.length === 0 ? 'version' : details.join('; '),
      request: { method: 'PUT', path: `${path}/_mapping`, body: update },
      // An index that was made read-only (warm storage, a full disk) keeps its mapping; its events stay searchable.
      optional: ['cluster_block_exception'],
    });
  }
  if (changed.length > 0) notes.push(reindexPlan(index.name, changed, owner.alias));
  if (owner.alias !== undefined && !index.aliases.includes(owner.alias))
    steps.push({
      target: 'cluster',
      verb: 'create',
      what: 'alias',
      name: owner.alias,
      detail: `on ${index.name}`,
      request: { method: 'PUT', path: `${path}/_alias/${encodeURIComponent(owner.alias)}` },
      optional: ['cluster_block_exception'],
    });
  return { steps, notes };
}

/** Types cannot be changed in place. The commands keep the index's name, because the name is where a replayed event goes. */
function reindexPlan(index: string, changed: readonly string[], alias: string | undefined): Note {
  const copy = reindexedName(index);
  const actions = [
    { remove_index: { index } },
    { add: { index: copy, alias: index } },
    ...(alias === undefined ? [] : [{ add: { index: copy, alias } }]),
  ];
  return {
    code: 'reindex',
    message: `${index} keeps its old types: ${changed.join('; ')}. New indices have the new ones. To change this one, stop ingest and run:`,
    commands: [
      `PUT /${copy}`,
      ...(alias === undefined ? [] : [`DELETE /${copy}/_alias/${alias}`]),
      `POST /_reindex?wait_for_completion=false ${JSON.stringify({ source: { index }, dest: { index: copy, op_type: 'create' } })}`,
      `POST /_aliases ${JSON.stringify({ actions })}`,
    ],
  };
}

function refuseTakenNames(desired: Desired, current: Current): void {
  const { alias } = desired.names;
  if (current.aliasTakenBy !== undefined)
    throw new AppError(
      'NAME_TAKEN',
      `${current.aliasTakenBy === 'index' ? 'An index' : 'A data stream'} has the name ${alias}, which the alias needs.`,
      {
        hint: 'Rename it (reindex and delete), or choose another name with --alias.',
      },
    );
  const ours = [...desired.components, ...desired.templates].map(({ name }) => name);
  for (const { name, body } of [...current.components, ...current.templates])
    if (ours.includes(name) && metaOf(body)?.package !== PACKAGE)
      throw new AppError('NAME_TAKEN', `The template ${name} exists and is not of this package.`, {
        hint: 'Delete or rename it, or choose another name with --alias.',
      });
  for (const { name, body } of current.templates) {
    const takes = (body.index_patterns ?? []).some((pattern) => matches(pattern, desired.firstIndex));
    if (takes && !ours.includes(name) && (body.priority ?? 0) >= TEMPLATE_PRIORITY)
      throw new AppError(
        'NAME_TAKEN',
        `The index template ${name} (priority ${body.priority ?? 0}) also matches ${desired.firstIndex} and would win over ours (${TEMPLATE_PRIORITY}).`,
        { hint: `Lower its priority or narrow its patterns (${(body.index_patterns ?? []).join(', ')}).` },
      );
  }
}

function refuseDowngrade(desired: Desired, current: Current): void {
  const ours = [...desired.components, ...desired.templates].map(({ name }) => name);
  for (const { name, body } of [...current.components, ...current.templates]) {
    const installed = metaOf(body)?.version;
    if (ours.includes(name) && installed !== undefined && compareVersions(installed, desired.meta.version) > 0)
      throw new AppError('DOWNGRADE', `${name} is of version ${installed}; this package is ${desired.meta.version}.`, {
        hint: `Use ocsf-cloudtrail ${installed} or later.`,
      });
  }
}

function refusePeriodChange(desired: Desired, current: Current): void {
  const installed = installedPeriod(desired.names, current);
  if (installed === undefined || installed === desired.meta.period) return;
  const used = current.indices.filter(({ name, used }) => used && name.startsWith(desired.names.indexPrefix));
  if (used.length > 0)
    throw new AppError(
      'PERIOD_CHANGE',
      `The period is ${installed} and events exist (${list(
        used.map(({ name }) => name),
        'index',
        'indices',
      )}): with ${desired.meta.period}, replayed events would go to other indices and be there twice.`,
      { hint: `Install with --period ${installed}, or under another --alias.` },
    );
}

/**
 * What the index template says; after an uninstall, what the names of the kept indices say, the last one's should they differ.
 * Undefined when there is neither.
 */
export function installedPeriod(names: Names, current: Current): Period | undefined {
  const template = current.templates.find(({ name }) => name === names.indexTemplate);
  const kept = current.indices.filter(({ used }) => used).map(({ name }) => name);
  const periods = kept.sort().flatMap((name) => heldPeriod(names, name)?.period ?? []);
  return metaOf(template?.body)?.period ?? periods.at(-1);
}

function foreignIndices(desired: Desired, current: Current, { allowForeign }: PlanOptions): Note[] {
  const { alias, indexPrefix } = desired.names;
  const foreign = current.behindAlias.filter((name) => !name.startsWith(indexPrefix));
  if (foreign.length === 0) return [];
  const message = `Behind the alias ${alias} are indices of another package: ${foreign.join(', ')}. Their fields have other types, which breaks panels.`;
  if (!allowForeign)
    throw new AppError('FOREIGN_INDEX', message, {
      hint: `Take them out of the alias (DELETE /${foreign[0] ?? ''}/_alias/${alias}), choose another name with --alias, or go on with --allow-foreign.`,
    });
  return [{ code: 'foreign-index', message }];
}

/** Templates of others that will put indices behind our alias later. */
function foreignTemplates(desired: Desired, current: Current): Note[] {
  const { alias, indexTemplate } = desired.names;
  return current.templates
    .filter(({ name, body }) => name !== indexTemplate && alias in (body.template?.aliases ?? {}))
    .map(({ name }) => ({
      code: 'foreign-template',
      message: `The index template ${name} puts its indices behind the alias ${alias}, too; they would break panels.`,
    }));
}

export function metaOf(body: Template['body'] | undefined): Partial<InstallMeta> | undefined {
  return body?._meta;
}

function replicasOf(desired: Desired): number {
  const settings = desired.components.map(({ body }) => body.template?.settings as { index?: object } | undefined);
  const index = settings.find((found) => found?.index !== undefined)?.index as { number_of_replicas?: number };
  return Number(index?.number_of_replicas ?? 0);
}

/** Index patterns know one wildcard, `*`. */
export function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

function list(names: readonly string[], one: string, many = `${one}s`): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, 5).join(', ');
  return `${names.length} ${names.length === 1 ? one : many}: ${shown}${names.length > 5 ? ', …' : ''}`;
}
