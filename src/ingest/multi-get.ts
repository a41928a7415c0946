import type { Client } from '@opensearch-project/opensearch';
import { request, type Answer } from '../opensearch/request.ts';
import { patiently, type PatienceOptions } from './patiently.ts';

/** What `_mget` says of a document. */
export interface Got<T> {
  readonly found?: boolean;
  readonly _source?: T;
  readonly _seq_no?: number;
  readonly _primary_term?: number;
  readonly error?: { readonly type?: string; readonly reason?: string };
}

export interface MultiGetOptions extends PatienceOptions {
  readonly index: string;
  /** Absent: the whole documents. */
  readonly field?: string;
  readonly timeoutMs: number;
}

/** Documents in the order of their ids, by the patience of `patiently`. */
export async function multiGet<T>(
  client: Client,
  ids: readonly string[],
  { index, field, timeoutMs, ...patience }: MultiGetOptions,
  signal: AbortSignal,
): Promise<readonly Got<T>[]> {
  const path = `/${encodeURIComponent(index)}/_mget`;
  const query = field === undefined ? {} : { _source_includes: field };
  const call = { method: 'POST', path, query, body: JSON.stringify({ ids }), timeoutMs } as const;
  const body = await patiently(async () => complete(await request(client, call)), signal, patience);
  return (body as { docs: readonly Got<T>[] }).docs;
}

/** Faults are reported by document; an answer is complete or it is asked for again. A missing index has no documents. */
function complete(answer: Answer): Answer {
  if (answer.status !== 200) return answer;
  const { docs } = answer.body as { docs: readonly Got<unknown>[] };
  const error = docs.find((doc) => doc.error !== undefined && doc.error.type !== 'index_not_found_exception')?.error;
  if (error === undefined) return answer;
  const status = error.type === 'security_exception' ? 403 : error.type === 'index_closed_exception' ? 400 : 503;
  return { status, body: { error } };
}
