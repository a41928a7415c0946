import type { Client } from '@opensearch-project/opensearch';
import { request, type Answer } from '../../opensearch/request.ts';
import { multiGet, type Got } from '../multi-get.ts';
import { patiently, type PatienceOptions } from '../patiently.ts';
import { REJECTED, type DeadLetter } from '../ports.ts';
import { faultOfResponse } from '../sink/answer.ts';
import { batchOf } from '../sink/body.ts';
import { bulkTransport } from '../sink/bulk.ts';
import { fatalFault } from '../sink/fault.ts';
import { BulkWriter } from '../sink/writer.ts';
import {
  DEFAULT_MAX_DOCUMENT,
  letterDocument,
  toStoredLetter,
  type DeadLetterStore,
  type LetterDocument,
  type LetterFilter,
  type LetterOptions,
  type StoredLetter,
} from './letter.ts';

export interface IndexDeadLetterOptions extends LetterOptions, PatienceOptions {
  /** Name of the index. */
  readonly index: string;
  /** Silence after which a request counts as lost. Default 60 s. */
  readonly timeoutMs?: number;
}

/** Characters that are kept of a document, in turn, where the cluster does not take the letter whole. */
const SHORTER = [1024 * 1024, 64 * 1024, 0];
/** Characters of documents in one request, about. */
const CHUNK = 4 * 1024 * 1024;
/** Letters found by one search; their documents are fetched apart, by size. */
const PAGE = 500;
const KEEP_ALIVE = '5m';

/** Dead letters in an index of the cluster. */
export function createIndexDeadLetters(client: Client, options: IndexDeadLetterOptions): DeadLetterStore {
  const { index, timeoutMs = 60_000, now = Date.now, maxDocument = DEFAULT_MAX_DOCUMENT } = options;
  const writer = new BulkWriter(bulkTransport(client, { timeoutMs }), { ...options, requests: 1 });
  const sizes = [maxDocument, ...SHORTER.filter((size) => size < maxDocument)];

  /** Writes letters with at most `sizes[step]` characters of each document, and what is refused with fewer. */
  const store = async (letters: readonly DeadLetter[], step: number, signal: AbortSignal): Promise<void> => {
    const operations = letters.map((letter) => ({
      action: { index: { _index: index, _id: letter.id } },
      source: letterDocument(letter, now(), sizes[step] ?? 0),
    }));
    const { statuses, rejections } = await writer.write(batchOf(operations), signal);
    const refused = letters.filter((_, ordinal) => statuses[ordinal] === REJECTED);
    if (refused.length === 0) return;
    if (step + 1 >= sizes.length)
      throw fatalFault(rejections[0] ?? { status: 400, type: '', reason: '' }, {
        verdict: 'fatal',
        hint: `${index} does not take dead letters: run install, and look at its mapping.`,
      });
    await store(refused, step + 1, signal);
  };

  const documents = async (ids: readonly string[], signal: AbortSignal) =>
    multiGet<Pick<LetterDocument, 'document'>>(client, ids, { ...options, field: 'document', timeoutMs }, signal);

  const post = async (path: string, body: unknown, signal: AbortSignal): Promise<unknown> => {
    const send = { method: 'POST', path, body: JSON.stringify(body), timeoutMs } as const;
    return patiently(async () => request(client, send), signal, options);
  };

  return {
    async write(letters, signal) {
      for (const chunk of chunks(letters, ({ document }) => document.length)) await store(chunk, 0, signal);
    },

    async *list(filter, signal) {
      const pit_id = await openPit(client, index, timeoutMs, signal, options);
      if (pit_id === undefined) return;
      try {
        let after: readonly unknown[] | undefined;
        for (;;) {
          const hits = await page(post, pit_id, filter, after, signal);
          for (const chunk of chunks(hits, ({ _source }) => _source.bytes))
            yield* whole(
              chunk,
              await documents(
                chunk.map(({ _id }) => _id),
                signal,
              ),
            );
          after = hits.at(-1)?.sort;
          if (hits.length < PAGE) return;
        }
      } finally {
        await request(client, {
          method: 'DELETE',
          path: '/_search/point_in_time',
          body: JSON.stringify({ pit_id: [pit_id] }),
          timeoutMs,
        });
      }
    },

    async delete(ids, signal) {
      await writer.write(batchOf(ids.map((id) => ({ action: { delete: { _index: index, _id: id } } }))), signal);
    },

    close: async () => writer.close(),
  };
}

type Post = (path: string, body: unknown, signal: AbortSignal) => Promise<unknown>;

interface Hit {
  readonly _id: string;
  readonly _source: Omit<LetterDocument, 'document'>;
  readonly sort: readonly unknown[];
}

/** A view of the letters as they are now; undefined where there is no such index yet. */
async function openPit(
  client: Client,
  index: string,
  timeoutMs: number,
  signal: AbortSignal,
  options: PatienceOptions,
): Promise<string | undefined> {
  const path = `/${encodeURIComponent(index)}/_search/point_in_time`;
  const open = async (): Promise<Answer> => {
    const answer = await request(client, { method: 'POST', path, query: { keep_alive: KEEP_ALIVE }, timeoutMs });
    const absent = answer.status === 404 && faultOfResponse(answer).type === 'index_not_found_exception';
    return absent ? { status: 200, body: {} } : answer;
  };
  return ((await patiently(open, signal, options)) as { pit_id?: string }).pit_id;
}

async function page(
  post: Post,
  pit: string,
  { reason, source, since }: LetterFilter,
  after: readonly unknown[] | undefined,
  signal: AbortSignal,
): Promise<readonly Hit[]> {
  const filter = [
    ...(reason === undefined ? [] : [{ term: { reason } }]),
    ...(source === undefined ? [] : [{ term: { source } }]),
    ...(since === undefined ? [] : [{ range: { rejected_at: { gte: since, format: 'epoch_millis' } } }]),
  ];
  const found = await post(
    '/_search',
    {
      size: PAGE,
      pit: { id: pit, keep_alive: KEEP_ALIVE },
      query: { bool: { filter } },
      _source: { excludes: ['document'] },
      sort: [{ rejected_at: 'asc' }, { id: 'asc' }],
      ...(after === undefined ? {} : { search_after: after }),
    },
    signal,
  );
  return (found as { hits: { hits: readonly Hit[] } }).hits.hits;
}

/** The letters with their documents; those that were deleted meanwhile are left out. */
function whole(hits: readonly Hit[], documents: readonly Got<Pick<LetterDocument, 'document'>>[]): StoredLetter[] {
  return hits.flatMap(({ _source }, i) => {
    const document = documents[i]?._source?.document;
    return document === undefined ? [] : [toStoredLetter({ ..._source, document })];
  });
}

/** Consecutive items whose sizes sum up to about `CHUNK`. */
function* chunks<T>(items: readonly T[], size: (item: T) => number): Generator<T[]> {
  let chunk: T[] = [];
  let total = 0;
  for (const item of items) {
    chunk.push(item);
    total += size(item);
    if (total < CHUNK && chunk.length < PAGE) continue;
    yield chunk;
    chunk = [];
    total = 0;
  }
  if (chunk.length > 0) yield chunk;
}
