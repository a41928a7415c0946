import { randomUUID } from 'node:crypto';
import type { Client } from '@opensearch-project/opensearch';
import { packageVersion } from '../../content/root.ts';
import { AppError } from '../../errors.ts';
import { readInstalled } from '../../install/installed.ts';
import { compareVersions } from '../../install/version.ts';
import { periodOf, type Names } from '../../names.ts';
import { clusterError, statusOf } from '../../opensearch/errors.ts';
import { checker, type Check, type Finding } from './report.ts';

/** flat_object came with it. */
const OLDEST = '2.7.0';

/** Whether a run can write into the cluster. Writes nothing, but may make the index of the current period, as its first event would. */
export async function checkCluster(client: Client, names: Names, url: string, now: number): Promise<Check[]> {
  const checks = checker('cluster');
  const get = async <T>(path: string, action: string): Promise<T> => {
    try {
      return (await client.transport.request({ method: 'GET', path })).body as T;
    } catch (error) {
      throw clusterError(error, { action, url });
    }
  };
  const root = await checks.run(
    'reachable',
    () => get<{ version?: { number?: string; distribution?: string } }>('/', 'reach the cluster'),
    ({ version }) => judgeVersion(version ?? {}, url),
  );
  if (root === undefined) return checks.lines;
  await checks.run(
    'user',
    () => whoAmI(client),
    (user) => user ?? 'no security plugin: every request is allowed',
  );
  const installed = await checks.run(
    'installed',
    () => readInstalled(client, names),
    ({ version, alias, period }): Finding | string =>
      version === packageVersion()
        ? `${alias} by version ${version}, an index per ${period}`
        : {
            status: 'warning',
            message: `${alias} was installed by version ${version}; this is ${packageVersion()}.`,
            hint: 'Run ocsf-cloudtrail install with the newer of the two.',
          },
  );
  if (installed === undefined) return checks.lines;
  const events = names.indexPrefix + periodOf(now, installed.period);
  for (const [what, index] of [
    ['write events', events],
    ['write the ledger', names.ledger],
    ['write dead letters', names.deadLetters],
  ] as const)
    await checks.run(
      what,
      () => probeWrite(client, index),
      () => index,
    );
  return checks.lines;
}

function judgeVersion(
  { number = 'unknown', distribution }: { number?: string; distribution?: string },
  url: string,
): Finding | string {
  if (distribution !== 'opensearch')
    return {
      status: 'failed',
      message: `${url} is not OpenSearch, or hides its version (${number}).`,
      hint: 'Amazon OpenSearch Service: turn the compatibility mode (override_main_response_version) off.',
    };
  if (compareVersions(number, OLDEST) < 0)
    return { status: 'failed', message: `OpenSearch ${number} is too old.`, hint: `Upgrade it to ${OLDEST} or later.` };
  return `OpenSearch ${number} at ${url}`;
}

/** The user and its roles, by the security plugin; undefined where there is none. */
async function whoAmI(client: Client): Promise<string | undefined> {
  try {
    const answer = await client.transport.request({ method: 'GET', path: '/_plugins/_security/authinfo' });
    const { user_name = 'unknown', roles = [] } = answer.body as { user_name?: string; roles?: readonly string[] };
    return `${user_name}, with the roles ${roles.join(', ')}`;
  } catch (error) {
    // Without the plugin the path is read as one of an index and answered so.
    if ([400, 404, 405].includes(statusOf(error) ?? 0)) return undefined;
    throw clusterError(error, { action: 'ask who we are' });
  }
}

/** Replaces a document that does not exist: refused for that reason where one may write, and for another where not. */
async function probeWrite(client: Client, index: string): Promise<void> {
  const action = { index: { _index: index, _id: `check-${randomUUID()}`, if_seq_no: 0, if_primary_term: 1 } };
  const body = `${JSON.stringify(action)}\n{}\n`;
  try {
    const answer = await client.transport.request({ method: 'POST', path: '/_bulk', body });
    const { items } = answer.body as unknown as {
      items: readonly { index: { status: number; error?: { type: string; reason: string } } }[];
    };
    const { status = 0, error } = items[0]?.index ?? {};
    if (status === 409) return;
    if (status === 403 && error?.type !== 'cluster_block_exception')
      throw new AppError('CLUSTER_FORBIDDEN', `${error?.reason ?? 'forbidden'}`, {
        hint: 'Give the cluster user the writer role of integration/security/roles.',
      });
    throw new AppError(
      'CLUSTER_REFUSED',
      `${index} takes no documents: ${error?.type ?? ''}: ${error?.reason ?? ''} (${status})`,
      {
        hint: 'A block is lifted when the disk has room again, or by index.blocks.* of the index.',
      },
    );
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw clusterError(error, { action: `write to ${index}` });
  }
}
