import type { SearchRequest } from '../content/compile/request.ts';
import { totalHits, type Answer } from '../content/compile/response.ts';

/** The newest rows are looked for in this part of the time range first. */
const RECENT_PART = 1 / 100;

/**
 * Asks a list for its rows and its total; the answer is that of `request`. OpenSearch sorts all events that match, which takes
 * longer than everything else on a dashboard. So a list of the newest asks for the end of its time range and for the count of
 * all: where a hundredth of the range holds a page of rows they are the newest of all. Where it does not, there is less to sort.
 */
export function* newestRows(request: SearchRequest): Generator<readonly SearchRequest[], Answer, readonly Answer[]> {
  const recent = recentOf(request);
  if (recent !== undefined) {
    const [rows = {}, all = {}] = yield [recent, countOf(request)];
    const found = totalHits(rows);
    if (found >= Number(request.body['size']) || found === totalHits(all))
      return { ...rows, hits: { ...(rows['hits'] as object), total: totalHits(all) } };
  }
  const [answer = {}] = yield [request];
  return answer;
}

/** Whether a list's later request depends on the answer to an earlier one. */
export const looksTwice = (request: SearchRequest): boolean => recentOf(request) !== undefined;

/** The same list over the end of its time range; undefined where it is not sorted by time, newest first, or has no range. */
function recentOf(request: SearchRequest): SearchRequest | undefined {
  const { body, pattern } = request;
  const time = pattern.timeFieldName ?? '';
  const { query, sort } = body as unknown as ListBody;
  if (sort.length !== 1 || sort[0]?.[time]?.order !== 'desc') return undefined;
  const { gte = '', lte = '' } =
    query.bool.filter.findLast(({ range }) => range?.[time] !== undefined)?.range?.[time] ?? {};
  const from = Date.parse(gte);
  const to = Date.parse(lte);
  if (Number.isNaN(to - from)) return undefined;
  const begin = new Date(to - (to - from) * RECENT_PART).toISOString();
  const end = { range: { [time]: { gte: begin, format: 'strict_date_optional_time' } } };
  return { ...request, body: { ...body, query: { bool: { filter: [body['query'] ?? {}, end] } } } };
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
