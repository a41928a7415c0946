import type { Client } from '@opensearch-project/opensearch';
import { AppError } from '../errors.ts';
import { ACCOUNTS } from './company.ts';

/**
 * Looks who else has events behind the alias. Made-up attacks beside real events would frighten those who watch them: on a
 * cluster that is not this machine's own that is refused, else it is only told of.
 */
export async function neighbourWarning(client: Client, url: string, alias: string): Promise<string | undefined> {
  const query = { bool: { must_not: [{ terms: { 'cloud.account.uid': Object.values(ACCOUNTS) } }] } };
  const { body } = await client.count({ index: alias, ignore_unavailable: true, body: { query } });
  if (body.count === 0) return undefined;
  const { hostname, host } = new URL(url);
  const what = `${host} already has ${body.count} events of others behind ${alias}`;
  if (/^(localhost|127\..*|\[::1\])$/.test(hostname)) return `${what}; the demo's made-up ones go beside them.`;
  throw new AppError('USAGE', `${what}: the demo would put made-up attacks beside them.`, {
    hint: 'Give --alias demo-cloudtrail, or unset OPENSEARCH_URL: the demo then starts a cluster of its own.',
  });
}
