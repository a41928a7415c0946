import type { Answer } from '../../opensearch/request.ts';
import type { Fault } from './outcome.ts';

/** What `_bulk` says of one operation. */
export interface BulkItem {
  readonly status: number;
  readonly error?: {
    readonly type?: string;
    readonly reason?: string;
    readonly caused_by?: { readonly reason?: string };
  };
  readonly _seq_no?: number;
  readonly _primary_term?: number;
}

/** Enough to judge every item, and no more: a third of the answer's bytes for what was created, all for what was not. */
export const ITEM_FIELDS =
  'errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason';

/** The items of an answer in the order of the operations; undefined when it is not the answer to `count` operations. */
export function itemsOf({ status, body }: Answer, count: number): readonly BulkItem[] | undefined {
  if (status !== 200 || typeof body !== 'object' || body === null) return undefined;
  const { items } = body as { items?: unknown };
  if (!Array.isArray(items) || items.length !== count) return undefined;
  const found: BulkItem[] = [];
  for (const item of items as unknown[]) {
    const result = typeof item === 'object' && item !== null ? (Object.values(item)[0] as unknown) : undefined;
    if (typeof (result as BulkItem | undefined)?.status !== 'number') return undefined;
    found.push(result as BulkItem);
  }
  return found;
}

export function faultOfItem({ status, error }: BulkItem): Fault {
  const cause = error?.caused_by?.reason;
  return {
    status,
    type: error?.type ?? '',
    reason: `${error?.reason ?? ''}${cause === undefined ? '' : `: ${cause}`}`,
  };
}

/** Why a request as a whole has no items: OpenSearch's error, the AWS front end's message, or a proxy's text. */
export function faultOfResponse({ status, body }: Answer): Fault {
  if (typeof body === 'string') return { status, type: '', reason: cut(body) };
  const { error, message, Message } = (body ?? {}) as { error?: unknown; message?: unknown; Message?: unknown };
  if (typeof error === 'object' && error !== null) {
    const { type, reason } = error as { type?: unknown; reason?: unknown };
    return {
      status,
      type: typeof type === 'string' ? type : '',
      reason: typeof reason === 'string' ? cut(reason) : '',
    };
  }
  const text = [error, message, Message].find((candidate) => typeof candidate === 'string');
  return { status, type: '', reason: text === undefined ? '' : cut(text) };
}

function cut(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 600);
}
