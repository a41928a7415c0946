import type { Client } from '@opensearch-project/opensearch';
import { clusterError, statusOf } from './errors.ts';

export interface Question {
  readonly path: string;
  readonly body?: object;
  /** In words, for errors. */
  readonly action: string;
}

/** `ask`, of one cluster. */
export type Ask = <T>(question: Question) => Promise<T | undefined>;

/** A request that changes nothing; undefined where the cluster has no such thing (404). Throws `FatalError`. */
export async function ask<T>(client: Client, { path, body, action }: Question): Promise<T | undefined> {
  try {
    const method = body === undefined ? 'GET' : 'POST';
    return (await client.transport.request({ method, path, ...(body === undefined ? {} : { body }) })).body as T;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw clusterError(error, { action });
  }
}

/** The path of a request to these indices, which may be patterns; none of them has to exist. */
export function lenient(indices: readonly string[], api: string): string {
  return `/${indices.map(encodeURIComponent).join(',')}/${api}?ignore_unavailable=true&allow_no_indices=true`;
}
