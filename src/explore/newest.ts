import type { SearchRequest } from '../content/compile/request.ts';
import { totalHits, type Answer } from '../content/compile/response.ts';

/** The newest rows are looked for in this part of the time range first. */
const RECENT_PART = 1 / 100;

/** Lists whose end of the time range lately held less than a page, by what names them: they are asked as a whole at once. */
export type SparseLists = Set<string>;

/**
 * Asks a list for its rows and its total; the answer is that of `request`. OpenSearch sorts all events that match, which takes
 * longer than everything else on a dashboard. So a list of the newest asks for the end of its time range and for the count of
 * all: where a hundredth of the range holds a page of rows they are the newest of all. Where it does not, there is less to sort,
 * and the list is remembered as sparse until it is full again.
 */
export function* newestRows(
  request: SearchRequest,
  list: string,
  sparse: SparseLists,
): Generator<readonly SearchRequest[], Answer, readonly Answer[]> {
  const recent = recentOf(request);
  const size = Number(request.body['size']);
  if (recent !== undefined && !sparse.has(list)) {
    const [rows = {}, all = {}] = yield [recent.request, countOf(request)];
    const found = totalHits(rows);
    if (found >= size || found === totalHits(all))
      return { ...rows, hits: { ...(rows['hits'] as object), total: totalHits(all) } };
    sparse.add(list);
  }
  const [answer = {}] = yield [request];
  if (recent !== undefined && oldestOf(answer, size) >= recent.begin) sparse.delete(list);
  return answer;
}

/** Whether a list's later request depends on the answer to an earlier one. */
export const looksTwice = (request: SearchRequest, list: string, sparse: SparseLists): boolean =>
  !sparse.has(list) && recentOf(request) !== undefined;

/** Time of the last row of a full page, epoch ms. */
function oldestOf(answer: Answer, size: number): number {
  const { hits = [] } = (answer['hits'] ?? {}) as { hits?: readonly { readonly sort?: readonly unknown[] }[] };
  return hits.length < size ? -Infinity : Number(hits[size - 1]?.sort?.[0]);
}

/** The same list over the end of its time range, and when that begins (epoch ms); undefined where it is not sorted by time, newest first, or has no range. */
function recentOf(request: SearchRequest): { readonly request: SearchRequest; readonly begin: number } | undefined {
  const { body, pattern } = request;
  const time = pattern.timeFieldName ?? '';
  const { query, sort } = body as unknown as ListBody;
  if (sort.length !== 1 || sort[0]?.[time]?.order !== 'desc') return undefined;
  const { gte = '', lte = '' } =
    query.bool.filter.findLast(({ range }) => range?.[time] !== undefined)?.range?.[time] ?? {};
  const from = Date.parse(gte);
  const to = Date.parse(lte);
  if (Number.isNaN(to - from)) return undefined;
  const begin = to - (to - from) * RECENT_PART;
  const end = { range: { [time]: { gte: new Date(begin).toISOString(), format: 'strict_date_optional_time' } } };
  return { begin, request: { ...request, body: { ...body, query: { bool: { filter: [body['query'] ?? {}, end] } } } } };
}

/** What the compiler makes of a saved search, as far as it is read here. */
interface ListBody {
  readonly query: { readonly bool: { readonly filter: readonly Ranged[] } };
  readonly sort: readonly Readonly<Record<string, { readonly order?: string }>>[];
}
interface Ranged {
  readonly range?: Readonly<Record<string, { readonly gte?: string; readonly lte?: string }>>;
}

const countOf = (request: SearchRequest): SearchRequest => ({
  ...request,
  body: { size: 0, query: request.body['query'] ?? {} },
});
