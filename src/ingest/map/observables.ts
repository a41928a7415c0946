import { AUTHENTICATION } from './classify.ts';
import type { Resource } from './resources.ts';

export interface Observable {
  readonly name: string;
  readonly type: string;
  readonly type_id: number;
  readonly value: string;
}

/**
 * The values worth pivoting on, as Security Lake lists them; of a sign-in the address comes first, as in OCSF's own examples.
 * Empty values are no observables.
 */
export function mapObservables(
  classUid: unknown,
  actorName: string | undefined,
  source: { readonly ip?: string | undefined; readonly domain?: string | undefined } | undefined,
  userName: string | undefined,
  resources: readonly Pick<Resource, 'uid'>[] | undefined,
): Observable[] | undefined {
  const found: Observable[] = [];
  const addActor = (): void => {
    if (actorName) found.push({ name: 'actor.user.name', type: 'User Name', type_id: 4, value: actorName });
  };
  if (classUid !== AUTHENTICATION) addActor();
  if (source?.ip) found.push({ name: 'src_endpoint.ip', type: 'IP Address', type_id: 2, value: source.ip });
  if (source?.domain) found.push({ name: 'src_endpoint.domain', type: 'Hostname', type_id: 1, value: source.domain });
  if (classUid === AUTHENTICATION) addActor();
  if (userName) found.push({ name: 'user.name', type: 'User Name', type_id: 4, value: userName });
  if (resources !== undefined)
    for (const { uid } of resources)
      if (uid) found.push({ name: 'resources[].uid', type: 'Resource UID', type_id: 10, value: uid });
  return found.length === 0 ? undefined : found;
}
