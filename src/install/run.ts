import type { Client } from '@opensearch-project/opensearch';
import type { DashboardsConfig, IndexConfig } from '../config/config.ts';
import { names as namesOf } from '../names.ts';
import { applyClusterSteps } from './apply.ts';
import { readCurrent } from './current.ts';
import type { InstallMeta } from './desired.ts';
import { loadDesired } from './load.ts';
import { planInstall } from './plan.ts';
import { planUninstall } from './plan-uninstall.ts';
import type { DashboardsSession } from './dashboards/session.ts';
import type { Note, Plan } from './steps.ts';
import { verifyTemplate } from './verify.ts';

/** What was read before anything is changed: shown to people before it is applied. */
export interface Prepared {
  readonly clusterVersion: string;
  /** Where OpenSearch Dashboards is part of it. */
  readonly dashboardsVersion?: string;
  readonly plan: Plan;
}

export interface RunOptions {
  /** The cluster's address, for messages. */
  readonly url?: string;
  /** Also OpenSearch Dashboards. */
  readonly dashboards?: DashboardsConfig | undefined;
  readonly dryRun?: boolean;
  readonly onPlan?: (prepared: Prepared) => void;
}

export interface InstallRunOptions extends RunOptions {
  /** What is absent stays as installed, else takes its default. */
  readonly index?: Partial<IndexConfig>;
  readonly allowForeign?: boolean;
  /** Epoch ms. */
  readonly now: number;
}

export interface RunResult extends Prepared {
  /** Of the plan, and of steps that were left out. */
  readonly notes: readonly Note[];
}

/** Installs: reads, plans, applies, and asks the cluster whether our template is the one that holds. */
export async function runInstall(
  client: Client,
  options: InstallRunOptions,
): Promise<RunResult & { readonly installed: InstallMeta }> {
  const names = namesOf(options.index?.alias);
  const current = await readCurrent(client, names, options.url);
  const desired = loadDesired(names, options.index ?? {}, current, options.now);
  const cluster = planInstall(desired, current, { allowForeign: options.allowForeign === true });
  const { session, importByHand } = await openDashboards(options.dashboards, names);
  const hint = session === undefined ? [importByHand(names)] : [];
  const prepared = prepare(
    { steps: [...cluster.steps, ...(session?.planInstall() ?? [])], notes: [...cluster.notes, ...hint] },
    current.cluster.version,
    session,
  );
  const result = await apply(client, prepared, session, options);
  if (options.dryRun !== true) await verifyTemplate(client, desired);
  return { ...result, installed: desired.meta };
}

export interface UninstallRunOptions extends RunOptions {
  readonly alias?: string | undefined;
  readonly deleteData?: boolean;
}

export async function runUninstall(client: Client, options: UninstallRunOptions): Promise<RunResult> {
  const names = namesOf(options.alias);
  const current = await readCurrent(client, names, options.url);
  const cluster = planUninstall(names, current, { deleteData: options.deleteData === true });
  const { session } = await openDashboards(options.dashboards, names);
  const plan = { steps: [...(session?.planUninstall() ?? []), ...cluster.steps], notes: cluster.notes };
  return apply(client, prepare(plan, current.cluster.version, session), session, options);
}

function prepare(plan: Plan, clusterVersion: string, session: DashboardsSession | undefined): Prepared {
  return { plan, clusterVersion, ...(session === undefined ? {} : { dashboardsVersion: session.version }) };
}

async function openDashboards(config: DashboardsConfig | undefined, names: ReturnType<typeof namesOf>) {
  const { openDashboards: open, importByHand } = await import('./dashboards/session.ts');
  return { session: config === undefined ? undefined : await open(config, names), importByHand };
}

async function apply(
  client: Client,
  prepared: Prepared,
  session: DashboardsSession | undefined,
  { dryRun, onPlan }: RunOptions,
): Promise<RunResult> {
  onPlan?.(prepared);
  const { steps, notes } = prepared.plan;
  if (dryRun === true) return { ...prepared, notes };
  const skipped = [...(await applyClusterSteps(client, steps)), ...((await session?.apply(steps)) ?? [])];
  return { ...prepared, notes: [...notes, ...skipped] };
}
