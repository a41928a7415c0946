import type { Client } from '@opensearch-project/opensearch';
import { AppError } from '../errors.ts';
import type { Period } from '../ingest/ports.ts';
import { DEFAULT_ALIAS, type Names } from '../names.ts';
import { clusterError, statusOf } from '../opensearch/errors.ts';
import { PACKAGE, type InstallMeta, type TemplateBody } from './desired.ts';

/** What `install` recorded in the index template. */
export interface Installed {
  /** Version of the package that installed. */
  readonly version: string;
  readonly alias: string;
  readonly period: Period;
}

/** Reads what is installed under these names. Throws NOT_INSTALLED, or what keeps the cluster from answering. */
export async function readInstalled(client: Client, names: Names): Promise<Installed> {
  const { version, alias, period } = (await readMeta(client, names)) ?? {};
  if (version === undefined || alias === undefined || period === undefined)
    throw new AppError('NOT_INSTALLED', `The index template ${names.indexTemplate} is not in the cluster.`, {
      hint: `Run ocsf-cloudtrail install${names.alias === DEFAULT_ALIAS ? '' : ` --alias ${names.alias}`} first.`,
    });
  return { version, alias, period };
}

async function readMeta(client: Client, names: Names): Promise<Partial<InstallMeta> | undefined> {
  try {
    const answer = await client.transport.request({
      method: 'GET',
      path: `/_index_template/${encodeURIComponent(names.indexTemplate)}`,
    });
    const found = answer.body as { index_templates?: readonly { index_template: TemplateBody }[] };
    const meta = found.index_templates?.[0]?.index_template._meta as Partial<InstallMeta> | undefined;
    return meta?.package === PACKAGE ? meta : undefined;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw clusterError(error, { action: 'read what is installed' });
  }
}
