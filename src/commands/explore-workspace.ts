import type { OpenSearchConfig } from '../config/config.ts';
import { AppError, EXIT } from '../errors.ts';
import type { DrainSignals } from '../interrupt.ts';
import { size } from '../progress.ts';
import {
  DEFAULT_WORKSPACE,
  deleteWorkspace,
  listWorkspaces,
  openWorkspace,
  workspaceExists,
  workspacesDir,
} from '../runtime/workspaces.ts';
import type { Closing } from './closing.ts';
import type { Reporter } from './reporter.ts';

/** A node on this machine, installed and ready; its data stay in the workspace. */
export async function startWorkspace(options: {
  /** Undefined: the default one. */
  name: string | undefined;
  /** Otherwise it must be there. */
  mayBeNew: boolean;
  alias: string;
  reporter: Reporter;
  signals: DrainSignals;
  closing: Closing;
}): Promise<{ opensearch: OpenSearchConfig; workspace: object; exited: Promise<void> }> {
  const { name = DEFAULT_WORKSPACE, alias, reporter, signals, closing } = options;
  if (!options.mayBeNew && !(await workspaceExists(name)))
    throw new AppError('USAGE', `No cluster is named, and there is no workspace "${name}" yet.`, {
      hint: 'Give a folder or s3://bucket/prefix to explore, or name a cluster with --opensearch-url or OPENSEARCH_URL.',
    });
  const workspace = await openWorkspace(name, { signal: signals.drain });
  closing.push(() => workspace.release());
  const [{ startOpenSearch }, { createClient }, { runInstall }] = await Promise.all([
    import('../runtime/opensearch-node.ts'),
    import('../opensearch/client.ts'),
    import('../install/run.ts'),
  ]);
  reporter.note(`Starting OpenSearch on the workspace "${name}" …`);
  const node = await startOpenSearch({
    profile: 'demo',
    dataDir: workspace.dataDir,
    signal: signals.drain,
    say: (line) => reporter.note(line),
  });
  closing.push(() => node.stop());
  await workspace.serving(node.pid);
  const opensearch: OpenSearchConfig = { url: node.url, insecure: false };
  const client = createClient(opensearch);
  closing.push(() => client.close());
  // A cluster of one node can't place a replica.
  await runInstall(client, { url: node.url, index: { alias, replicas: 0 }, now: Date.now() });
  const exited = node.exited.then(() => undefined);
  return { opensearch, workspace: { name, path: workspace.dir }, exited };
}

export async function listAll(reporter: Reporter): Promise<number> {
  const workspaces = await listWorkspaces();
  reporter.result(workspaces);
  for (const { name, bytes, usedAt, inUseBy } of workspaces) {
    const state = inUseBy === undefined ? '' : `  in use by process ${inUseBy}`;
    reporter.line(
      `${name.padEnd(24)} ${size(bytes).padStart(8)}  last used ${usedAt.slice(0, 16).replace('T', ' ')}${state}`,
    );
  }
  if (workspaces.length === 0) reporter.line(`There are no workspaces in ${workspacesDir()}.`);
  return EXIT.done;
}

export async function deleteOne(name: string, reporter: Reporter): Promise<number> {
  await deleteWorkspace(name);
  reporter.line(`Deleted the workspace "${name}".`);
  reporter.result({ deleted: name });
  return EXIT.done;
}
